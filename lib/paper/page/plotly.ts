import type { PlotlyGlobal } from "./draw.js";
import { loadScript } from "./load-script.js";

let plotly: Promise<PlotlyGlobal> | undefined;

/** Loaded for the first figure that comes into sight; it is larger than all the rest. */
export function loadPlotly(): Promise<PlotlyGlobal> {
  const found = () => (globalThis as unknown as { Plotly?: PlotlyGlobal }).Plotly;
  plotly ??= found() ? Promise.resolve(found()!) : loadScript("assets/plotly.js").then(() => found()!);
  return plotly;
}
