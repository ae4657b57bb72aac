import type { Command } from "commander";
import type { EngineName } from "../engine/engine.js";
import { UserError } from "../errors.js";
import type { LatencySurvey } from "../harvest/survey.js";
import type { Scale } from "../study/arm.js";
import { latencyEngines } from "./latency-engines.js";
import { parseCount, parseEngine, parseScale, parseSeconds } from "./options.js";
import { shownPath } from "./shown-path.js";
import { tellLine } from "./tell-line.js";

interface LatencyOptions {
  scale?: Scale;
  engine?: EngineName;
  batch: number;
  seconds: number;
  threads: number;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command("latency")
    .summary("time the networks that a hypothesis' runs leave when dead filters are cut")
    .description(
      "Time the network that each finished run of a hypothesis leaves when its inactive filters are cut, in turns with " +
        "the unpruned one, and keep the times in data/latency/surveys. Needs the records only. Keep the machine idle.",
    )
    .argument("<hypothesis>", "by id or notebook, e.g. h12")
    .option("--scale <name>", "scale of the runs; default: lite, else paper, else quick", parseScale)
    .option("--engine <name>", "default: the best found of tensorflow and wasm", parseEngine)
    .option("--batch <number>", "images at once", (text) => parseCount("--batch", text, 4096), 16)
    .option("--seconds <number>", "for each network", (text) => parseSeconds("--seconds", text), 0.5)
    .option("--threads <number>", "of the engine", (text) => parseCount("--threads", text, 256), 1)
    .option("--json", "print the survey as JSON")
    .action(surveyRuns);
}

async function surveyRuns(name: string, options: LatencyOptions): Promise<void> {
  const { scale, batch, seconds, threads, json } = options;
  const [{ findHypothesis }, { recordedArms }, { harvestRuns }] = await Promise.all([
    import("../hypotheses/index.js"),
    import("../hypotheses/recorded.js"),
    import("../hypotheses/h12.js"),
  ]);
  const hypothesis = findHypothesis(name);
  const found = await recordedArms(hypothesis, { scale });
  const runs = harvestRuns(found?.arms ?? [])
    .flatMap((one) => one.runs)
    .filter(({ record: { status } }) => status === "finished");
  if (!found || runs.length === 0)
    throw new UserError(
      `No finished run of ${hypothesis.id} is on record${scale ? ` at ${scale} scale` : ""}. Train some: npm run sweep -- ${hypothesis.id} --scale ${scale ?? "lite"} --data NAME=DIR.`,
    );
  const [{ surveyLatency }, { keepSurvey }, { describeProcessor }] = await Promise.all([
    import("../harvest/survey.js"),
    import("../harvest/kept-surveys.js"),
    import("../runs/machine.js"),
  ]);
  const engine = (await latencyEngines(options.engine))[0]!;
  const { networks, version } = await surveyLatency(runs, {
    ...{ engine, batch, seconds, threads },
    onProgress: (done, total) => tellLine(`${done} of ${total} networks timed`),
  });
  const survey: LatencySurvey = {
    ...{ processor: describeProcessor(), threads, engine, version, batch, networks },
  };
  tellLine(`kept in ${shownPath(await keepSurvey(survey, `${hypothesis.id}-${found.scale}`))}`);
  if (json) process.stdout.write(`${JSON.stringify(survey, null, 2)}\n`);
  else process.stdout.write(`${await summary(survey, runs.length)}\n`);
}

/** One line on all networks, one on those that lost at least half of their multiply-accumulates. */
async function summary({ networks, engine, version, batch }: LatencySurvey, runs: number): Promise<string> {
  const { spread } = await import("../harvest/latency.js");
  const halved = networks.filter(({ macReduction }) => macReduction >= 2);
  const lines = [
    `${runs} runs leave ${networks.length} different networks; ${engine} (${version}), ${batch} ${batch === 1 ? "image" : "images"} at once.`,
  ];
  if (halved.length > 0) {
    const share = spread(halved.map((network) => network.yield));
    const faster = spread(halved.map(({ speedup }) => speedup.median));
    lines.push(
      `${halved.length} of them lost at least half of their multiply-accumulates: ${faster.median.toFixed(2)} times faster in the middle (half of them ${faster.low.toFixed(2)} to ${faster.high.toFixed(2)}), speed-up over saving ${share.median.toFixed(2)} (${share.low.toFixed(2)} to ${share.high.toFixed(2)}).`,
    );
  }
  return lines.join("\n");
}
