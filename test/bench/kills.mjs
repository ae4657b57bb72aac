// Kills commands that write files at random moments, again and again over the same folder, and looks whether what lies
// there is always one whole set, that of before or the new one, and whether the next command works and clears up:
//   npm run build && node test/bench/kills.mjs [--kills 50] [--seed 1] [--commands export,prune,figures,paper,notebook]
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
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
  options: {
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    commands: { type: "string", default: "export,prune,figures,paper,notebook" },
  },
});
const main = fileURLToPath(new URL("../../lib/dist/cli/main.js", import.meta.url));
const notebooks = fileURLToPath(new URL("../../notebooks", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "filter-sparsity-kills-"));
const random = openRandom(Number(values.seed), "kills");
// What a killed process leaves among the system's temporary files is seen too.
const env = { FILTER_SPARSITY_CACHE: join(root, "cache"), TMPDIR: join(root, "tmp") };
for (const folder of Object.values(env)) mkdirSync(folder, { recursive: true });
Object.assign(process.env, env);

const optionsOf = ({ runs }) => ({
  stdio: ["ignore", "ignore", "pipe"],
  encoding: "utf8",
  env: { ...process.env, ...(runs && { FILTER_SPARSITY_RUNS: join(root, "runs") }) },
});

/** Runs of two configurations, so that one export differs from the other. Returns their ids. */
async function makeRuns() {
  process.env.FILTER_SPARSITY_RUNS = join(root, "runs");
  for (const learningRate of [0.01, 0.02]) {
    const config = parseRunConfig({
      dataset: { name: "synthetic", source: "builtin", size: 16 },
      model: { widths: [16, 32, 64] },
      optimizer: { name: "adam", learningRate },
      steps: 500,
    });
    for (let seed = 1; seed <= 8; seed++) await saveRun(fakeRun(config, seed));
  }
  delete process.env.FILTER_SPARSITY_RUNS;
  return readdirSync(join(root, "runs"));
}

/** Trains the least there is to have a network to prune. Returns its id. */
function trainOne() {
  const training = spawnSync(
    process.execPath,
    [main, "reproduce", "h01", "--scale", "smoke", "--seeds", "1", "--no-figures"],
    optionsOf({}),
  );
  const [id] = readdirSync(join(env.FILTER_SPARSITY_CACHE, "runs"));
  if (training.status !== 0 || id === undefined) throw new Error(training.stderr);
  return id;
}

/**
 * For each command two sets of words that write different sets of files to one folder, and which files make a set; names
 * that only one of the two writes stay beside the other's.
 */
const scenarios = {
  async export() {
    const out = join(root, "export");
    const words = ["export", "--to", out, "--format", "csv,parquet,tensorboard", "--only"];
    const ids = await makeRuns();
    return { out, runs: true, sets: ids.map((id) => [...words, id]), of: /\.(csv|parquet)$/ };
  },
  prune() {
    const out = join(root, "pruned");
    const words = ["prune", trainOne(), "--retrain", "--no-latency", "--out", out, "--by", "slimming"];
    return { out, sets: ["0.3", "0.6"].map((share) => [...words, "--share", share]), of: /./ };
  },
  figures() {
    const out = join(root, "figures");
    const words = ["figures", "--only", "h18", "--formats", "svg", "--out", out, "--theme"];
    return { out, sets: ["screen", "print"].map((theme) => [...words, theme]), of: /\.svg$/ };
  },
  paper() {
    const out = join(root, "paper");
    return {
      out,
      sets: ["17", "18"].map((name) => ["paper", name, "--out", out]),
      of: /\.html$/,
      names: true,
    };
  },
  notebook() {
    const out = join(root, "notebooks");
    mkdirSync(out);
    const path = join(out, "odd.ipynb");
    cpSync(join(notebooks, "00-overview.ipynb"), path);
    return { out, sets: [["notebook", path]], of: /\.ipynb$/ };
  },
};

/** A checksum of the files that make a set, or of their names alone. */
function stateOf({ out, of, names = false }) {
  const hash = createHash("sha256");
  const all = existsSync(out) ? readdirSync(out, { recursive: true, withFileTypes: true }) : [];
  for (const path of all
    .filter((entry) => entry.isFile() && of.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\.tmp\b|\/\./.test(path.slice(out.length)))
    .sort())
    hash.update(`${path}\0`).update(names ? "" : readFileSync(path));
  return hash.digest("hex");
}

/** Temporary names in the folder, beside it and among the system's. */
const litterOf = ({ out }) =>
  [out, join(out, ".."), env.TMPDIR]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => /\.tmp$|-building-|^filter-sparsity/.test(name));

async function killOften(name) {
  const scenario = await scenarios[name]();
  const { sets } = scenario;
  const whole = new Set([stateOf(scenario)]);
  let milliseconds = Number.POSITIVE_INFINITY;
  for (const words of sets) {
    for (let time = 0; time < 2; time++) {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, [main, ...words], optionsOf(scenario));
      milliseconds = Math.min(milliseconds, performance.now() - started);
      if (status !== 0) throw new Error(`${words.join(" ")}: ${stderr}`);
      whole.add(stateOf(scenario));
    }
  }
  const counts = { kills: Number(values.kills), late: 0, before: 0, after: 0, mixed: 0 };
  for (let kill = 0; kill < counts.kills; kill++) {
    const before = stateOf(scenario);
    const child = spawn(process.execPath, [main, ...sets[kill % sets.length]], optionsOf(scenario));
    child.stderr.resume();
    const ended = new Promise((settle) => child.on("exit", settle));
    // Most of the time goes into the start; the files are written towards the end.
    await Promise.race([sleep(milliseconds * (0.3 + 0.8 * random.uniform())), ended]);
    if (!child.kill(kill % 2 === 0 ? "SIGKILL" : "SIGTERM")) counts.late++;
    await ended;
    const after = stateOf(scenario);
    counts[!whole.has(after) ? "mixed" : after === before ? "before" : "after"]++;
  }
  const left = litterOf(scenario).length;
  const { status } = spawnSync(process.execPath, [main, ...sets[0]], optionsOf(scenario));
  const litter = litterOf(scenario);
  console.log(JSON.stringify({ command: name, ...counts, left, stays: litter.length, next: status }));
  if (counts.mixed > 0 || litter.length > 0 || status !== 0) {
    if (litter.length > 0) console.log(litter.slice(0, 5).join("\n"));
    process.exitCode = 1;
  }
}

try {
  for (const name of values.commands.split(",")) await killOften(name);
} finally {
  rmSync(root, { recursive: true, force: true });
}
