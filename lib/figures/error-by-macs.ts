import { harvest } from "../harvest/recorded.js";
import type { ArmRuns } from "../study/arm.js";
import { errorByCost } from "./error-by-cost.js";
import type { PlotlyFigure } from "./figure.js";

/** Test error against multiply-accumulates of the network that is left: `errorByCost`. */
export const errorByMacs = (arms: ArmRuns[]): PlotlyFigure =>
  errorByCost(arms, {
    cost: (run) => harvest(run).macs / 1e6,
    title: "Test error against the cost of the network that is left",
    axisTitle(runs) {
      const whole = Math.max(...runs.map((run) => harvest(run).wholeMacs)) / 1e6;
      return `Multiply-accumulates an image (million; unpruned: ${whole.toPrecision(3)})`;
    },
    hover: "%{x:.3f} million",
    figureName: "the figure of test error against multiply-accumulates",
  });
