import { mkdirSync } from "node:fs";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { messageOf, UsageError, UserError } from "../errors.js";
import type { ArmRuns, NamedFigure } from "../hypotheses/hypothesis.js";
import { figuresDirectory } from "../paths.js";
import { browserHint, findBrowser } from "./browser.js";
import { type PictureFormat, pictureFormats, renderPictures } from "./render.js";
import { hypothesisOf, sidecarOf } from "./sidecar.js";
import { type Theme, withTheme } from "./theme.js";

export interface ExportOptions {
  /** Notebook stem, "01-regularization": the first half of every file's name. */
  notebook: string;
  /** The runs the figures were made from. */
  arms: ArmRuns[];
  formats?: readonly PictureFormat[];
  /** `figures/` by default. */
  directory?: string;
  theme?: Theme;
  /** What makes the figures again; `npm run figures` for this hypothesis by default. */
  command?: string;
}

export interface ExportResult {
  /** Paths written, pictures before their sidecar. */
  files: string[];
  /** One line for the reader where no pictures could be made. */
  hint?: string;
}

/**
 * Writes `<notebook>-<name>.svg|png|pdf` and a sidecar `<notebook>-<name>.json` for each figure. All are drawn
 * before the first is written, and each file is replaced whole, so that a failure leaves the earlier set. Without a
 * browser the figure itself is written instead, as `<notebook>-<name>.plotly.json`, and `hint` says how to get
 * pictures. Throws `UserError` on a bad name, a figure Plotly refuses or a folder that cannot be written.
 */
export async function exportFigures(named: NamedFigure[], options: ExportOptions): Promise<ExportResult> {
  const {
    notebook,
    arms,
    formats = pictureFormats,
    directory = figuresDirectory(),
    theme = "screen",
  } = options;
  checkNames(notebook, named);
  const { command = `npm run figures -- --only ${hypothesisOf(notebook)}` } = options;
  const hasBrowser = findBrowser() !== undefined;
  const files: { path: string; content: Buffer | string }[] = [];
  for (const item of named) {
    const stem = `${notebook}-${item.name}`;
    const drawn = hasBrowser ? await draw(item, { formats, theme }) : plotlyJson(item, theme);
    const sidecar = sidecarOf(item, {
      notebook,
      arms,
      files: drawn.parts.map(({ suffix }) => `${stem}.${suffix}`),
      theme,
      command,
      ...(drawn.browserVersion === undefined ? {} : { browserVersion: drawn.browserVersion }),
    });
    for (const { suffix, content } of drawn.parts)
      files.push({ path: join(directory, `${stem}.${suffix}`), content });
    files.push({ path: join(directory, `${stem}.json`), content: `${JSON.stringify(sidecar, null, 2)}\n` });
  }
  try {
    mkdirSync(directory, { recursive: true });
    for (const { path, content } of files) await writeFileAtomic(path, content);
  } catch (error) {
    throw new UserError(
      `Figures could not be written to ${directory}: ${messageOf(error)}. Make room or access there.`,
      {
        cause: error,
      },
    );
  }
  return { files: files.map(({ path }) => path), ...(hasBrowser ? {} : { hint: browserHint }) };
}

interface Drawn {
  parts: { suffix: string; content: Buffer | string }[];
  browserVersion?: string;
}

async function draw(
  { figure }: NamedFigure,
  { formats, theme }: { formats: readonly PictureFormat[]; theme: Theme },
): Promise<Drawn> {
  const { pictures, browserVersion } = await renderPictures(figure, { formats, theme });
  return { parts: formats.map((suffix) => ({ suffix, content: pictures[suffix]! })), browserVersion };
}

function plotlyJson({ figure }: NamedFigure, theme: Theme): Drawn {
  return { parts: [{ suffix: "plotly.json", content: `${JSON.stringify(withTheme(figure, theme))}\n` }] };
}

function checkNames(notebook: string, named: NamedFigure[]): void {
  const names = named.map(({ name }) => name);
  for (const name of [notebook, ...names]) {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
      throw new UsageError(
        `"${name}" cannot name a figure's file. Expected lower-case letters, digits and dashes.`,
      );
    }
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`Two figures are named "${twice}". Give each its own name.`);
}
