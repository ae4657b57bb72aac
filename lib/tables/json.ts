import { z } from "zod";
import { UserError } from "../errors.js";
import type { Cell, Table } from "./table.js";

/** Type under which a notebook's outputs keep a table as data, for exports and pages to draw it their own way. */
export const tableMimeType = "application/vnd.filter-sparsity.table+json";

/** JSON has no infinity: an estimate of one seed has null for its half-width; other such numbers are kept as words. */
const number = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"]).transform(Number)]);

const tableSchema = z.object({
  title: z.string().optional(),
  columns: z.array(
    z.object({ label: z.string(), unit: z.string().optional(), digits: z.number().optional() }),
  ),
  rows: z.array(
    z.array(
      z.union([
        z.null(),
        z.number(),
        z.object({ number }).transform(({ number }) => number),
        z.object({
          mean: number,
          halfWidth: number.nullable().transform((value) => value ?? Number.POSITIVE_INFINITY),
          best: z.boolean().optional(),
        }),
        z.string(),
      ]),
    ),
  ),
  note: z.string().optional(),
});

/** A table as plain JSON. */
export function tableToJson({ title, columns, rows, note }: Table): Record<string, unknown> {
  return {
    ...(title !== undefined && { title }),
    columns: columns.map(({ label, unit, digits }) => ({
      label,
      ...(unit !== undefined && { unit }),
      ...(digits !== undefined && { digits }),
    })),
    rows: rows.map((row) => row.map(cellToJson)),
    ...(note !== undefined && { note }),
  };
}

/** The table of `tableToJson`. Throws `UserError` where the value is none. */
export function tableFromJson(value: unknown): Table {
  const { data, error } = tableSchema.safeParse(value);
  if (data) return data as Table;
  throw new UserError(
    `A notebook's table cannot be read (${z.prettifyError(error).split("\n")[0]}). Execute the notebook again: npm run notebook.`,
  );
}

function cellToJson(cell: Cell): unknown {
  if (typeof cell === "number") return finite(cell) ?? { number: String(cell) };
  if (cell === null || typeof cell === "string") return cell;
  const { mean, halfWidth, best } = cell;
  return { mean: finite(mean) ?? String(mean), halfWidth: finite(halfWidth), ...(best && { best }) };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
