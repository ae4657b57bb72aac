// Kills `export` at random moments, again and again over the same folder, and looks whether the set of files that lies
// there is always one whole set, that of before or the new one:
//   npm run build && node test/bench/kills.mjs [--kills 200] [--seed 1]
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openRandom } from "../../lib/dist/random.js";
import { parseRunConfig } from "../../lib/dist/runs/config.js";
import { saveRun } from "../../lib/dist/runs/save.js";
import { fakeRun } from "../runs/fake-run.mjs";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
});
const main = fileURLToPath(new URL("../../lib/dist/cli/main.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "filter-sparsity-kills-"));
const env = { FILTER_SPARSITY_RUNS: join(root, "runs"), FILTER_SPARSITY_CACHE: join(root, "cache") };
Object.assign(process.env, env);
const out = join(root, "out");
const random = openRandom(Number(values.seed), "kills");

/** Runs of two configurations, so that one export differs from the other. Returns their ids. */
async function make() {
  for (const learningRate of [0.01, 0.02]) {
    const config = parseRunConfig({
      dataset: { name: "synthetic", source: "builtin", size: 16 },
      model: { widths: [16, 32, 64] },
      optimizer: { name: "adam", learningRate },
      steps: 500,
    });
    for (let seed = 1; seed <= 8; seed++) await saveRun(fakeRun(config, seed));
  }
  return readdirSync(env.FILTER_SPARSITY_RUNS);
}

const words = (id) => [main, "export", "--to", out, "--format", "csv,parquet,tensorboard", "--only", id];

/** A checksum of the tables that lie there; logs of both exports have names of their own. */
function state() {
  const hash = createHash("sha256");
  for (const name of readdirSync(out)
    .filter((name) => /\.(csv|parquet)$/.test(name))
    .sort())
    hash.update(`${name}\0`).update(readFileSync(join(out, name)));
  return hash.digest("hex");
}

try {
  const ids = await make();
  const whole = new Map();
  let milliseconds = 0;
  for (const id of ids) {
    const started = performance.now();
    spawnSync(process.execPath, words(id), { stdio: "ignore" });
    milliseconds = performance.now() - started;
    whole.set(state(), id);
  }
  const counts = { before: 0, after: 0, mixed: 0 };
  for (let kill = 0; kill < Number(values.kills); kill++) {
    const before = state();
    const child = spawn(process.execPath, words(ids[kill % ids.length]), { stdio: "ignore" });
    const ended = new Promise((settle) => child.on("close", settle));
    // Most of the time goes into the start; the files are written towards the end.
    await Promise.race([sleep(milliseconds * (0.5 + 0.6 * random.uniform())), ended]);
    child.kill(kill % 2 === 0 ? "SIGKILL" : "SIGTERM");
    await ended;
    const after = state();
    counts[!whole.has(after) ? "mixed" : after === before ? "before" : "after"]++;
  }
  spawnSync(process.execPath, words(ids[0]), { stdio: "ignore" });
  const litter = readdirSync(out).filter((name) => name.endsWith(".tmp"));
  console.log(JSON.stringify({ kills: Number(values.kills), ...counts, litter: litter.length }));
  if (counts.mixed > 0 || litter.length > 0) process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
