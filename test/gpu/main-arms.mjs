/**
 * Trains the two arms of H1's main contrast side by side: Adam without a penalty and with the strongest L2, or those
 * that --l2 names. Ended by a signal, it leaves checkpoints, and the same command goes on. See session.sh.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { armOptions } from "../../lib/dist/cli/selected-arms.js";
import { placeOf, trainJobs } from "../../lib/dist/cli/train-jobs.js";
import { findHypothesis, scaleDefaults } from "../../lib/dist/hypotheses/index.js";
import { jobsOfArms } from "../../lib/dist/study/plan.js";

const { values } = parseArgs({
  options: {
    engine: { type: "string" },
    scale: { type: "string" },
    bench: { type: "string", multiple: true, default: [] },
    total: { type: "string" },
    data: { type: "string", multiple: true, default: [] },
    l2: { type: "string", multiple: true, default: [] },
  },
});

/** Works of the benchmark that take a scale's steps, the largest first. */
const workOf = { paper: "full", reduced: "reduced", lite: "lite" };

/** The largest scale whose two arms, by what the benchmark measured, take no longer than all sessions together. */
function fittingScale(files, minutes) {
  const measured = files.filter(existsSync).flatMap((file) => {
    const list = readFileSync(file, "utf8").match(/^\[\n[\s\S]*^\]$/m);
    return list ? JSON.parse(list[0]) : [];
  });
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
const strengths = values.l2.length > 0 ? values.l2.map(Number) : [adam.at(-1).lambda];
const unknown = strengths.filter((strength) => !adam.some(({ lambda }) => lambda === strength));
if (unknown.length > 0) {
  const known = adam.flatMap(({ lambda }) => (lambda > 0 ? [lambda] : []));
  console.error(
    `--l2 ${unknown.join(", ")}: H1 at scale ${scale} has ${known.join(", ")}. Name one of these.`,
  );
  process.exit(2);
}
const arms = adam.filter(({ lambda }) => lambda === 0 || strengths.includes(lambda));
console.log(`H1 at scale ${scale}: ${arms.map(({ label }) => label).join("; ")}`);
try {
  const { failed } = await trainJobs(jobsOfArms(arms, [1]), {
    ...{ locations, place: placeOf(scale), engine: values.engine, workers: arms.length },
    onEngine: ({ engine, version }, view) => view.line(`engine ${engine}: ${version}`),
  });
  process.exitCode = failed.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error.message);
  process.exitCode = error.exitCode ?? 1;
}
