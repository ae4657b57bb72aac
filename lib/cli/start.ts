import type { Command } from "commander";
import pc from "picocolors";
import type { EngineName } from "../engine/engine.js";
import { describeDuration } from "../runs/describe.js";
import { absentTools } from "./absent.js";
import { jobsOf, runExperiment, workersOf } from "./experiment.js";
import { addTrainingOptions, type TrainingOptions } from "./options.js";
import { planExperiment } from "./reproduce.js";
import { failOnFailures, showResults } from "./results.js";

/**
 * Multiply-accumulates a second of one worker at quick scale, measured once on one machine: good enough to say
 * "about two minutes" before anything is measured here.
 */
const typicalRate: Record<EngineName, number> = { tensorflow: 12e9, wasm: 5e9 };

export function register(program: Command): void {
  const command = program
    .command("start")
    .description("run the first hypothesis from scratch, in a few minutes, offline");
  addTrainingOptions(command).action(start);
}

async function start(options: TrainingOptions): Promise<void> {
  const { hypotheses } = await import("../hypotheses/index.js");
  const hypothesis = hypotheses[0]!;
  const experiment = await planExperiment(hypothesis, { scale: "quick", data: {} });
  const jobs = jobsOf(experiment);
  const workers = workersOf(options, jobs.length);
  process.stderr.write(
    [
      pc.bold("On Implicit Filter Level Sparsity in Convolutional Neural Networks, in small"),
      hypothesis.question,
      `${jobs.length} small networks (${jobs[0]!.config.steps.toLocaleString("en")} steps each) on built-in images; nothing is downloaded. Ctrl-C stops, the same command goes on.`,
      "",
    ].join("\n"),
  );
  let engineUsed: string | undefined;
  const result = await runExperiment(experiment, options, {
    onEngine({ engine, version }, view) {
      engineUsed = engine;
      const work = view.missingCosts().reduce((sum, cost) => sum + cost, 0);
      const seconds = work / typicalRate[engine as EngineName] / workers;
      const expected = describeDuration(Math.max(10, 10 * Math.round(seconds / 10)));
      view.line(
        `engine ${engine}: ${version}, ${workers} at once; expect about ${expected}, depending on the machine`,
      );
    },
  });
  await showResults(experiment, result, { ...options, moreHints: () => absentTools(engineUsed) });
  if (!options.json && result.queue.failed.length === 0)
    process.stdout.write(
      `\nNext: npm run lab to read the notebook, or npm run reproduce -- ${hypothesis.id} --scale lite --data cifar10=DIR for real images and a verdict on 3 seeds.\n`,
    );
  failOnFailures(result.queue);
}
