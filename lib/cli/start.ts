import type { Command } from "commander";
import pc from "picocolors";
import { Durations, sampleRecords } from "../runs/durations.js";
import { RunIndex } from "../runs/run-index.js";
import { absentTools } from "./absent.js";
import { describeExpected, expected } from "./expected.js";
import { jobsOf, runExperiment, workersOf } from "./experiment.js";
import { addTrainingOptions, type TrainingOptions } from "./options.js";
import { planExperiment } from "./reproduce.js";
import { failOnFailures, showResults } from "./results.js";

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
  const records = await sampleRecords(new RunIndex());
  let engineUsed: string | undefined;
  const result = await runExperiment(experiment, options, {
    onEngine({ engine, version }, view) {
      engineUsed = engine;
      const time = expected(view.missing(), new Durations(records, { engine }), workers);
      view.line(`engine ${engine}: ${version}, ${workers} at once; expect ${describeExpected(time)}`);
    },
  });
  await showResults(experiment, result, { ...options, moreHints: () => absentTools(engineUsed) });
  if (!options.json && result.queue.failed.length === 0)
    process.stdout.write(
      `\nNext: npm run lab to read the notebook, or npm run reproduce -- ${hypothesis.id} --scale lite --data cifar10=DIR for real images and a verdict on 3 seeds.\n`,
    );
  failOnFailures(result.queue);
}
