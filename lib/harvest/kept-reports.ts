import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { latencyDirectory } from "../paths.js";
import type { HarvestReport } from "./harvest-run.js";
import { readKeptFiles } from "./kept-files.js";
import type { LatencyReport } from "./latency.js";

/** What was measured of one run's network, with how it was cut. */
export interface KeptReport extends HarvestReport {
  latency: LatencyReport;
}

/** Keeps a report among the records, in place of an earlier one of the same run and cut. Returns its path. */
export async function keepReport(report: KeptReport): Promise<string> {
  const { run, prune } = report;
  const share = "share" in prune ? `-${Math.round(100 * prune.share)}` : "";
  const path = join(latencyDirectory(), `${run.id}-seed-${run.seed}-${prune.method}${share}.json`);
  await mkdir(latencyDirectory(), { recursive: true });
  await writeFileAtomic(path, `${JSON.stringify(report, null, 2)}\n`);
  return path;
}

/** All kept reports, by file name; none where there is no folder. Throws `UserError` naming a file that is damaged. */
export const keptReports = (): KeptReport[] =>
  readKeptFiles<KeptReport>(latencyDirectory(), {
    isWhole: ({ run, variants, latency }) => run && variants && latency?.latencies,
    command: "npm run prune -- ... --keep",
  });
