import { appendFileSync } from "node:fs";
import { environmentWith } from "../../settings.js";

/** A kernel that runs a notebook from top to bottom with nobody watching. */
export interface HeadlessRun {
  /** File to which the kernel writes what failed outside of a cell's own call. */
  report: string;
  /** Seconds after which a cell that neither ends nor shows anything has failed. */
  seconds: number;
}

const names = { report: "FILTER_SPARSITY_HEADLESS_REPORT", seconds: "FILTER_SPARSITY_HEADLESS_SECONDS" };

/** What tells a kernel that it runs headless. */
export const headlessEnvironment = ({ report, seconds }: HeadlessRun): Record<string, string> => ({
  [names.report]: report,
  [names.seconds]: String(seconds),
});

/** The kernel's side of `headlessEnvironment`; undefined where a reader sits before the notebook. */
export function headlessRun(env: NodeJS.ProcessEnv = environmentWith()): HeadlessRun | undefined {
  const report = env[names.report];
  return report ? { report, seconds: Number(env[names.seconds]) } : undefined;
}

export const reportFailure = (report: string, trace: string): void => appendFileSync(report, `${trace}\n`);
