import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { parquetMetadataAsync, parquetRead } from "hyparquet";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import type { FilterTable } from "../sparsity/filter-table.js";

/** The columns that name a row. */
const keys = { step: Uint32Array, layer: Uint8Array, filter: Uint16Array } as const;

/**
 * The measured columns with their stored mantissa bits, of the 23 that a float32 has: 10 keep a relative error of at
 * most 2^-11, 7 of 2^-8 (gradients of a few mini-batches are noisier than that).
 */
const measures = {
  gamma: 10,
  beta: 10,
  maxActivation: 10,
  selectivity: 10,
  weightNorm: 7,
  gammaGradient: 7,
  weightGradient: 7,
  gammaSecondMoment: 7,
  weightSecondMoment: 7,
} as const;

type Key = keyof typeof keys;
export type Measure = keyof typeof measures;

const keyNames = Object.keys(keys) as Key[];
/** Names of the measured columns, in their stored order. */
export const measureNames = Object.keys(measures) as Measure[];

/** A table of `rows` rows of zeros. */
export function emptyFilters(rows: number): FilterTable {
  return {
    step: new Uint32Array(rows),
    layer: new Uint8Array(rows),
    filter: new Uint16Array(rows),
    ...(Object.fromEntries(measureNames.map((name) => [name, new Float32Array(rows)])) as Record<
      Measure,
      Float32Array
    >),
  };
}

/**
 * Rounds each number to the nearest float32 with `stored` mantissa bits (ties to even). Zeros, infinities and NaN
 * stay what they are; a new array is returned.
 */
export function roundMantissa(values: Float32Array, stored: number): Float32Array {
  const dropped = 23 - stored;
  const rounded = values.slice();
  const bits = new Uint32Array(rounded.buffer);
  const half = (1 << (dropped - 1)) - 1;
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]!;
    if ((word & 0x7f800000) === 0x7f800000) continue;
    bits[i] = ((word + half + ((word >>> dropped) & 1)) >>> dropped) << dropped;
  }
  return rounded;
}

/** The table as it will be read back: a run just trained and the same run loaded later hold equal numbers. */
export function roundFilters(table: FilterTable): FilterTable {
  const rounded = { ...table };
  for (const name of measureNames) rounded[name] = roundMantissa(table[name], measures[name]);
  return rounded;
}

/**
 * Parquet file with one row group: integers as they are, floats split into byte streams (their high bytes repeat, their
 * low ones are zero), each column gzipped, and a checksum over the whole in the footer's `created_by`. Equal tables give
 * equal bytes.
 */
export function encodeFilters(table: FilterTable): Uint8Array {
  const rounded = roundFilters(table);
  const columnData: ColumnSource[] = [
    ...keyNames.map((name) => ({ name, data: Int32Array.from(rounded[name]), type: "INT32" as const })),
    ...measureNames.map((name) => ({
      name,
      data: rounded[name],
      type: "FLOAT" as const,
      encoding: "BYTE_STREAM_SPLIT" as const,
    })),
  ];
  const rows = rounded.step.length;
  const file = Buffer.from(
    parquetWriteBuffer({
      columnData,
      codec: "GZIP",
      compressors: { GZIP: zip },
      statistics: false,
      rowGroupSize: Math.max(1, rows),
      createdBy: `${writer}${checksumLabel}${noChecksum}`,
    }),
  );
  file.write(digest(file), checksumPlace(file), "latin1");
  return new Uint8Array(file);
}

const writer = "filter-sparsity";
const checksumLabel = " sha256 ";
/** Stands for the checksum while it is computed. */
const noChecksum = "0".repeat(64);

const digest = (file: Uint8Array): string => createHash("sha256").update(file).digest("hex");

/** Where the checksum stands. Throws where this is not the end of a table. */
function checksumPlace(file: Buffer): number {
  const tail = file.subarray(-300).toString("latin1");
  const found = /filter-sparsity sha256 [0-9a-f]{64}(?!\w)/.exec(tail);
  if (!found) throw new Error("it does not end like a table of filters");
  return file.length - tail.length + found.index + writer.length + checksumLabel.length;
}

/** A damaged file has to be found out before it is parsed: some damage sends the parser into an endless loop. */
function verify(bytes: Uint8Array): void {
  const file = Buffer.from(bytes);
  const place = checksumPlace(file);
  const expected = file.toString("latin1", place, place + noChecksum.length);
  file.write(noChecksum, place, "latin1");
  if (digest(file) !== expected) throw new Error("its checksum does not match");
}

function zip(bytes: Uint8Array): Uint8Array {
  const zipped = gzipSync(bytes, { level: 9 });
  // Byte 9 of a gzip header names the operating system: "unknown", so that it does not show in the bytes.
  zipped[9] = 255;
  return zipped;
}

/** The inverse of `encodeFilters`. Throws on bytes that are not such a table. */
export async function decodeFilters(bytes: Uint8Array): Promise<FilterTable> {
  verify(bytes);
  const file = new Uint8Array(bytes).buffer;
  const metadata = await parquetMetadataAsync(file);
  const rows = Number(metadata.num_rows);
  const present = new Set(metadata.schema.map(({ name }) => name));
  const columns = [...keyNames, ...measureNames];
  const missing = columns.find((name) => !present.has(name));
  if (missing) throw new Error(`column ${missing} is missing`);
  const table = emptyFilters(rows);
  const filled = Object.fromEntries(columns.map((name) => [name, 0]));
  await parquetRead({
    file,
    metadata,
    columns,
    compressors: { GZIP: (input) => gunzipSync(input) },
    onChunk({ columnName, columnData, rowStart, rowEnd }) {
      table[columnName as Key | Measure].set(columnData as ArrayLike<number>, rowStart);
      filled[columnName]! += rowEnd - rowStart;
    },
  });
  const short = columns.find((name) => filled[name] !== rows);
  if (short) throw new Error(`column ${short} has ${filled[short]} of ${rows} rows`);
  return table;
}
