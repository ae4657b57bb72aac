import { writeFileSync } from "node:fs";
import { messageOf, UsageError, UserError } from "../errors.js";
import type { NamedFigure } from "../figures/figure.js";
import { forPaper, type PaperSize } from "../figures/paper-size.js";
import { plainText } from "../figures/plain-text.js";
import { type Theme, withTheme } from "../figures/theme.js";
import { figuresDirectory } from "../paths.js";
import { StagedFiles } from "../staged.js";
import type { ArmRuns } from "../study/arm.js";
import { renderTable } from "../tables/render.js";
import type { Table } from "../tables/table.js";
import { browserHint, findBrowser } from "./browser.js";
import { type PictureFormat, pictureFormats, renderPictures } from "./render.js";
import { hypothesisOf, type SidecarOptions, sidecarOf } from "./sidecar.js";

export interface ExportOptions {
  /** Notebook stem, "01-regularization": the first half of every file's name. */
  notebook: string;
  /** The runs the figures were made from. */
  arms: ArmRuns[];
  formats?: readonly PictureFormat[];
  /** `figures/` by default. */
  directory?: string;
  /** Default: "print" where there is a `size`, else "screen". */
  theme?: Theme;
  /** Width in a paper, with text that stays readable there; title and subtitle go into the sidecar. */
  size?: PaperSize;
  /** What makes the figures again; `npm run figures` for this hypothesis by default. */
  command?: string;
}

/** A table with the name it is exported under. */
export interface NamedTable {
  name: string;
  table: Table;
}

export interface ExportResult {
  /** Paths written, pictures before their sidecar. */
  files: string[];
  /** One line for the reader where no pictures could be made. */
  hint?: string;
}

/**
 * Writes `<notebook>-<name>.svg|png|pdf` and a sidecar `<notebook>-<name>.json` for each figure. All are drawn
 * before the first is written, and all are put in place together, so that a failure leaves the earlier set. Without a
 * browser the figure itself is written instead, as `<notebook>-<name>.plotly.json`, and `hint` says how to get
 * pictures. Throws `UserError` on a bad name, a figure Plotly refuses or a folder that cannot be written.
 */
export async function exportFigures(named: NamedFigure[], options: ExportOptions): Promise<ExportResult> {
  const { notebook, formats = pictureFormats, directory = figuresDirectory(), size } = options;
  const theme = options.theme ?? (size === undefined ? "screen" : "print");
  checkNames(notebook, named);
  const hasBrowser = findBrowser() !== undefined;
  const files: File[] = [];
  for (const { figure, caption, name } of named) {
    const { parts, browserVersion } = hasBrowser
      ? await draw(figure, { formats, theme, size })
      : plotlyJson(figure, theme);
    const title = figure.layout.title as { text?: string; subtitle?: { text?: string } } | undefined;
    const about = {
      title: plainText(title?.text ?? ""),
      reading: plainText(title?.subtitle?.text ?? ""),
      caption,
      theme,
      ...(size !== undefined && { size }),
    };
    files.push(
      ...withSidecar(parts, {
        ...provenance(options),
        about,
        stem: `${notebook}-${name}`,
        ...(browserVersion !== undefined && { browserVersion }),
      }),
    );
  }
  return { files: write(files, directory, "Figures"), ...(hasBrowser ? {} : { hint: browserHint }) };
}

/**
 * Writes `<notebook>-<name>.csv`, `.tex` (booktabs, to \input) and a sidecar `.json` for each table; all or none, as
 * `exportFigures`. Throws `UserError` on a bad name or a folder that cannot be written.
 */
export function exportTables(
  named: NamedTable[],
  options: Pick<ExportOptions, "notebook" | "arms" | "directory" | "command">,
): ExportResult {
  const { notebook, directory = figuresDirectory() } = options;
  checkNames(notebook, named);
  const files = named.flatMap(({ name, table }) => {
    const parts = [
      { suffix: "csv", content: `${renderTable(table, "csv")}\n` },
      { suffix: "tex", content: `${renderTable(table, "latex")}\n` },
    ];
    const about = { title: table.title ?? "", caption: table.note ?? "" };
    return withSidecar(parts, { ...provenance(options), about, stem: `${notebook}-${name}` });
  });
  return { files: write(files, directory, "Tables") };
}

const provenance = ({
  notebook,
  arms,
  command = `npm run figures -- --only ${hypothesisOf(notebook)}`,
}: Pick<ExportOptions, "notebook" | "arms" | "command">) => ({ notebook, arms, command });

interface File {
  name: string;
  content: Buffer | string;
}

interface Part {
  suffix: string;
  content: Buffer | string;
}

function withSidecar(
  parts: Part[],
  { stem, ...options }: Omit<SidecarOptions, "files"> & { stem: string },
): File[] {
  const sidecar = sidecarOf({ ...options, files: parts.map(({ suffix }) => `${stem}.${suffix}`) });
  return [
    ...parts.map(({ suffix, content }) => ({ name: `${stem}.${suffix}`, content })),
    { name: `${stem}.json`, content: `${JSON.stringify(sidecar, null, 2)}\n` },
  ];
}

/** Puts all of them in place, or none. Returns their paths. */
function write(files: File[], directory: string, what: string): string[] {
  let staged: StagedFiles | undefined;
  try {
    staged = new StagedFiles(directory);
    for (const { name, content } of files) writeFileSync(staged.path(name), content);
    return staged.commit();
  } catch (error) {
    throw new UserError(
      `${what} could not be written to ${directory}: ${messageOf(error)}. What was there before is as it was. Make room or access there.`,
      { cause: error },
    );
  } finally {
    staged?.discard();
  }
}

interface Drawn {
  parts: Part[];
  browserVersion?: string;
}

async function draw(
  figure: NamedFigure["figure"],
  { formats, theme, size }: { formats: readonly PictureFormat[]; theme: Theme; size: PaperSize | undefined },
): Promise<Drawn> {
  const sized = size === undefined ? { figure } : forPaper(figure, size);
  const title = plainText(figure.layout.title?.text ?? "");
  const { pictures, browserVersion } = await renderPictures(sized.figure, {
    ...sized,
    formats,
    theme,
    title,
  });
  return { parts: formats.map((suffix) => ({ suffix, content: pictures[suffix]! })), browserVersion };
}

function plotlyJson(figure: NamedFigure["figure"], theme: Theme): Drawn {
  return { parts: [{ suffix: "plotly.json", content: `${JSON.stringify(withTheme(figure, theme))}\n` }] };
}

function checkNames(notebook: string, named: { name: string }[]): void {
  const names = named.map(({ name }) => name);
  for (const name of [notebook, ...names]) {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
      throw new UsageError(
        `"${name}" cannot name an exported file. Expected lower-case letters, digits and dashes.`,
      );
    }
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new UsageError(`Two figures or tables are named "${twice}". Give each its own name.`);
}
