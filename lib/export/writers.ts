import { type FileHandle, open, writeFile } from "node:fs/promises";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { table } from "arquero";
import { type ColumnSource, fileWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import { asText } from "../spreadsheet.js";
import { type Cell, type Columns, isTyped, joined, type Values } from "./columns.js";

/** Takes a table piece by piece, all with the same columns, and leaves a file. */
export interface TableWriter {
  write(piece: Columns): Promise<void>;
  close(): Promise<void>;
}

export type TableFormat = "csv" | "arrow" | "parquet";

/** Writers of tables, by the ending of their files. */
export const tableWriters: Record<TableFormat, (file: string) => TableWriter> = {
  csv: csvWriter,
  arrow: arrowWriter,
  parquet: parquetWriter,
};

/** Nine digits tell every float32 from the next; more only repeat its binary fraction. */
const digits = 9;

/** Comma-separated with a header, UTF-8; numbers exact, NaN as "NaN", what a run has not as nothing, no formulas. */
function csvWriter(file: string): TableWriter {
  let handle: FileHandle | undefined;
  return {
    async write(piece) {
      const first = handle === undefined;
      handle ??= await open(file, "w");
      await handle.writeFile(table(asDecimals(piece)).toCSV({ header: first }));
    },
    async close() {
      await (handle ? handle.close() : writeFile(file, ""));
    },
  };
}

function asDecimals(piece: Columns): Columns {
  return Object.fromEntries(
    Object.entries(piece).map(([name, values]) => [
      name,
      values instanceof Float32Array
        ? Array.from(values, decimal)
        : isTyped(values)
          ? values
          : values.map((cell) => (typeof cell === "string" ? asText(cell) : cell)),
    ]),
  );
}

/** What `String(Number(value.toPrecision(digits)))` gives, without parsing it: most of an export's time goes here. */
function decimal(value: number): string {
  const text = value.toPrecision(digits);
  if (text.includes("e") || !text.includes(".")) return String(Number(text));
  let end = text.length;
  while (text.charCodeAt(end - 1) === zero) end--;
  return text.slice(0, text.charCodeAt(end - 1) === point ? end - 1 : end);
}

const [point, zero] = [".".charCodeAt(0), "0".charCodeAt(0)];

/** Arrow IPC file; the whole table is in memory until it is closed. */
function arrowWriter(file: string): TableWriter {
  const pieces: Columns[] = [];
  return {
    async write(piece) {
      pieces.push(piece);
    },
    async close() {
      const columns = Object.entries(joined(pieces)).map(
        ([name, values]): [string, Cell[] | Exclude<Values, readonly Cell[]>] => [
          name,
          isTyped(values) ? values : [...values],
        ],
      );
      const bytes = tableToIPC(tableFromArrays(columns), { format: "file" });
      if (!bytes) throw new Error(`${file} could not be written as Arrow`);
      await writeFile(file, bytes);
    },
  };
}

/** Parquet file (Snappy), a row group a piece. */
function parquetWriter(file: string): TableWriter {
  let writer: ParquetWriter | undefined;
  return {
    async write(piece) {
      const columnData = Object.entries(piece).map(([name, values]) => parquetColumn(name, values));
      writer ??= new ParquetWriter({
        writer: fileWriter(file),
        schema: schemaFromColumnData({ columnData }),
      });
      await writer.write({ columnData });
    },
    async close() {
      await (writer ? writer.finish() : writeFile(file, ""));
    },
  };
}

function parquetColumn(name: string, values: Values): ColumnSource {
  if (values instanceof Float32Array) return { name, data: values, type: "FLOAT", nullable: false };
  if (values instanceof Float64Array) return { name, data: values, type: "DOUBLE", nullable: false };
  if (isTyped(values)) return { name, data: Int32Array.from(values), type: "INT32", nullable: false };
  const data = [...values];
  const kinds = new Set(data.map((cell) => typeof cell));
  if (kinds.has("string"))
    return { name, data: data.map((cell) => (cell === null ? null : String(cell))), type: "STRING" };
  return { name, data, type: kinds.has("boolean") ? "BOOLEAN" : "DOUBLE" };
}
