import { relative } from "node:path";
import { type Command, Option } from "commander";
import { UserError } from "../errors.js";
import { browserHint, closeBrowser, findBrowser } from "../figures/browser.js";
import { exportFigures } from "../figures/export.js";
import { type PictureFormat, pictureFormats } from "../figures/render.js";
import { type Theme, themes } from "../figures/theme.js";
import {
  type ArmRuns,
  findHypothesis,
  type Hypothesis,
  hypotheses,
  type Scale,
} from "../hypotheses/index.js";
import { collectArmRuns, listRuns } from "../runs/index.js";
import { oneOf } from "../suggest.js";
import { parseScale } from "./options.js";

export interface FiguresOptions {
  /** Hypotheses by id or notebook; all by default. */
  only?: string[];
  formats?: readonly PictureFormat[];
  theme?: Theme;
  /** Scale of the runs to draw. Default: the first of lite, paper and quick that has runs. */
  scale?: Scale;
  /** Default: `figures/`. */
  directory?: string;
  /** Takes one line of progress at a time. */
  print?: (line: string) => void;
}

interface CommandLine extends Omit<FiguresOptions, "print" | "directory"> {
  out?: string;
}

export function register(program: Command): void {
  program
    .command("figures")
    .summary("export every figure as SVG, PNG and PDF from the finished runs")
    .description(
      "Draw the figures of the hypotheses from finished runs, each with a sidecar that says where it comes from.",
    )
    .option("--only <hypotheses...>", 'by id or notebook, e.g. "h01"')
    .addOption(
      new Option("--formats <list>", `comma-separated; default: ${pictureFormats.join(",")}`).argParser(
        (text) => text.split(",").map((format) => oneOf("format", format.trim(), pictureFormats)),
      ),
    )
    .addOption(
      new Option("--theme <name>", `${themes.join(" or ")}; default: screen`).argParser((text) =>
        oneOf("theme", text, themes),
      ),
    )
    .addOption(
      new Option("--scale <name>", "scale of the runs; default: lite, else paper, else quick").argParser(
        parseScale,
      ),
    )
    .option("--out <folder>", "default: figures/")
    .action(async ({ out, ...options }: CommandLine) => {
      await figuresCommand({ ...options, ...(out === undefined ? {} : { directory: out }) });
    });
}

/**
 * Exports the figures of hypotheses from their stored runs. Returns the paths written. Throws `UserError` where no
 * hypothesis asked for has a run, `UsageError` on an unknown one.
 */
export async function figuresCommand(options: FiguresOptions = {}): Promise<string[]> {
  const { only, print = console.log, scale, formats, theme, directory } = options;
  const chosen = only === undefined ? hypotheses : only.map(findHypothesis);
  if (findBrowser() === undefined) print(`${browserHint} Until then the figures are written as Plotly JSON.`);
  const written: string[] = [];
  try {
    for (const hypothesis of chosen) {
      const found = await storedArms(hypothesis, scale);
      if (found === undefined) {
        const asked = scale === undefined ? "" : ` at scale ${scale}`;
        print(
          `${hypothesis.id}: no finished runs${asked}; npm run reproduce -- ${hypothesis.id} trains them`,
        );
        continue;
      }
      const { files } = await exportFigures(hypothesis.figures(found.arms), {
        notebook: hypothesis.notebook,
        arms: found.arms,
        command: remakeCommand(hypothesis, { ...options, scale: found.scale }),
        ...(formats === undefined ? {} : { formats }),
        ...(theme === undefined ? {} : { theme }),
        ...(directory === undefined ? {} : { directory }),
      });
      const runs = found.arms.reduce((sum, arm) => sum + arm.runs.length, 0);
      print(`${hypothesis.id}: ${files.length} files from ${runs} runs at scale ${found.scale}`);
      for (const file of files) print(`  ${relative(process.cwd(), file)}`);
      written.push(...files);
    }
  } finally {
    await closeBrowser();
  }
  if (written.length === 0) {
    throw new UserError(
      "No figures were written, since there are no finished runs. Train some first: npm start.",
    );
  }
  return written;
}

function remakeCommand({ id }: Hypothesis, { scale, theme, formats }: FiguresOptions): string {
  const parts = [`npm run figures -- --only ${id} --scale ${scale}`];
  if (theme !== undefined && theme !== "screen") parts.push(`--theme ${theme}`);
  if (formats !== undefined) parts.push(`--formats ${formats.join(",")}`);
  return parts.join(" ");
}

/**
 * A hypothesis's arms with their stored runs, at the scale and on the dataset that have any; of several datasets the
 * one with the most runs.
 */
async function storedArms(
  hypothesis: Hypothesis,
  asked: Scale | undefined,
): Promise<{ arms: ArmRuns[]; scale: Scale } | undefined> {
  const { runs } = await listRuns();
  const datasets = new Map(
    runs.map(({ record: { config } }) => {
      const { name, source } = config.dataset;
      return [`${name}/${source}`, { name, source }];
    }),
  );
  for (const scale of asked === undefined ? (["lite", "paper", "quick"] as const) : [asked]) {
    let best: { arms: ArmRuns[]; count: number } | undefined;
    for (const dataset of datasets.values()) {
      const arms = await collectArmRuns(hypothesis.arms({ scale, dataset }));
      const count = arms.reduce((sum, arm) => sum + arm.runs.length, 0);
      if (count > (best?.count ?? 0)) best = { arms, count };
    }
    if (best) return { arms: best.arms, scale };
  }
  return undefined;
}
