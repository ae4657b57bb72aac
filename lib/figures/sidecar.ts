import { createRequire } from "node:module";
import type { ArmRuns, NamedFigure } from "../hypotheses/hypothesis.js";
import type { RunRecord } from "../runs/record.js";
import { type CodeState, codeState } from "./git.js";
import type { Theme } from "./theme.js";

/** What stands beside each exported figure: where it comes from and how to make it again. No dates. */
export interface Sidecar {
  title: string;
  caption: string;
  notebook: string;
  hypothesis: string;
  files: string[];
  theme: Theme;
  runs: { arm: string; id: string; seeds: number[] }[];
  datasets: { name: string; source: string; checksum: string }[];
  code: CodeState;
  /** Shell command that makes the figure again from the stored records. */
  command: string;
  /** Of this project, Plotly, the browser that drew (absent if none did), and the engines that trained. */
  versions: { project: string; plotly: string; browser?: string; engines: string[] };
}

export interface SidecarOptions {
  notebook: string;
  arms: ArmRuns[];
  files: string[];
  theme: Theme;
  command: string;
  browserVersion?: string;
}

export function sidecarOf({ figure, caption }: NamedFigure, options: SidecarOptions): Sidecar {
  const { notebook, arms, files, theme, command, browserVersion } = options;
  const records = arms.flatMap(({ runs }) => runs.map(({ record }) => record));
  const title = figure.layout.title as { text?: string } | undefined;
  const browser = browserVersion === undefined ? {} : { browser: `Chromium ${browserVersion}` };
  return {
    title: (title?.text ?? "").replace(/<[^>]+>/g, ""),
    caption,
    notebook,
    hypothesis: hypothesisOf(notebook),
    files,
    theme,
    runs: arms
      .filter(({ runs }) => runs.length > 0)
      .map(({ arm, runs }) => ({
        arm: arm.label,
        id: runs[0]!.record.id,
        seeds: runs.map(({ record }) => record.seed),
      })),
    datasets: distinct(records, ({ dataset: { name, source, checksum } }) => ({ name, source, checksum })),
    code: codeState(),
    command,
    versions: {
      project: packageVersion("../../package.json") ?? packageVersion("../package.json") ?? "unknown",
      plotly: packageVersion("plotly.js-dist/package.json") ?? "unknown",
      ...browser,
      engines: distinct(records, ({ environment }) => `${environment.engine}: ${environment.engineVersion}`),
    },
  };
}

/** "01-regularization" -> "h01". */
export const hypothesisOf = (notebook: string): string => notebook.replace(/^(\d+).*$/, "h$1");

function distinct<T>(records: RunRecord[], part: (record: RunRecord) => T): T[] {
  const parts = new Map(records.map((record) => [JSON.stringify(part(record)), part(record)]));
  return [...parts.keys()].sort().map((key) => parts.get(key)!);
}

function packageVersion(specifier: string): string | undefined {
  try {
    const { version } = createRequire(import.meta.url)(specifier) as { version?: string };
    return version;
  } catch {
    return undefined;
  }
}
