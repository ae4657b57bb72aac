import { type TidyRow, tidyRows } from "../figures/index.js";
import { type Hypothesis, hypotheses, recordedArms, type Scale } from "../hypotheses/index.js";
import { type FigureOrigin, runsOf } from "../notebook/origin.js";
import type { ArmRuns } from "../study/arm.js";
import { factorColumns } from "../study/run-rows.js";
import { renderTable } from "../tables/render.js";
import { drawnRows } from "./drawn-rows.js";
import type { FigureItem } from "./items.js";
import { keptFiles } from "./kept-files.js";

/** Tells what a figure shows as tidy rows, those of the records that it was made from where it says which. */
export type RowsOf = (item: Pick<FigureItem, "figure" | "origin">) => Promise<TidyRow[]>;

/** Changes with what rows of one figure are. */
const version = 1;

/** Reads the runs of a hypothesis once, at a scale; figures whose rows were computed before are not computed again. */
export function rowsOfFigures(scaleOf: (hypothesis: string) => Scale | undefined): RowsOf {
  const arms = new Map<string, Promise<ArmRuns[]>>();
  const armsOf = (hypothesis: Hypothesis) => {
    const { id } = hypothesis;
    const scale = scaleOf(id);
    if (!arms.has(id))
      arms.set(
        id,
        recordedArms(hypothesis, { scale }).then((found) => found?.arms ?? []),
      );
    return arms.get(id)!;
  };
  return async ({ figure, origin }) => {
    const hypothesis = hypotheses.find(({ id }) => id === origin?.hypothesis);
    if (!origin || !hypothesis) return drawnRows(figure);
    const { "rows.json": kept } = await keptFiles("paper-rows", [version, figure, origin], async () => {
      const rows = recordedRows(hypothesis, origin, shown(await armsOf(hypothesis), origin));
      return { "rows.json": Buffer.from(JSON.stringify(rows ?? drawnRows(figure))) };
    });
    return JSON.parse(kept!.toString("utf8")) as TidyRow[];
  };
}

/** The runs of some arms that a figure says it was made from. */
function shown(arms: readonly ArmRuns[], { runs }: FigureOrigin): ArmRuns[] {
  const seeds = new Map(runs.map((one) => [one.id, one.seeds]));
  return arms
    .map(({ arm, runs: own }) => ({
      arm,
      runs: own.filter(({ record }) => seeds.get(record.id)?.includes(record.seed)),
    }))
    .filter(({ runs: own }) => own.length > 0);
}

/** Undefined where the records are not those that the figure was made from, or it is not made of rows. */
function recordedRows(hypothesis: Hypothesis, origin: FigureOrigin, arms: ArmRuns[]): TidyRow[] | undefined {
  const count = (runs: FigureOrigin["runs"]) => runs.reduce((sum, { seeds }) => sum + seeds.length, 0);
  if (!hypothesis.figureNames.includes(origin.figure) || count(runsOf(arms)) !== count(origin.runs))
    return undefined;
  const rows = tidyRows(hypothesis.figure(origin.figure, arms).figure);
  return rows && withFactors(rows, arms);
}

/** Rows that name their arm say what it is, too. */
function withFactors(rows: TidyRow[], arms: readonly ArmRuns[]): TidyRow[] {
  const factors = new Map(arms.map(({ arm }) => [arm.label, factorColumns(arm)]));
  return rows.map(({ arm, ...row }) => {
    const own = factors.get(String(arm));
    if (own === undefined || "optimizer" in row) return { ...(arm !== undefined && { arm }), ...row };
    const { optimizer, penalty, lambda, rate } = own;
    return { ...{ arm: arm!, optimizer, penalty, lambda, rate }, ...row };
  });
}

/** Tidy rows as CSV: a column for each name that any row has. */
export function rowsCsv(rows: readonly TidyRow[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const last = ["measure", "value", "unit"].filter((name) => names.includes(name));
  const columns = [...names.filter((name) => !last.includes(name)), ...last];
  const cells = rows.map((row) =>
    columns.map((name) => {
      const cell = row[name] ?? null;
      return typeof cell === "boolean" ? String(cell) : cell;
    }),
  );
  return `${renderTable({ columns: columns.map((label) => ({ label })), rows: cells }, "csv")}\n`;
}
