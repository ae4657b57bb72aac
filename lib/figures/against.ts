import type { Run } from "../runs/record.js";
import type { ArmRuns } from "../study/arm.js";
import { allRuns, hasDiverged } from "../study/describe.js";
import { divergedLegend, type EstimateStyle, meanTrace, seedTrace, seedValues } from "./estimates.js";
import type { PlotlyFigure } from "./figure.js";
import { type Axis, axisId, axisKey, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { deadMeasures, shareLimit } from "./measures.js";

/** Arms that a line joins. */
export interface AgainstSeries {
  name: string;
  style: EstimateStyle;
  arms: ArmRuns[];
  measure(run: Run): number;
  /** Whether a line joins the means. Default true. */
  joined?: boolean;
}

export interface AgainstPanel {
  name: string;
  /** Title of the axis of values, with the unit and which direction is better; none where it is the first panel's. */
  title?: string;
  range: [number, number];
  /** Behind values in the hover. Default " %". */
  unit?: string;
  series: AgainstSeries[];
  /** More of its axis of values, e.g. { type: "log" }. */
  axis?: Axis;
  /** Drawn below the series, e.g. a line to compare with. */
  below?: Trace[];
}

/** Both ways to count the dead as series of some arms, by scale in dark and by activation in light. */
export const bothMeasuresOf = (arms: ArmRuns[]): AgainstSeries[] =>
  [deadMeasures.activation, deadMeasures.scale].map(({ short, style, percent }) => ({
    name: `dead ${short}`,
    style,
    arms,
    measure: percent,
  }));

/** From none to the largest share by either measure. */
export function sharedRange(arms: ArmRuns[]): [number, number] {
  const shares = allRuns(arms).flatMap((run) =>
    Object.values(deadMeasures).map(({ percent }) => percent(run)),
  );
  return [0, shareLimit(Math.max(...shares.filter(Number.isFinite)))];
}

export interface AgainstOptions {
  title: string;
  subtitle: string[];
  /** The quantity that is varied, on a logarithmic axis. Its places are base-2 logarithms. */
  quantity: {
    title: string;
    of(item: ArmRuns): number;
    /** Name of a value in the hover: "batch 40". */
    name(value: number): string;
    /** Tick label. Default: the value. */
    text?(value: number): string;
  };
  panels: AgainstPanel[];
  /** Whether series at one place stand beside each other. Default true. */
  apart?: boolean;
}

/** A measure of runs against a quantity that arms vary: seeds as small marks, their means joined, bars from lowest to highest. */
export function against({ title, subtitle, quantity, panels, apart = true }: AgainstOptions): PlotlyFigure {
  const layout = frame({
    title,
    subtitle,
    plotHeight: 330,
    panelNames: panels.some(({ name }) => name !== ""),
  });
  const ownTitles = panels.filter((panel) => panel.title !== undefined).length > 1;
  const data: Trace[] = [];
  const annotations: unknown[] = [];
  const arms = panels.flatMap((panel) => panel.series.flatMap((one) => one.arms));
  const named = new Set<string>();
  for (const [index, panel] of panels.entries()) {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const values = [...new Set(panel.series.flatMap((one) => one.arms).map(quantity.of))].sort(
      (a, b) => a - b,
    );
    const places = values.map(Math.log2);
    const middle = ((places.at(-1) ?? 0) + (places[0] ?? 0)) / 2;
    const span = Math.max(1, 2 * ((places.at(-1) ?? 0) - middle));
    const domain = panelDomain(index, panels.length, ownTitles ? 0.1 : 0.05);
    layout[axisKey("x", index)] = {
      domain,
      anchor: axes.y,
      range: [middle - 0.6 * span, middle + 0.6 * span],
      tickvals: places,
      ticktext: spacedLabels(places, 0.09 * span, (i) => quantity.text?.(values[i]!) ?? `${values[i]}`),
      tickangle: 0,
      showgrid: false,
      title: { text: quantity.title },
    };
    layout[axisKey("y", index)] = {
      anchor: axes.x,
      range: panel.range,
      ...panel.axis,
      ...(panel.title === undefined ? { showticklabels: false } : { title: { text: panel.title } }),
    };
    if (panel.name) annotations.push(panelName({ text: panel.name, x: domain[0] }));
    data.push(...(panel.below ?? []).map((trace) => ({ ...trace, xaxis: axes.x, yaxis: axes.y })));
    for (const [rank, { name, style, arms: own, measure, joined = true }] of panel.series.entries()) {
      const dodge = apart ? (rank - (panel.series.length - 1) / 2) * 0.045 * span : 0;
      const points = own
        .map((item) => {
          const value = quantity.of(item);
          return {
            at: Math.log2(value) + dodge,
            label: quantity.name(value),
            seeds: seedValues(item, measure),
          };
        })
        .sort((a, b) => a.at - b.at);
      const look = { name, style, axes, unit: panel.unit ?? " %" };
      data.push(
        meanTrace(points, { ...look, joined, legend: !named.has(name) }),
        seedTrace(points, { ...look, nudge: 0.02 * span, limit: panel.range[1] }),
      );
      named.add(name);
    }
  }
  if (allRuns(arms).some(hasDiverged)) data.push(divergedLegend());
  return { data, layout: { ...layout, annotations } };
}

/** Labels of ascending places; those closer than `least` to the label before them are left out. */
function spacedLabels(places: number[], least: number, text: (index: number) => string): string[] {
  let last = Number.NEGATIVE_INFINITY;
  return places.map((place, index) => {
    if (place - last < least) return "";
    last = place;
    return text(index);
  });
}
