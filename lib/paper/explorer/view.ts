import { unknownWord } from "../../suggest.js";
import { type Catalog, type Column, columnsOf, type Level, type TableName, tableNames } from "./catalog.js";

export const scaleNames = ["linear", "log"] as const;
export type ScaleName = (typeof scaleNames)[number];
export const imageNames = ["test", "validation"] as const;

/** What a reader looks at: all that the page's address says. */
export interface View {
  of: TableName;
  /** Of filters, % of all steps. */
  probe: number;
  /** Images that errors were measured on. */
  images: (typeof imageNames)[number];
  x: string;
  y: string;
  /** How numbers stand along the axes; names stand in their order. */
  scales: { x: ScaleName; y: ScaleName };
  color: string | undefined;
  panels: string | undefined;
  /** Levels that are kept, by column. */
  where: Record<string, Level[]>;
  /** Ends of the numbers that are kept, by column, or between bars of their sizes: "|gamma|". */
  between: Record<string, [from: number, to: number]>;
  /** "8242a809458e/1" */
  run: string | undefined;
}

const first: Record<TableName, Pick<View, "x" | "y" | "color" | "panels">> = {
  runs: { x: "lambda", y: "deadByActivation", color: "optimizer", panels: "penalty" },
  epochs: { x: "epoch", y: "deadByScale", color: "optimizer", panels: "penalty" },
  layers: { x: "depth", y: "deadByActivation", color: "optimizer", panels: "penalty" },
  filters: { x: "gamma", y: "maxActivation", color: "state", panels: "penalty" },
};

/** What a table is looked at first. */
export function firstView(catalog: Catalog, of: TableName): View {
  const view = { ...first[of], scales: { x: "linear", y: "linear" } } as View;
  return {
    ...view,
    ...{ of, probe: catalog.probes.at(-1) ?? 100, images: "test", where: {}, between: {}, run: undefined },
    scales: { x: usualScale(catalog, view, "x", of), y: usualScale(catalog, view, "y", of) },
  };
}

const usualScale = (
  catalog: Catalog,
  view: Pick<View, "x" | "y">,
  axis: "x" | "y",
  of: TableName,
): ScaleName => (columnsOf(catalog, of).find(({ name }) => name === view[axis])?.log ? "log" : "linear");

/** Whether a column's values can be told apart by color or panel, or chosen from. */
export const hasLevels = ({ levels }: Column): boolean => levels !== undefined;

/** The fragment of an address that opens a view: what is as at first is left out. */
export function fragmentOf(view: View, catalog: Catalog): string {
  const usual = firstView(catalog, view.of);
  const words = new URLSearchParams({ of: view.of });
  if (view.probe !== usual.probe && view.of === "filters") words.set("probe", String(view.probe));
  if (view.images !== usual.images) words.set("images", view.images);
  for (const name of ["x", "y", "color", "panels"] as const)
    if (view[name] !== usual[name]) words.set(name, view[name] ?? "");
  for (const axis of ["x", "y"] as const)
    if (view.scales[axis] !== usualScale(catalog, view, axis, view.of))
      words.set(`${axis}.scale`, view.scales[axis]);
  for (const [name, levels] of Object.entries(view.where))
    for (const level of levels) words.append(`where.${name}`, String(level));
  for (const [name, ends] of Object.entries(view.between)) words.set(`between.${name}`, ends.join(":"));
  if (view.run !== undefined) words.set("run", view.run);
  return `#${words}`;
}

/**
 * The view that an address asks for, and a line for each part of it that cannot be: what stands in its place is as at first.
 */
export function viewIn(fragment: string, catalog: Catalog): { view: View; problems: string[] } {
  const words = new URLSearchParams(fragment.replace(/^#/, ""));
  const problems: string[] = [];
  const known = <Word extends string>(
    kind: string,
    name: string,
    choices: readonly Word[],
  ): Word | undefined => {
    const given = words.get(name);
    if (given === null) return undefined;
    const found = choices.find((choice) => choice === given);
    if (found === undefined) problems.push(unknownWord(kind, given, choices).message);
    return found;
  };
  const view = firstView(catalog, known("table", "of", tableNames) ?? "filters");
  const columns = new Map(columnsOf(catalog, view.of).map((column) => [column.name, column]));
  view.images = known("kind of images", "images", imageNames) ?? view.images;
  view.probe = Number(known("probe", "probe", catalog.probes.map(String)) ?? view.probe);
  const axes = { x: columns, y: columns };
  const splits = new Map([...columns].filter(([, column]) => hasLevels(column)));
  for (const axis of ["x", "y"] as const) {
    view[axis] = known("measure", axis, [...axes[axis].keys()]) ?? view[axis];
    view.scales[axis] =
      known("scale", `${axis}.scale`, scaleNames) ?? usualScale(catalog, view, axis, view.of);
  }
  for (const name of ["color", "panels"] as const) {
    if (words.get(name) === "") view[name] = undefined;
    else
      view[name] =
        known(name === "color" ? "color" : "panel", name, [
          ...(name === "color" ? columns : splits).keys(),
        ]) ?? view[name];
  }
  const filters = [...new Set(words.keys())].flatMap((key) => {
    const [, kind, name] = /^(where|between)\.(.*)$/.exec(key) ?? [];
    return kind === undefined || name === undefined ? [] : [{ key, kind, name }];
  });
  for (const { key, kind, name } of filters) {
    const column = columns.get(columnOfRange(name));
    if (!column) problems.push(unknownWord("column", name, [...columns.keys()]).message);
    else if (kind === "where") view.where[name] = levelsIn(column, words.getAll(key), problems);
    else {
      const ends = words.get(key)!.split(":").map(Number);
      if (ends.length === 2 && ends[0]! <= ends[1]! && !column.isName)
        view.between[name] = [ends[0]!, ends[1]!];
      else
        problems.push(
          `The address keeps "${name}" between "${words.get(key)}". Expected two numbers, as in ${name} between 0:1.`,
        );
    }
  }
  view.where = Object.fromEntries(Object.entries(view.where).filter(([, levels]) => levels.length > 0));
  view.run = words.get("run") ?? undefined;
  return { view, problems };
}

function levelsIn(column: Column, texts: readonly string[], problems: string[]): Level[] {
  const levels = column.levels ?? [];
  return texts.flatMap((text) => {
    const found = levels.find((level) => String(level) === text);
    if (found !== undefined) return [found];
    problems.push(unknownWord(column.name, text, levels.map(String)).message);
    return [];
  });
}

/** The column of a range: "gamma" of "|gamma|". */
export const columnOfRange = (range: string): string => range.replace(/^\|(.*)\|$/, "$1");

/** As a reader finds it on the page: "none" for what is missing. */
export const levelText = (level: Level): string =>
  level === null ? "none" : level === true ? "yes" : level === false ? "no" : String(level);

/** "scale γ", with its unit: "test error (%)". */
export const columnText = ({ words, unit }: Pick<Column, "words" | "unit">): string =>
  unit && unit !== "filters" ? `${words} (${unit})` : words;
