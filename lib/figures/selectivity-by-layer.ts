import type { ArmRuns } from "../study/arm.js";
import { survivorSelectivity } from "../study/selectivity.js";
import type { PlotlyFigure } from "./figure.js";
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
