import { createHash } from "node:crypto";
import { type DecodedArray, type FileMetaData, parquetMetadata, parquetSchema } from "hyparquet";
import { parquetHeader, readColumn } from "hyparquet/src/column.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { readDataPageV2 } from "hyparquet/src/datapage.js";
import { getTreePath } from "hyparquet/src/schema.js";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import type { FilterTable } from "../sparsity/filter-table.js";
import { compressors, tableCompression } from "./compression.js";

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

type Column = Key | Measure;
const columnNames: readonly Column[] = [...keyNames, ...measureNames];
const columnTypes = {
  ...keys,
  ...(Object.fromEntries(measureNames.map((name) => [name, Float32Array])) as Record<
    Measure,
    typeof Float32Array
  >),
};

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
 * low ones are zero), each column compressed by Brotli, and a checksum over the whole in the footer's `created_by`. Equal
 * tables give equal bytes.
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
      ...tableCompression,
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

/**
 * The checksum that a table's file ends with. Throws where it is not that of its bytes: damage has to be found out before
 * a file is parsed, because some sends the parser into an endless loop.
 */
export function checksumOf(bytes: Uint8Array): string {
  const file = Buffer.from(bytes);
  const place = checksumPlace(file);
  const expected = file.toString("latin1", place, place + noChecksum.length);
  file.write(noChecksum, place, "latin1");
  if (digest(file) !== expected) throw new Error("its checksum does not match");
  return expected;
}

/** A file of tables that has proved whole, for reading one column at a time. */
export class FilterFile {
  readonly rows: number;
  readonly checksum: string;
  readonly #bytes: Uint8Array;
  readonly #metadata: FileMetaData;

  /** Throws with the reason on bytes that are not such a table. */
  constructor(bytes: Uint8Array) {
    this.checksum = checksumOf(bytes);
    // The parser takes buffers as a whole.
    this.#bytes = bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
    this.#metadata = parquetMetadata(this.#bytes.buffer as ArrayBuffer);
    this.rows = Number(this.#metadata.num_rows);
    const present = new Set(this.#metadata.schema.map(({ name }) => name));
    const missing = [...keyNames, ...measureNames].find((name) => !present.has(name));
    if (missing) throw new Error(`column ${missing} is missing`);
  }

  /** Throws with the reason where the column has not as many values as the table has rows. */
  column<Name extends Column>(name: Name): FilterTable[Name] {
    const { rows } = this;
    const values = new columnTypes[name](rows);
    let filled = 0;
    for (const page of this.#pages(name)) {
      values.set(page as ArrayLike<number>, filled);
      filled += page.length;
    }
    if (filled !== rows) throw new Error(`column ${name} has ${filled} of ${rows} rows`);
    return values as FilterTable[Name];
  }

  *#pages(name: Column): Generator<DecodedArray> {
    const schemaPath = getTreePath(parquetSchema(this.#metadata), [name]);
    const { element } = schemaPath.at(-1)!;
    for (const { columns, num_rows } of this.#metadata.row_groups) {
      const chunk = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data;
      if (!chunk) throw new Error(`column ${name} is missing`);
      const { type, codec, total_compressed_size, data_page_offset, dictionary_page_offset } = chunk;
      const decoder = { type, codec, pathInSchema: [name], schemaPath, element, parsers, compressors };
      const start = Number(dictionary_page_offset ?? data_page_offset);
      const view = new DataView(this.#bytes.buffer, start, Number(total_compressed_size));
      const reader = { view, offset: 0 };
      if (dictionary_page_offset !== undefined) {
        const rows = Number(num_rows);
        const all = { groupStart: 0, groupRows: rows, selectStart: 0, selectEnd: rows };
        yield* readColumn(reader, all, decoder).data;
        continue;
      }
      // What `readColumn` does besides takes longer than the reading.
      while (reader.offset < view.byteLength) {
        const header = parquetHeader(reader);
        const size = header.compressed_page_size;
        const page = new Uint8Array(view.buffer, view.byteOffset + reader.offset, size);
        reader.offset += size;
        yield readDataPageV2(page, header, decoder).dataPage;
      }
    }
  }
}

const parsers = DEFAULT_PARSERS;

/** A table whose columns are read when they are first looked at; `open` is called for each. */
export function lazyFilters(open: () => FilterFile): FilterTable {
  const table = {};
  for (const name of columnNames) {
    Object.defineProperty(table, name, {
      enumerable: true,
      configurable: true,
      get() {
        const value = open().column(name);
        Object.defineProperty(table, name, { value, enumerable: true, configurable: true, writable: true });
        return value;
      },
    });
  }
  return table as FilterTable;
}

/** The inverse of `encodeFilters`. Throws on bytes that are not such a table. */
export function decodeFilters(bytes: Uint8Array): FilterTable {
  const file = new FilterFile(bytes);
  const table = lazyFilters(() => file);
  return { ...table };
}
