import { deadShareOverTraining, survivalBySelectivity, universalityHistograms } from "../figures/index.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import { penaltySweep } from "./arms.js";
import type { Arm, ArmOptions, ArmRuns, Hypothesis } from "./hypothesis.js";
import { possibleFigures } from "./possible-figures.js";
import { armWhere, deadByActivation } from "./select.js";
import { decide } from "./verdict.js";

/** H6: adaptive methods learn more selective features; selective ones die. */
export const h06: Hypothesis = {
  id: "h06",
  notebook: "06-selectivity",
  title: "Adam learns more selective features, and selective features die",
  question: "Do features that answer to few images come from the optimizer, and are they the ones that die?",
  claim: "Without any penalty, Adam's features are more selective than those of SGD with momentum.",
  arms,
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "universality",
        caption:
          "Distribution of universality (1 - selectivity) over each layer's filters at four times, Adam against SGD with momentum, both without penalty.",
        figure: universalityHistograms(runs.filter(({ arm }) => arm.lambda === 0)),
      }),
      () => ({
        name: "survival-by-selectivity",
        caption:
          "Share of filters that stay alive, by their selectivity when a tenth of training is done, in arms where filters die. Groups: up to 1 %, 1 to 25 %, above 25 % of the images unanswered. Selective filters are mostly late ones: layer and selectivity are not told apart here.",
        figure: survivalBySelectivity(withDeaths(runs)),
      }),
      () => ({
        name: "dead-share-over-training",
        caption: "Share of filters inactive by scale over training.",
        figure: deadShareOverTraining(runs),
      }),
    ]),
  verdict(runs, scale) {
    const of = (optimizer: string) =>
      armWhere(
        "h06",
        runs,
        `${optimizer} without penalty`,
        (a) => a.optimizer === optimizer && a.lambda === 0,
      );
    return decide({
      id: "h06",
      claim: h06.claim,
      comparison:
        "Adam against SGD with momentum, both without penalty: mean selectivity of all filters over the training images at the end.",
      more: of("Adam"),
      less: of("SGD+momentum"),
      measure: (run) => 100 * meanSelectivity(run),
      unit: "percentage points",
      smallestEffect: 2,
      scale,
    });
  },
};

/** Arms in which filters die; all penalized ones where none does. */
function withDeaths(runs: ArmRuns[]): ArmRuns[] {
  const penalized = runs.filter(({ arm }) => arm.lambda > 0);
  const dying = penalized.filter(({ runs: own }) => own.some((run) => deadByActivation(run) >= 1));
  return dying.length > 0 ? dying : penalized;
}

/** Mean selectivity over the filters of some layers (default: all) at one probe (default: the last). */
export function meanSelectivity(
  { record, filters }: Run,
  { layers, probe = record.probes.steps.length - 1 }: { layers?: number[]; probe?: number } = {},
): number {
  const step = record.probes.steps[probe]!;
  const own: number[] = [];
  for (let row = 0; row < filters.step.length; row++) {
    if (filters.step[row] === step && (layers === undefined || layers.includes(filters.layer[row]!)))
      own.push(filters.selectivity[row]!);
  }
  return mean(own);
}

function arms(options: ArmOptions): Arm[] {
  return [...penaltySweep(options, "Adam"), ...penaltySweep(options, "SGD+momentum")];
}
