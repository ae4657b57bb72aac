import { UserError } from "../errors.js";
import { describeArm, describeDataset } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import { number } from "../study/describe.js";
import { type FilterHistory, type FilterState, filterHistories } from "../study/filter-states.js";
import { arrange, figureWidth } from "./arrange.js";
import { entry } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { milestoneMarks } from "./milestones.js";
import { stateColors } from "./palette.js";
import { panelFigure } from "./panel-figure.js";
import type { Shape, Trace } from "./plotly.js";

const codes: Record<FilterState, number> = {
  alive: 0,
  "alive again": 1,
  "dead by activation": 2,
  "dead by scale": 3,
};

export interface FilterLifeOptions {
  /**
   * What the shade of filters that are alive tells: nothing but that ("state", the default), or how selective they are, from
   * answering to all images (light) to answering to hardly any (dark).
   */
  shade?: "state" | "selectivity";
}

const selectiveShades = ["#F4F1EA", "#A6611A"] as const;

const dead: [name: string, color: string][] = [
  ["dead by activation", stateColors.deadByActivation],
  ["dead by scale (|γ| < 10<sup>−3</sup>)", stateColors.deadByScale],
];

const legends: Record<"state" | "selectivity", [name: string, color: string][]> = {
  state: [["alive", stateColors.alive], ...dead, ["alive again (ring: when)", stateColors.aliveAgain]],
  selectivity: [
    ["alive: answers to all images", selectiveShades[0]],
    ["alive: to few", selectiveShades[1]],
    ...dead,
  ],
};

/**
 * The life of every filter of one run: a column per probe, a row per filter, the layers from input (top) to output.
 * Within a layer the filters stand in the order of their deaths, those that live to the end below. Hovering tells a
 * filter's state, gamma, beta and selectivity at the probe, and how it died. About 25 bytes a filter and probe. Throws
 * `UserError` where the run has no probes.
 */
export function filterLife(run: Run, { shade = "state" }: FilterLifeOptions = {}): PlotlyFigure {
  const { record, filters } = run;
  const { steps } = record.probes;
  if (steps.length === 0) {
    throw new UserError(`Run ${record.id} seed ${record.seed} has no probes, and so no lives of filters.`);
  }
  const histories = inOrder(filterHistories(run));
  const names = histories.map((history) => rowName(history, record.model.layers[history.layer]!.name));
  const groups = layerGroups(histories);
  const milestones = milestoneMarks(record.config, { place: placeIn(steps), labels: "above" });
  const figure = panelFigure(
    [
      {
        ...{ row: 0, column: 0, name: "" },
        x: {
          title: "Optimizer step of the probe (not to scale)",
          ...{ type: "category", range: [-0.5, steps.length - 0.5], showgrid: false, tickangle: 0 },
          ...{ tickvals: steps.map((_, i) => i), ticktext: steps.map(stepName) },
        },
        y: {
          ...{
            title: "",
            type: "category",
            range: [histories.length - 0.5, -0.5],
            ticks: "",
            showgrid: false,
          },
          tickvals: groups.map(({ first, count }) => Math.floor(first + count / 2)),
          ticktext: groups.map(({ layer, count }) => `${record.model.layers[layer]!.name}, ${count} filters`),
        },
        traces: [
          {
            type: "heatmap",
            x: steps.map(stepName),
            y: names,
            z: histories.map(({ states, rows }) =>
              states.map((state, probe) =>
                shade === "selectivity" && !state.startsWith("dead")
                  ? shadeOf(filters.selectivity[rows[probe]!]!)
                  : codes[state],
              ),
            ),
            customdata: histories.map(({ rows }) =>
              rows.map((row) =>
                [filters.gamma[row]!, filters.beta[row]!, filters.selectivity[row]!].map(compact),
              ),
            ) as never,
            ...{ zmin: -0.5, zmax: 3.5, colorscale: scales[shade], showscale: false, xgap: 1 },
            hovertemplate:
              "%{y}<br>step %{x}: γ %{customdata[0]}, β %{customdata[1]}, selectivity %{customdata[2]}<extra></extra>",
          },
          ...revivals(histories, names, steps),
        ],
        shapes: [...(milestones.shapes ?? []), ...groups.slice(1).map(({ first }) => layerLine(first - 0.5))],
        annotations: milestones.annotations ?? [],
      },
    ],
    {
      title: `The life of every filter: ${describeArm(record.config)}, seed ${record.seed}`,
      subtitle: [
        `${outcome(histories)} One row per filter, grouped by layer and sorted by time of death; one column per probe.`,
        ...(shade === "selectivity"
          ? [
              "Selectivity: share of the probed training images that a filter does not answer to. Rings: alive again.",
            ]
          : []),
        `${describeDataset(record.config)}; test error ${errorText(run)}${record.status === "diverged" ? "; the run diverged" : ""}.`,
      ],
      heights: [Math.min(900, Math.max(240, Math.round(1.35 * histories.length)))],
      above: milestones.shapes ? 20 : 0,
      legend: true,
      itemWidth: 30,
      entries: legends[shade].map(([name, color]) =>
        entry(name, { color, symbol: "square", size: 12 }, 0.5, "#595959"),
      ),
    },
  );
  return arrange(figure, { width: figureWidth });
}

const layerLine = (y: number): Shape => ({
  ...{ type: "line", xref: "x domain", yref: "y", x0: -0.01, x1: 1, y0: y, y1: y },
  line: { color: "#000000", width: 1.5 },
});

/** Place of a step among columns that are equally wide, straight between probes. */
function placeIn(steps: number[]): (step: number) => number {
  return (step) => {
    const after = steps.findIndex((probe) => probe >= step);
    if (after <= 0) return after === 0 ? 0 : steps.length - 1;
    const before = steps[after - 1]!;
    return after - 1 + (step - before) / (steps[after]! - before);
  };
}

/** By layer, then time of death; filters that live to the end follow, those first that once were inactive. */
function inOrder(histories: FilterHistory[]): FilterHistory[] {
  const rank = ({ death, states }: FilterHistory) => {
    if (death) return death.step;
    return states.every((state) => state === "alive") ? Number.POSITIVE_INFINITY : Number.MAX_SAFE_INTEGER;
  };
  return histories.toSorted((a, b) => {
    if (a.layer !== b.layer) return a.layer - b.layer;
    const [first, second] = [rank(a), rank(b)];
    return first === second ? a.filter - b.filter : first - second;
  });
}

function layerGroups(histories: FilterHistory[]): { layer: number; first: number; count: number }[] {
  const groups: { layer: number; first: number; count: number }[] = [];
  for (const [index, { layer }] of histories.entries()) {
    const last = groups.at(-1);
    if (last?.layer === layer) last.count++;
    else groups.push({ layer, first: index, count: 1 });
  }
  return groups;
}

function rowName({ filter, death, revivedAt }: FilterHistory, layer: string): string {
  const parts = [`${layer}, filter ${filter}`];
  if (revivedAt !== undefined) parts.push(`came back at step ${number.format(revivedAt)}`);
  if (death) {
    const first = death.selectiveFirst ? ", selective first" : "";
    parts.push(
      `died at step ${number.format(death.step)}${death.cause ? ` by ${death.cause}` : " or before"}${first}`,
    );
  } else parts.push("alive at the end");
  return parts.join("; ");
}

function outcome(histories: FilterHistory[]): string {
  const deaths = histories.flatMap(({ death }) => death ?? []);
  const came = histories.filter(({ revivedAt }) => revivedAt !== undefined).length;
  const total = number.format(histories.length);
  if (deaths.length === 0)
    return `All ${total} filters are alive at the end; ${came} were inactive for a while.`;
  const by = (wanted: "scale" | "shift") => deaths.filter(({ cause }) => cause === wanted).length;
  const unknown = deaths.length - by("scale") - by("shift");
  return (
    `${number.format(deaths.length)} of ${total} filters are dead at the end: ${by("scale")} died by scale, ` +
    `${by("shift")} by shift of β${unknown > 0 ? `, ${unknown} between probes too far apart to tell` : ""}; ${came} came back at some time.`
  );
}

function errorText({ record }: Run): string {
  const { testError } = record.final;
  return Number.isFinite(testError) ? `${(100 * testError).toFixed(1)} %` : "not available";
}

/** A ring at every return to life. */
function revivals(histories: FilterHistory[], names: string[], steps: number[]): Trace[] {
  const returns = histories.flatMap(({ states }, index) =>
    states.flatMap((state, probe) =>
      state === "alive again" && states[probe - 1] !== "alive again" ? [{ index, probe }] : [],
    ),
  );
  if (returns.length === 0) return [];
  return [
    {
      type: "scatter",
      mode: "markers",
      showlegend: false,
      x: returns.map(({ probe }) => stepName(steps[probe]!)),
      y: returns.map(({ index }) => names[index]!),
      marker: { symbol: "circle-open", size: 6, color: "#000000", line: { width: 1.2, color: "#000000" } },
      hovertemplate: "%{y}<br>alive again at step %{x}<extra></extra>",
    },
  ];
}

const stepName = (step: number): string => number.format(step);

/** A place on the first quarter of the color scale, -0.45 to 0.45, for a selectivity of 0 to 1. */
const shadeOf = (selectivity: number): number => Number((0.9 * selectivity - 0.45).toFixed(2));

/** Four colors for the codes 0 to 3 on [-0.5, 3.5], all flat or the first a ramp. */
const scales: Record<"state" | "selectivity", [number, string][]> = {
  state: flat([
    stateColors.alive,
    stateColors.aliveAgain,
    stateColors.deadByActivation,
    stateColors.deadByScale,
  ]),
  selectivity: [
    [0, selectiveShades[0]],
    [0.25, selectiveShades[1]],
    ...flat([
      stateColors.alive,
      selectiveShades[1],
      stateColors.deadByActivation,
      stateColors.deadByScale,
    ]).slice(2),
  ],
};

function flat(colors: string[]): [number, string][] {
  return colors.flatMap((color, i): [number, string][] => [
    [i / colors.length, color],
    [(i + 1) / colors.length, color],
  ]);
}

/** Three significant digits as a short number; null for NaN (no gamma). */
function compact(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : null;
}
