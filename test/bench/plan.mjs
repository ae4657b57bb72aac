// Times the planning of many runs over many stored records, which are made up in a temporary folder:
//   npm run build && node test/bench/plan.mjs [--runs 10000] [--records 100000] [--json]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseRunConfig, runId } from "../../lib/dist/runs/config.js";
import { planRuns } from "../../lib/dist/runs/plan.js";
import { fakeRun } from "../runs/fake-run.mjs";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    records: { type: "string", default: "100000" },
    json: { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);
const records = Number(values.records);
const seeds = [1, 2, 3];

const root = mkdtempSync(join(tmpdir(), "filter-sparsity-plan-"));
process.env.FILTER_SPARSITY_RUNS = join(root, "runs");
process.env.FILTER_SPARSITY_CACHE = join(root, "cache");

/** What an arm of a hypothesis gives; the learning rate alone tells one from the next. */
const configOf = (number) =>
  parseRunConfig({
    dataset: { name: "cifar10", source: "jpeg", size: 16, trainImages: 10_000 },
    model: { widths: [4, 8] },
    optimizer: { name: "adam", learningRate: 1e-3 * (1 + number / 1e6) },
    penalty: { kind: "l2", lambda: 1e-4 },
    schedule: { name: "step", milestones: [0.6, 0.85] },
    steps: 5000,
  });

try {
  // Every second configuration that is planned is on record, and many that nobody asks for.
  for (let stored = 0; stored < records; stored++) {
    const config = configOf(2 * Math.floor(stored / seeds.length));
    const seed = seeds[stored % seeds.length];
    const folder = join(root, "runs", runId(config), `seed-${seed}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "record.json"),
      `${JSON.stringify(fakeRun(config, seed, 1).record, null, 1)}\n`,
    );
    writeFileSync(join(folder, "filters.parquet"), "made up");
  }
  const started = performance.now();
  const arms = Array.from({ length: Math.ceil(runs / seeds.length) }, (_, number) => ({
    label: `arm ${number}`,
    optimizer: "Adam",
    lambda: 1e-4,
    config: configOf(number),
  }));
  const plan = (await planRuns([{ hypothesis: "made-up", arms, seeds }])).slice(0, runs);
  const seconds = (performance.now() - started) / 1000;
  const there = plan.filter(({ finished }) => finished).length;
  const result = { runs: plan.length, records, there, seconds: Number(seconds.toFixed(3)) };
  process.stdout.write(
    values.json
      ? `${JSON.stringify(result)}\n`
      : `${result.runs} runs (${there} there) planned over ${records} records in ${result.seconds} s\n`,
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
