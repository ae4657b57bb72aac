/**
 * Trains the two arms of H1's main contrast side by side: Adam without a penalty and with the strongest L2. Ended by a
 * signal, it leaves checkpoints, and the same command goes on. See session.sh.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { armOptions } from "../../lib/dist/cli/selected-arms.js";
import { placeOf, trainJobs } from "../../lib/dist/cli/train-jobs.js";
import { findHypothesis, scaleDefaults } from "../../lib/dist/hypotheses/index.js";
import { jobsOfArms } from "../../lib/dist/study/plan.js";

const { values } = parseArgs({
  options: {
    engine: { type: "string" },
    scale: { type: "string" },
    bench: { type: "string" },
    total: { type: "string" },
    data: { type: "string", multiple: true, default: [] },
  },
});

/** Works of the benchmark that take a scale's steps. */
const workOf = { paper: "full", lite: "lite", quick: "quick" };

/** The largest scale whose two arms, by what the benchmark measured, take no longer than all sessions together. */
function fittingScale(file, minutes) {
  const text = readFileSync(file, "utf8");
  const measured = JSON.parse(text.slice(text.indexOf("["), text.lastIndexOf("]") + 1));
  for (const [scale, work] of Object.entries(workOf)) {
    const pace = measured.find((each) => each.work === work)?.msPerStep;
    const needs = (2 * scaleDefaults[scale].steps * pace) / 60_000;
    if (pace !== undefined)
      console.log(`${scale}: ${pace.toFixed(1)} ms a step, two arms ${needs.toFixed(0)} min`);
    if (needs <= minutes) return scale;
  }
  return "smoke";
}

const scale = values.scale ?? fittingScale(values.bench, Number(values.total));
const locations = Object.fromEntries(values.data.map((word) => word.split(/=(.*)/s).slice(0, 2)));
const adam = findHypothesis("h01")
  .arms(await armOptions(scale, locations))
  .filter(({ optimizer }) => optimizer === "Adam")
  .sort((a, b) => a.lambda - b.lambda);
const arms = [adam[0], adam.at(-1)];
console.log(`H1 at scale ${scale}: ${arms.map(({ label }) => label).join(" and ")}`);
try {
  const { failed } = await trainJobs(jobsOfArms(arms, [1]), {
    ...{ locations, place: placeOf(scale), engine: values.engine, workers: 2 },
    onEngine: ({ engine, version }, view) => view.line(`engine ${engine}: ${version}`),
  });
  process.exitCode = failed.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error.message);
  process.exitCode = error.exitCode ?? 1;
}
