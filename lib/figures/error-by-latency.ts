import { UserError } from "../errors.js";
import type { LatencySurvey } from "../harvest/survey.js";
import type { ArmRuns } from "../study/arm.js";
import { errorByCost } from "./error-by-cost.js";
import type { PlotlyFigure } from "./figure.js";

/**
 * Test error against the measured time of the network that is left, in percent of the unpruned network's, which was
 * timed in turns with it: `errorByCost`. Throws `UserError` without a survey, or where none of the runs is in it.
 */
export function errorByLatency(arms: ArmRuns[], survey: LatencySurvey | undefined): PlotlyFigure {
  if (survey === undefined)
    throw new UserError(
      "No latencies of these runs are kept. Measure them on an idle machine: npm run latency -- h12 --scale lite.",
    );
  const { batch, engine, processor, threads, networks } = survey;
  const shares = new Map(
    networks.flatMap(({ runs, speedup }) => runs.map((run) => [run, 100 / speedup.median] as const)),
  );
  return errorByCost(arms, {
    cost: ({ record: { id, seed } }) => shares.get(`${id}/${seed}`),
    title: "Test error against the measured time of the network that is left",
    axisTitle: () =>
      `Time of ${batch === 1 ? "one image" : `${batch} images at once`} (% of the unpruned network's)`,
    linear: true,
    hover: "%{x:.0f} % of the time",
    figureName: "the figure of test error against latency",
    note: `Times: medians, ${engine}, ${threads} ${threads === 1 ? "thread" : "threads"}, ${processor}.`,
  });
}
