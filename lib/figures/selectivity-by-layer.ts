import type { ArmRuns } from "../hypotheses/hypothesis.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { PlotlyFigure } from "./figure.js";
import { stateOf } from "./filter-states.js";
import { layerLines } from "./layer-lines.js";

/**
 * Mean selectivity of each layer's surviving filters at the end of training, drawn as `layerLines`. Dead filters are left
 * out, since their selectivity is 1 whatever they once answered to.
 */
export const selectivityByLayer = (arms: ArmRuns[]): PlotlyFigure =>
  layerLines(arms, {
    title: "How selective surviving filters are, by layer, optimizer and penalty strength",
    reading:
      "Selectivity: share of training images that a filter does not answer to, mean over the filters still active; layers without any have no point.",
    axisTitle: "Mean selectivity (%); higher: answers to fewer",
    values: survivorSelectivity,
  });

/** Mean selectivity, %, of the filters of each layer that are active at the last probe; null where none is. */
export function survivorSelectivity({ record, filters }: Run): (number | null)[] {
  const last = record.probes.steps.at(-1);
  const values = record.model.layers.map((): number[] => []);
  for (let row = 0; row < filters.step.length; row++) {
    if (filters.step[row] !== last) continue;
    if (stateOf(filters.gamma[row]!, filters.maxActivation[row]!) !== "alive") continue;
    values[filters.layer[row]!]!.push(100 * filters.selectivity[row]!);
  }
  return values.map((own) => (own.length > 0 ? mean(own) : null));
}
