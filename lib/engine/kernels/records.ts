import type { Heap } from "./heap.js";

/** Fields of the classes of the same names in assembly/records.ts, in their order. */
export const recordFields = {
  Direct: [
    "x",
    "y",
    "filter",
    "padded",
    "offsets",
    "patches",
    "panels",
    "sums",
    "images",
    "block",
    "height",
    "width",
    "inputs",
    "outputs",
    "top",
    "left",
    "paddedHeight",
    "paddedWidth",
    "outHeight",
    "outWidth",
    "tapRows",
    "tapColumns",
    "stride",
  ],
  Winograd: [
    "x",
    "y",
    "filter",
    "padded",
    "paddedY",
    "xMatrices",
    "yMatrices",
    "filterMatrices",
    "xBytes",
    "yBytes",
    "filterBytes",
    "offsets",
    "lines",
    "images",
    "block",
    "height",
    "width",
    "inputs",
    "outputs",
    "karatsuba",
  ],
} as const;

type RecordName = keyof typeof recordFields;
export type RecordValues<Name extends RecordName> = Record<(typeof recordFields)[Name][number], number>;

/** Floats that the longest record takes. */
export const recordSize = Math.max(...Object.values(recordFields).map(({ length }) => length));

/** Writes a record for kernels to read, as unsigned integers of 4 bytes, at a byte offset. */
export function writeRecord<Name extends RecordName>(
  heap: Heap,
  at: number,
  name: Name,
  values: RecordValues<Name>,
): void {
  const fields: readonly (typeof recordFields)[Name][number][] = recordFields[name];
  const integers = heap.integers(at, recordSize);
  for (let place = 0; place < fields.length; place++) integers[place] = values[fields[place]!];
}
