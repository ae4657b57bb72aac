import type { RunConfig } from "../runs/config.js";

export interface MilestoneOptions {
  /** Plotly's names of the axes of the panel. */
  x: string;
  y: string;
  /** Place of a step on the x axis. Default: the step itself. */
  place?: (step: number) => number;
  /** Labels in the panel's top, or above it. Default "inside". */
  labels?: "inside" | "above";
}

/** Dotted lines where a step schedule multiplies the learning rate by its factor; none for other schedules. */
export function milestoneMarks(
  { schedule, steps }: Pick<RunConfig, "schedule" | "steps">,
  { x, y, place = (step) => step, labels = "inside" }: MilestoneOptions,
) {
  if (schedule.name !== "step") return { shapes: [], annotations: [] };
  const inside = labels === "inside";
  return {
    shapes: schedule.milestones.map((milestone) => ({
      type: "line",
      xref: x,
      yref: `${y} domain`,
      x0: place(milestone * steps),
      x1: place(milestone * steps),
      y0: 0,
      y1: inside ? 1 : 1.015,
      line: { color: inside ? "#7A7A7A" : "#262626", width: 1, dash: "dot" },
      layer: inside ? "below" : "above",
    })),
    annotations: schedule.milestones.map((milestone) => ({
      text: `lr ×${schedule.factor}`,
      xref: x,
      yref: `${y} domain`,
      x: place(milestone * steps),
      y: inside ? 1 : 1.012,
      xanchor: inside ? "right" : "center",
      yanchor: inside ? "top" : "bottom",
      xshift: inside ? -3 : 0,
      showarrow: false,
      font: { size: 11, color: "#595959" },
    })),
  };
}
