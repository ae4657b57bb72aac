import { createRequire } from "node:module";
import { join } from "node:path";
import type { PaperSize } from "../figures/paper-size.js";
import type { Theme } from "../figures/theme.js";
import { libraryRoot } from "../paths.js";
import type { RunRecord } from "../runs/record.js";
import type { ArmRuns } from "../study/arm.js";
import { type CodeState, codeState } from "./git.js";

/** What an exported figure or table is called and how it looks. */
export interface SidecarAbout {
  title: string;
  /** How to read its marks: what stands below the title on screen. */
  reading?: string;
  caption: string;
  theme?: Theme;
  size?: PaperSize;
}

/** What stands beside each exported figure and table: where it comes from and how to make it again. No dates. */
export interface Sidecar extends SidecarAbout {
  notebook: string;
  hypothesis: string;
  files: string[];
  runs: { arm: string; id: string; seeds: number[] }[];
  datasets: { name: string; source: string; checksum: string }[];
  code: CodeState;
  /** Shell command that makes the figure again from the stored records. */
  command: string;
  /** Of this project, Plotly, the browser that drew (absent if none did), and the engines that trained. */
  versions: { project: string; plotly?: string; browser?: string; engines: string[] };
}

export interface SidecarOptions {
  about: SidecarAbout;
  notebook: string;
  arms: ArmRuns[];
  files: string[];
  command: string;
  browserVersion?: string;
}

export function sidecarOf(options: SidecarOptions): Sidecar {
  const { about, notebook, arms, files, command, browserVersion } = options;
  const records = arms.flatMap(({ runs }) => runs.map(({ record }) => record));
  const plotly = packageVersion("plotly.js-dist/package.json");
  return {
    ...about,
    notebook,
    hypothesis: hypothesisOf(notebook),
    files,
    runs: arms
      .filter(({ runs }) => runs.length > 0)
      .map(({ arm, runs }) => ({
        arm: arm.label,
        id: runs[0]!.record.id,
        seeds: runs.map(({ record }) => record.seed),
      })),
    datasets: distinct(records, ({ dataset: { name, source, checksum } }) => ({ name, source, checksum })),
    code: currentCode(),
    command,
    versions: {
      project: packageVersion(join(libraryRoot, "package.json")) ?? "unknown",
      ...(about.theme !== undefined && plotly !== undefined && { plotly }),
      ...(browserVersion !== undefined && { browser: `Chromium ${browserVersion}` }),
      engines: distinct(records, ({ environment }) => `${environment.engine}: ${environment.engineVersion}`),
    },
  };
}

let code: CodeState | undefined;

/** Asked of git once: it takes longer than to draw a figure. */
function currentCode(): CodeState {
  code ??= codeState();
  return code;
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
