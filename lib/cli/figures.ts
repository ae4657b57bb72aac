import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { type Command, Option } from "commander";
import { messageOf, UsageError, UserError } from "../errors.js";
import { browserHint, closeBrowser, findBrowser, withStudio } from "../export/browser.js";
import { exportFigures, exportTables, type NamedTable } from "../export/figures.js";
import { type PictureFormat, pictureFormats } from "../export/render.js";
import type { NamedFigure } from "../figures/figure.js";
import { type PaperSize, paperSizes } from "../figures/paper-size.js";
import { type Theme, themes } from "../figures/theme.js";
import { findHypothesis, type Hypothesis, hypotheses, type Scale } from "../hypotheses/index.js";
import { missingRuns, recordedArms } from "../hypotheses/recorded.js";
import { listNotebooks, notebooksDirectory, readNotebook, resolveNotebooks } from "../notebook/notebooks.js";
import { notebookFigures, notebookTables, titleOf } from "../notebook/outputs.js";
import { figuresDirectory } from "../paths.js";
import { RunIndex } from "../runs/run-index.js";
import type { ArmRuns } from "../study/arm.js";
import { oneOf } from "../suggest.js";
import { parseScale } from "./options.js";
import { shownPath } from "./shown-path.js";

export interface FiguresOptions {
  /** Hypotheses or notebooks by id, number or name; all by default. */
  only?: string[];
  formats?: readonly PictureFormat[];
  /** Default: "print" where there is a `size`, else "screen". */
  theme?: Theme;
  /** Width in a paper. Default: as on screen. */
  size?: PaperSize;
  /** Scale of the runs to draw. Default: the first of lite, paper and quick that has runs. */
  scale?: Scale;
  /** Export also hypotheses that lack runs. Default false. */
  partial?: boolean;
  /** Default: `figures/`, with a size or another theme a folder of its name in it. */
  directory?: string;
  /** Folder of the notebooks. Default: `notebooks/`. */
  notebooks?: string;
  /** Takes one line of progress at a time. */
  print?: (line: string) => void;
}

interface CommandLine extends Omit<FiguresOptions, "print" | "directory" | "notebooks"> {
  out?: string;
}

export function register(program: Command): void {
  program
    .command("figures")
    .summary("export every figure (SVG, PNG, PDF) and table (CSV, LaTeX) of the notebooks")
    .description(
      "Draw the figures of the hypotheses from finished runs and write the tables of their notebooks, each with a sidecar that says where it comes from.",
    )
    .option("--only <names...>", 'hypotheses or notebooks, e.g. "h01"')
    .addOption(
      new Option("--formats <list>", `comma-separated; default: ${pictureFormats.join(",")}`).argParser(
        (text) => text.split(",").map((format) => oneOf("format", format.trim(), pictureFormats)),
      ),
    )
    .addOption(
      new Option("--theme <name>", `${themes.join(" or ")}; default: screen, with a size print`).argParser(
        (text) => oneOf("theme", text, themes),
      ),
    )
    .addOption(
      new Option(
        "--size <name>",
        `width in a two-column paper: ${paperSizes.join(" (3.25 in) or ")} (6.875 in)`,
      ).argParser((text) => oneOf("size", text, paperSizes)),
    )
    .addOption(
      new Option("--scale <name>", "scale of the runs; default: lite, else paper, else quick").argParser(
        parseScale,
      ),
    )
    .option("--partial", "export also hypotheses that lack runs")
    .option("--out <folder>", "default: figures/, with a size or theme a folder of its name in it")
    .action(async ({ out, ...options }: CommandLine) => {
      await figuresCommand({ ...options, ...(out === undefined ? {} : { directory: out }) });
    });
}

/**
 * Exports the figures and tables of hypotheses and notebooks. Returns the paths written. Throws `UserError` where none of
 * those asked for has what it takes, `UsageError` on an unknown one.
 */
export async function figuresCommand(options: FiguresOptions = {}): Promise<string[]> {
  const { only, print = console.log, notebooks = notebooksDirectory(), size, theme } = options;
  const sources = chosenSources(only, notebooks);
  // It takes as long to start as the records to read.
  if (findBrowser() === undefined) print(`${browserHint} Until then the figures are written as Plotly JSON.`);
  else void withStudio(async () => undefined).catch(() => undefined);
  const folder = size ?? (theme === "screen" ? undefined : theme);
  const settings: Settings = {
    ...options,
    notebooks,
    directory: options.directory ?? join(figuresDirectory(), ...(folder === undefined ? [] : [folder])),
    stored: new RunIndex(),
  };
  const written: string[] = [];
  try {
    for (const source of sources) {
      try {
        const { files, from, missing } = await exportSource(source, settings);
        print(`${nameOf(source)}: ${files.length} files from ${from}`);
        for (const sentence of missing) print(`  ${sentence}`);
        for (const line of grouped(files)) print(`  ${line}`);
        written.push(...files);
      } catch (error) {
        if (!(error instanceof UserError) || error instanceof UsageError) throw error;
        print(`${nameOf(source)}: skipped. ${messageOf(error)}`);
      }
    }
  } finally {
    await closeBrowser();
  }
  if (written.length === 0)
    throw new UserError("Nothing was exported; the lines above say what is missing and what helps.");
  return written;
}

/** A hypothesis with its notebook, or a notebook without a hypothesis of its own (overview, recipes), by its stem. */
type Source = Hypothesis | string;

interface Settings extends FiguresOptions {
  notebooks: string;
  directory: string;
  stored: RunIndex;
}

const nameOf = (source: Source): string => (typeof source === "string" ? source : source.id);

function chosenSources(only: string[] | undefined, folder: string): Source[] {
  const others = listNotebooks(folder)
    .map((path) => basename(path, ".ipynb"))
    .filter((stem) => hypotheses.every(({ notebook }) => notebook !== stem));
  if (only === undefined) return [...hypotheses, ...others];
  return only.map((name) => {
    try {
      return findHypothesis(name);
    } catch (error) {
      const paths = others.map((stem) => join(folder, `${stem}.ipynb`));
      const stem = paths.length > 0 && tryStem(name, folder);
      if (stem && others.includes(stem)) return stem;
      throw error;
    }
  });
}

function tryStem(name: string, folder: string): string | undefined {
  try {
    return basename(resolveNotebooks([name], folder)[0]!, ".ipynb");
  } catch {
    return undefined;
  }
}

interface ExportedSource {
  files: string[];
  from: string;
  /** What could not be drawn, a sentence each. */
  missing: string[];
}

async function exportSource(source: Source, settings: Settings): Promise<ExportedSource> {
  const { partial = false, scale, stored, notebooks } = settings;
  if (typeof source === "string") {
    const notebook = readNotebook(join(notebooks, `${source}.ipynb`));
    const [figures, tables] = [notebookFigures(notebook), notebookTables(notebook)];
    if (figures.length + tables.length === 0)
      throw new UserError(
        `It shows no figure or table. Execute it: npm run notebook -- ${source.slice(0, 2)}.`,
      );
    return {
      files: await exportAll({ notebook: source, arms: [], figures, tables, settings }),
      from: "its outputs",
      missing: [],
    };
  }
  const found = await recordedArms(source, { scale, stored });
  if (found === undefined) {
    const asked = scale === undefined ? "" : ` at scale ${scale}`;
    throw new UserError(`It has no finished runs${asked}. Train them: npm run reproduce -- ${source.id}.`);
  }
  const missing = missingRuns(found.arms);
  if (missing.length > 0 && !partial) refusePartial(source, found.scale, missing);
  const { arms } = found;
  const left: string[] = [];
  const figures = source.figures(arms, (sentence) => left.push(sentence));
  if (figures.length === 0) throw new UserError(left[0]!);
  const own = ownOutputs(source, found.scale, notebooks, figures);
  const files = await exportAll({
    notebook: source.notebook,
    arms,
    figures: [...figures, ...own.figures],
    tables: own.tables ?? (await standardTables(arms)),
    settings: { ...settings, scale: found.scale },
  });
  const runs = arms.reduce((sum, arm) => sum + arm.runs.length, 0);
  const lack = missing.length > 0 ? `; ${missing.length} are missing` : "";
  return { files, from: `${runs} runs at scale ${found.scale}${lack}`, missing: left };
}

function refusePartial({ id }: Hypothesis, scale: Scale, missing: { label: string; seed: number }[]): never {
  const [first] = missing;
  throw new UserError(
    `${missing.length} of its runs at scale ${scale} are missing (${first!.label}, seed ${first!.seed}, for one). ` +
      `Train them: npm run sweep -- ${id} --scale ${scale} --data NAME=DIR. Or export what is there: --partial.`,
  );
}

/** Notebooks are executed at this scale. */
const notebookScale: Scale = "lite";

/**
 * What a hypothesis' executed notebook shows besides the hypothesis' figures. Its tables are undefined where it was not
 * executed, or shows another scale than the one asked for.
 */
function ownOutputs(
  { notebook: stem }: Hypothesis,
  scale: Scale,
  folder: string,
  known: NamedFigure[],
): { figures: NamedFigure[]; tables: NamedTable[] | undefined } {
  const path = join(folder, `${stem}.ipynb`);
  if (scale !== notebookScale || !existsSync(path)) return { figures: [], tables: undefined };
  const notebook = readNotebook(path);
  const titles = new Set(known.map(({ figure }) => titleOf(figure)));
  const tables = notebookTables(notebook);
  return {
    figures: notebookFigures(notebook).filter(({ figure }) => !titles.has(titleOf(figure))),
    tables: tables.length > 0 ? tables : undefined,
  };
}

/** The tables that every hypothesis has, for runs that no notebook shows. */
async function standardTables(arms: ArmRuns[]): Promise<NamedTable[]> {
  // Dataframes take a second to load.
  const { armSummary, layerSummary } = await import("../tables/summary.js");
  return [
    { name: "table-arms", table: armSummary(arms) },
    { name: "table-layers", table: layerSummary(arms, { measure: "deadByActivation" }) },
  ];
}

interface ExportAll {
  notebook: string;
  arms: ArmRuns[];
  figures: NamedFigure[];
  tables: NamedTable[];
  settings: Settings;
}

async function exportAll({ notebook, arms, figures, tables, settings }: ExportAll): Promise<string[]> {
  const { formats, theme, size, directory } = settings;
  const common = { notebook, arms, directory, command: remakeCommand(notebook, settings) };
  const pictures = await exportFigures(figures, {
    ...common,
    ...(formats === undefined ? {} : { formats }),
    ...(theme === undefined ? {} : { theme }),
    ...(size === undefined ? {} : { size }),
  });
  return [...pictures.files, ...exportTables(tables, common).files];
}

function remakeCommand(notebook: string, { scale, theme, size, formats, partial }: Settings): string {
  const hypothesis = hypotheses.find((one) => one.notebook === notebook);
  const parts = [`npm run figures -- --only ${hypothesis?.id ?? notebook}`];
  if (hypothesis && scale !== undefined) parts.push(`--scale ${scale}`);
  if (size !== undefined) parts.push(`--size ${size}`);
  if (theme !== undefined && theme !== "screen") parts.push(`--theme ${theme}`);
  if (formats !== undefined) parts.push(`--formats ${formats.join(",")}`);
  if (partial) parts.push("--partial");
  return parts.join(" ");
}

/** One line for what belongs together: "figures/01-x.{svg,png,pdf,json}". */
function grouped(files: string[]): string[] {
  const stems = new Map<string, string[]>();
  for (const file of files) {
    const [, stem = file, suffix = ""] = /^(.*?)\.(plotly\.json|[a-z]+)$/.exec(file) ?? [];
    stems.set(stem, [...(stems.get(stem) ?? []), suffix]);
  }
  return [...stems].map(([stem, suffixes]) => `${shownPath(stem)}.{${suffixes.join(",")}}`);
}
