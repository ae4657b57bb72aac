import type { RunConfig } from "../runs/config.js";
import type { Drawn } from "./marks/mark.js";

export interface MilestoneOptions {
  /** Place of a step on the x axis. Default: the step itself. */
  place?: (step: number) => number;
  /** Labels in the panel's top, or above it. Default "inside". */
  labels?: "inside" | "above";
}

/** Dotted lines where a step schedule multiplies the learning rate by its factor; none for other schedules. */
export function milestoneMarks(
  { schedule, steps }: Pick<RunConfig, "schedule" | "steps">,
  { place = (step) => step, labels = "inside" }: MilestoneOptions = {},
): Drawn {
  if (schedule.name !== "step") return {};
  const inside = labels === "inside";
  const places = schedule.milestones.map((milestone) => place(milestone * steps));
  return {
    shapes: places.map((x) => ({
      ...{ type: "line", xref: "x", yref: "y domain", x0: x, x1: x, y0: 0, y1: inside ? 1 : 1.015 },
      line: { color: inside ? "#7A7A7A" : "#262626", width: 1, dash: "dot" },
      layer: inside ? "below" : "above",
    })),
    annotations: places.map((x, i) => ({
      text: `${i === 0 ? "lr " : ""}×${schedule.factor}`,
      ...{ xref: "x", yref: "y domain", x, y: inside ? 1 : 1.012, showarrow: false },
      xanchor: inside ? "right" : "center",
      yanchor: inside ? "top" : "bottom",
      xshift: inside ? -3 : 0,
      font: { size: 11, color: "#595959" },
    })),
  };
}
