// Kills commands that write files at random moments (on Linux), again and again over the same folder, and looks whether
// what lies there is always one whole set, that of before or the new one, and whether the next command works and clears up.
// What is killed between the renames of several files ("between") must be whole once the next command has begun:
//   npm run build && node test/bench/kills.mjs [--kills 50] [--seed 1] [--commands export,prune,figures,paper,notebook,cut]
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { runtimeFolder } from "../../lib/dist/onnx/runtime.js";
import { openRandom } from "../../lib/dist/random.js";
import { parseRunConfig } from "../../lib/dist/runs/config.js";
import { saveRun } from "../../lib/dist/runs/save.js";
import { StagedFiles } from "../../lib/dist/staged.js";
import { fakeRun } from "../runs/fake-run.mjs";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    commands: { type: "string", default: "export,prune,figures,paper,notebook,cut" },
  },
});
const main = fileURLToPath(new URL("../../lib/dist/cli/main.js", import.meta.url));
const overview = fileURLToPath(new URL("../../notebooks/00-overview.ipynb", import.meta.url));
const tiny = fileURLToPath(new URL("../onnx/fixtures/tiny.onnx", import.meta.url));
const runtime = runtimeFolder();
const root = mkdtempSync(join(tmpdir(), "filter-sparsity-kills-"));
const random = openRandom(Number(values.seed), "kills");
// What a killed process leaves among the system's temporary files is seen too.
const env = { FILTER_SPARSITY_CACHE: join(root, "cache"), TMPDIR: join(root, "tmp") };
for (const folder of Object.values(env)) mkdirSync(folder, { recursive: true });
Object.assign(process.env, env);

const optionsOf = ({ runs, sets }, words) => ({
  stdio: ["ignore", "ignore", "pipe"],
  encoding: "utf8",
  env: {
    ...process.env,
    KILLS_SET: String(sets?.indexOf(words)),
    ...(runs && { FILTER_SPARSITY_RUNS: join(root, "runs") }),
  },
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
    const { metadata, nbformat, nbformat_minor } = JSON.parse(readFileSync(overview, "utf8"));
    const source = "console.log((process.env.KILLS_SET + '\\n').repeat(20_000));";
    const cell = { cell_type: "code", id: "long", metadata: {}, source, outputs: [], execution_count: null };
    writeFileSync(path, JSON.stringify({ metadata, nbformat, nbformat_minor, cells: [cell] }));
    return { out, sets: ["even", "odd"].map(() => ["notebook", path]), of: /\.ipynb$/ };
  },
  async cut() {
    symlinkSync(runtime, join(env.FILTER_SPARSITY_CACHE, basename(runtime)));
    const [model, images, out] = [tiny, join(root, "images"), join(root, "cut")];
    mkdirSync(images);
    for (let index = 0; index < 24; index++) {
      const pixels = Buffer.from(Array.from({ length: 8 * 8 * 3 }, () => Math.floor(256 * random.uniform())));
      const image = sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } });
      await image.png().toFile(join(images, `${index}.png`));
    }
    const words = ["cut", model, "--images", images, "--mean", "0.5", "--std", "0.25", "--no-latency"];
    return {
      out,
      sets: ["activation", "scale"].map((by) => [...words, "--out", join(out, "cut.onnx"), "--by", by]),
      of: /./,
    };
  },
};

/**
 * Runs a command. With a signal, kills it after a random share of the processor time that it needs, as how long that
 * takes says nothing on a busy machine: of its second half, as most goes into the start, or of what is left once it
 * writes. `used` is in clock ticks.
 */
function run(scenario, words, { signal, needed = 0, share = 0, writing = false } = {}) {
  const child = spawn(process.execPath, [main, ...words], optionsOf(scenario, words));
  const seen = { used: 0, killed: false, stderr: "" };
  child.stderr.on("data", (data) => {
    seen.stderr += data;
  });
  const known = new Set(litterOf(scenario));
  let at = writing ? undefined : needed * (0.5 + 0.5 * share);
  const timer = setInterval(() => {
    seen.used = Math.max(seen.used, ticksOf(child.pid));
    if (at === undefined && litterOf(scenario).some((name) => !known.has(name)))
      at = seen.used + share * Math.max(2, needed - seen.used);
    if (signal && !seen.killed && seen.used >= at) seen.killed = child.kill(signal);
  }, 5);
  return new Promise((settle) => {
    child.on("close", (status) => {
      clearInterval(timer);
      settle({ ...seen, status });
    });
  });
}

/** User and system time of a process and its ended children, in clock ticks; 0 where it has ended. */
function ticksOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  } catch {
    return 0;
  }
}

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
  let needed = Number.POSITIVE_INFINITY;
  for (const words of sets) {
    for (let time = 0; time < 2; time++) {
      const { used, status, stderr } = await run(scenario, words);
      if (status !== 0) throw new Error(`${words.join(" ")}: ${stderr}`);
      needed = Math.min(needed, used);
      whole.add(stateOf(scenario));
    }
  }
  const counts = { kills: 0, late: 0, before: 0, after: 0, between: 0, mixed: 0 };
  while (counts.kills < Number(values.kills)) {
    const before = stateOf(scenario);
    const { killed } = await run(scenario, sets[counts.kills % sets.length], {
      signal: counts.kills % 2 === 0 ? "SIGKILL" : "SIGTERM",
      needed,
      share: random.uniform(),
      writing: counts.kills % 4 > 1,
    });
    if (!killed) counts.late++;
    let after = stateOf(scenario);
    if (!whole.has(after)) {
      counts.between++;
      new StagedFiles(scenario.out).discard();
      after = stateOf(scenario);
    }
    counts[!whole.has(after) ? "mixed" : after === before ? "before" : "after"]++;
    counts.kills++;
    if (counts.kills % 25 === 0) console.error(JSON.stringify({ command: name, ...counts }));
  }
  const left = litterOf(scenario).length;
  const { status } = spawnSync(process.execPath, [main, ...sets[0]], optionsOf(scenario, sets[0]));
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
