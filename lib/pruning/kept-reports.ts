import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { messageOf, UserError } from "../errors.js";
import { latencyDirectory } from "../paths.js";
import type { HarvestReport } from "./harvest-run.js";
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
export function keptReports(): KeptReport[] {
  const directory = latencyDirectory();
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      const path = join(directory, name);
      try {
        const report = JSON.parse(readFileSync(path, "utf8")) as Partial<KeptReport>;
        if (!report.run || !report.variants || !report.latency?.latencies)
          throw new Error("parts of it are missing");
        return report as KeptReport;
      } catch (error) {
        throw new UserError(
          `${path} is damaged: ${messageOf(error)}. Delete it and measure again with npm run prune -- ... --keep.`,
        );
      }
    });
}
