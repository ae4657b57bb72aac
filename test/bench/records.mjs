// Times what looks at records over many of them: copies of the committed ones under more seeds, and made-up ones of
// configurations that no hypothesis names, in a temporary folder:
//   npm run build && node test/bench/records.mjs [--seeds 6000] [--others 14000] [--commands verdicts,runs] [--keep DIR]
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runsDirectory } from "../../lib/dist/paths.js";
import { parseRunConfig, runId } from "../../lib/dist/runs/config.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "6000" },
    others: { type: "string", default: "14000" },
    commands: { type: "string", default: "verdicts,verdicts,runs,runs" },
    keep: { type: "string" },
  },
});
const main = fileURLToPath(new URL("../../lib/dist/cli/main.js", import.meta.url));
const root = values.keep ?? mkdtempSync(join(tmpdir(), "filter-sparsity-records-"));
const runs = join(root, "runs");

/** Puts a record there, its table a second name of the one that it was copied from. */
function put(record, table) {
  const folder = join(runs, record.id, `seed-${record.seed}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "record.json"), JSON.stringify(record, null, 1));
  linkSync(table, join(folder, "filters.parquet"));
}

function make() {
  const stored = readdirSync(runsDirectory()).flatMap((id) =>
    readdirSync(join(runsDirectory(), id)).map((name) => join(runsDirectory(), id, name)),
  );
  mkdirSync(join(root, "tables"), { recursive: true });
  const originals = stored.map((folder, number) => {
    const table = join(root, "tables", `${number}.parquet`);
    writeFileSync(table, readFileSync(join(folder, "filters.parquet")));
    return { record: JSON.parse(readFileSync(join(folder, "record.json"), "utf8")), table };
  });
  for (const { record, table } of originals) put(record, table);
  for (let number = 0; number < Number(values.seeds); number++) {
    const { record, table } = originals[number % originals.length];
    put({ ...record, seed: 1000 + number }, table);
  }
  for (let number = 0; number < Number(values.others); number++) {
    const { record, table } = originals[number % originals.length];
    const { learningRate } = record.config.optimizer;
    const optimizer = { ...record.config.optimizer, learningRate: learningRate * (1 + (1 + number) / 1e6) };
    const config = parseRunConfig({ ...record.config, optimizer });
    put({ ...record, config, id: runId(config) }, table);
  }
}

try {
  if (values.keep === undefined || !readdirSync(root).includes("runs")) make();
  mkdirSync(join(root, "cache"), { recursive: true });
  const env = { ...process.env, FILTER_SPARSITY_RUNS: runs, FILTER_SPARSITY_CACHE: join(root, "cache") };
  for (const command of values.commands.split(",")) {
    const words = command === "export" ? ["export", "--to", join(root, "out")] : command.split(" ");
    const started = performance.now();
    const measure =
      "process.on('exit', () => { const { userCPUTime, maxRSS } = process.resourceUsage(); " +
      "console.error('USER', userCPUTime, 'PEAK', maxRSS); })";
    const { stderr, status } = spawnSync(
      process.execPath,
      ["--import", `data:text/javascript,${encodeURIComponent(measure)}`, main, ...words],
      { env, encoding: "utf8", stdio: ["ignore", "ignore", "pipe"], maxBuffer: 1e9 },
    );
    const seconds = (performance.now() - started) / 1000;
    const user = Number(/USER (\d+)/.exec(stderr)?.[1]) / 1e6;
    const peak = Number(/PEAK (\d+)/.exec(stderr)?.[1]) / 1024;
    console.log(
      `${command}: ${seconds.toFixed(1)} s (user ${user.toFixed(1)} s), ${Math.round(peak)} MiB, exit ${status}`,
    );
  }
} finally {
  if (values.keep === undefined) rmSync(root, { recursive: true, force: true });
}
