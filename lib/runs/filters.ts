import { gunzipSync, gzipSync } from "node:zlib";
import { float32, tableFromArrays, tableFromIPC, tableToIPC, uint8, uint16, uint32 } from "@uwdata/flechette";
import type { FilterTable } from "./record.js";

/** Stored mantissa bits of every float, of the 23 that a float32 has: a relative error of at most 2^-13. */
export const mantissaBits = 12;

const types = {
  step: uint32(),
  layer: uint8(),
  filter: uint16(),
  gamma: float32(),
  beta: float32(),
  maxActivation: float32(),
  selectivity: float32(),
};

/**
 * Rounds each number to the nearest float32 with `mantissaBits` stored mantissa bits (ties to even). Zeros, infinities
 * and NaN stay what they are; a new array is returned.
 */
export function roundMantissa(values: Float32Array): Float32Array {
  const dropped = 23 - mantissaBits;
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
  return {
    ...table,
    gamma: roundMantissa(table.gamma),
    beta: roundMantissa(table.beta),
    maxActivation: roundMantissa(table.maxActivation),
    selectivity: roundMantissa(table.selectivity),
  };
}

/** Gzipped Arrow IPC file with one record batch. Equal tables give equal bytes. */
export function encodeFilters(table: FilterTable): Uint8Array {
  const { step, layer, filter, gamma, beta, maxActivation, selectivity } = roundFilters(table);
  const columns = { step, layer, filter, gamma, beta, maxActivation, selectivity };
  const arrow = tableToIPC(tableFromArrays(columns, { types }), { format: "file" });
  if (!arrow) throw new Error("The filter table could not be written as Arrow");
  const zipped = gzipSync(arrow, { level: 9 });
  // Byte 9 of a gzip header names the operating system: "unknown", so that it does not show in the bytes.
  zipped[9] = 255;
  return zipped;
}

/** The inverse of `encodeFilters`. Throws on bytes that are not such a table. */
export function decodeFilters(bytes: Uint8Array): FilterTable {
  const table = tableFromIPC(gunzipSync(bytes));
  const column = (name: keyof FilterTable): unknown => {
    const child = table.getChild(name);
    if (!child) throw new Error(`column ${name} is missing`);
    return child.toArray();
  };
  return {
    step: expect(column("step"), Uint32Array),
    layer: expect(column("layer"), Uint8Array),
    filter: expect(column("filter"), Uint16Array),
    gamma: expect(column("gamma"), Float32Array),
    beta: expect(column("beta"), Float32Array),
    maxActivation: expect(column("maxActivation"), Float32Array),
    selectivity: expect(column("selectivity"), Float32Array),
  };
}

function expect<T>(value: unknown, kind: new (...args: never[]) => T): T {
  if (value instanceof kind) return value;
  throw new Error(`a column is not a ${kind.name}`);
}
