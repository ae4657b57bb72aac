import { type MeasureName, measures } from "../study/measures.js";
import { plainText } from "./plain-text.js";
import type { Figure } from "./plotly.js";

type Of<R> = string | ((row: R) => unknown);

/** What of a row is shown, and what it is called. */
export interface Told<R> {
  of: Of<R>;
  title: string | ((panel: string) => string);
  unit?: string;
}

/** A chart, as far as it says what its rows are. */
export interface TidySpec<R> {
  x: Told<R> | ((panel: string) => Told<R>);
  y: Told<R> | ((panel: string) => Told<R>);
  panels?: { of: Of<R>; title?: (name: string, column: number) => string };
  series?: { of: Of<R> };
  /** What shades tell, where x and y only place them. */
  shade?: Told<R>;
}

/** A cell of a tidy row. */
export type TidyCell = string | number | boolean | null;

/** One measured value with what it was measured on: optimizer, penalty, lambda, rate, seed, measure, value, unit and more. */
export type TidyRow = Record<string, TidyCell>;

const charts = new WeakMap<Figure, () => TidyRow[]>();

/** What a chart was drawn of, one measured value a row; undefined of a figure that `chart` has not made. */
export const tidyRows = (figure: Figure): TidyRow[] | undefined => charts.get(figure)?.();

/** Columns that come first, and stay where all rows agree: what a reader looks for. */
const first = ["arm", "optimizer", "penalty", "lambda", "rate", "seed"];

/** What is set along an axis, and not measured. */
const factors = [
  ...["lambda", "rate", "batch", "steps", "images", "classes", "filters", "layers", "labelNoise"],
  ...["step", "epoch", "depth", "layer", "filter", "at", "place", "probe", "width"],
];

/** What rows of runs carry along and no figure is of. */
const dropped = ["trainLoss", "seconds", "status", "learningRate"];

/** Lets `tidyRows` tell what a figure shows. */
export function keepRows<R extends object>(figure: Figure, rows: readonly R[], spec: TidySpec<R>): Figure {
  charts.set(figure, () => ordered(rows.flatMap((row) => measured(row, spec))));
  return figure;
}

/** A row for each measured direction: where something is set along an axis, it is a column. */
function measured<R extends object>(row: R, { x, y, panels, series, shade }: TidySpec<R>): TidyRow[] {
  const own = Object.fromEntries(
    Object.entries(row).filter(
      ([name, value]) => isCell(value) && !isMeasured(name) && !dropped.includes(name),
    ),
  ) as TidyRow;
  const panel = panels ? String(read(row, panels.of)) : "";
  const along = [x, y].map((one) => (typeof one === "function" ? one(panel) : one));
  const channels = shade
    ? [shade]
    : along.filter(({ of }, place) => isValue(row, of, place === 0 ? own : {}));
  for (const { of } of channels) if (typeof of === "string") delete own[of];
  const name = (what: string, of: Of<R> | undefined): TidyRow =>
    of === undefined || typeof of === "string" ? {} : { [what]: plainText(String(read(row, of))) };
  const shared: TidyRow = { ...own, ...name("panel", panels?.of), ...name("series", series?.of) };
  // A panel's own name may be a key; its title is for readers.
  if (panels?.title) shared.panel = plainText(panels.title(panel, 0) || panel);
  return channels.map((channel) => {
    const { measure: _m, value: _v, unit: _u, ...rest } = shared;
    return { ...rest, ...measureOf(row, channel, panel) };
  });
}

/** Whether something is measured, neither a name nor a factor that stands among the columns. */
const isValue = <R extends object>(row: R, of: Of<R>, columns: TidyRow): boolean =>
  typeof read(row, of) !== "string" && !(typeof of === "string" && of in columns && isFactor(of));

const isFactor = (name: string): boolean => factors.includes(name);

function measureOf<R extends object>(row: R, channel: Told<R>, panel: string): TidyRow {
  const value = read(row, channel.of);
  const { measure: own } = row as { measure?: unknown };
  const name = typeof channel.of !== "string" ? undefined : channel.of === "value" ? own : channel.of;
  const known = isMeasured(name) ? measures[name] : undefined;
  const title = plainText(typeof channel.title === "string" ? channel.title : channel.title(panel));
  const titled = titleParts(title || plainText(panel));
  return {
    measure: known?.words ?? titled.measure,
    value: isCell(value) ? finite(value) : null,
    unit: known?.unit ?? (channel.unit?.trim() || titled.unit),
  };
}

/** "Test error (%); lower: better" as what is measured and its unit. */
export function titleParts(title: string): { measure: string; unit: string } {
  const [what = ""] = title.split(";");
  const [, measure = what, inside = ""] = /^(.*?)\s*\(([^()]*)\)\s*$/.exec(what.trim()) ?? [];
  const [unit = ""] = inside.split(",");
  // "(log scale)" is no unit.
  return { measure: measure.trim(), unit: /\blog\b|max|γ/.test(unit) ? "" : unit.trim() };
}

const isMeasured = (name: unknown): name is MeasureName => typeof name === "string" && name in measures;

const isCell = (value: unknown): value is TidyCell =>
  value === null || ["string", "number", "boolean"].includes(typeof value);

const finite = (value: TidyCell): TidyCell =>
  typeof value === "number" && !Number.isFinite(value) ? null : value;

const read = <R extends object>(row: R, of: Of<R>): unknown =>
  typeof of === "function" ? of(row) : (row as Record<string, unknown>)[of];

/** Columns that tell rows apart, the usual ones first, what was measured last. */
function ordered(rows: readonly TidyRow[]): TidyRow[] {
  const last = ["measure", "value", "unit"];
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const differs = (name: string) => new Set(rows.map((row) => row[name] ?? null)).size > 1;
  const between = names.filter((name) => !first.includes(name) && !last.includes(name) && differs(name));
  const columns = [...first.filter((name) => names.includes(name)), ...between, ...last];
  return rows.map((row) =>
    Object.fromEntries(columns.map((name) => [name, finite(textOf(row[name] ?? null))])),
  );
}

const textOf = (cell: TidyCell): TidyCell => (typeof cell === "string" ? plainText(cell) : cell);
