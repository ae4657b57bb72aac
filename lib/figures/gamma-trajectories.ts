import { UserError } from "../errors.js";
import { describeArm, describeDataset } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import { type FilterHistory, filterHistories } from "../study/filter-states.js";
import type { PlotlyFigure } from "./figure.js";
import { frame, type Trace } from "./layout.js";
import { milestoneMarks } from "./milestones.js";
import { stateColors } from "./palette.js";

export interface TrajectoryOptions {
  /** How many filters of each kind at most. Default 6. */
  count?: number;
}

/** |gamma| below is drawn here: exact zeros have no logarithm. */
const floor = 1e-7;

const kinds = [
  { name: "lives to the end", color: "#7A7A7A", dash: "5px,3px" },
  {
    name: "dies by shift of β (×: when it falls silent)",
    color: stateColors.deadByActivation,
    dash: "10px,3px",
  },
  { name: "dies by scale (×: when)", color: stateColors.deadByScale, dash: "solid" },
];

/**
 * |gamma| over training of a few filters of one run that die and a few that live: chosen evenly from all, by time of
 * death and by final |gamma|. A cross marks each death. Throws `UserError` for a network without gamma.
 */
export function gammaTrajectories(run: Run, { count = 6 }: TrajectoryOptions = {}): PlotlyFigure {
  const { record, filters } = run;
  if (record.config.model.normalization === "none") {
    throw new UserError(
      "A network without normalization has no gamma to follow. Give a run of another model.",
    );
  }
  const histories = filterHistories(run);
  const size = ({ rows }: FilterHistory) => Math.abs(filters.gamma[rows.at(-1)!]!);
  const byDeath = (cause: "scale" | "shift") =>
    histories.filter(({ death }) => death?.cause === cause).sort((a, b) => a.death!.step - b.death!.step);
  const groups = [
    evenly(
      histories.filter(({ death }) => !death).sort((a, b) => size(a) - size(b)),
      count,
    ),
    evenly(byDeath("shift"), count),
    evenly(byDeath("scale"), count),
  ];
  const milestones = milestoneMarks(record.config, { x: "x", y: "y" });
  const layout = frame({
    title: `How |γ| travels in filters that die and filters that live: ${describeArm(record.config)}`,
    subtitle: [
      `${groups.flat().length} of ${histories.length} filters of seed ${record.seed}, chosen evenly by time of death and by final |γ|. Straight lines down: decay at a constant rate.`,
      describeDataset(record.config),
    ],
    plotHeight: 400,
    panelNames: false,
  });
  return {
    data: groups.flatMap((group, kind) =>
      group.length === 0
        ? []
        : group.map((history, i): Trace => line(run, history, { kind, legend: i === 0 })),
    ),
    layout: {
      ...layout,
      xaxis: {
        title: { text: "Optimizer step" },
        range: [0, record.final.step * 1.01],
        tickformat: ",d",
        showgrid: false,
      },
      yaxis: {
        type: "log",
        title: { text: "|γ| (log scale; exact zeros at 10<sup>−7</sup>)" },
        range: [-7.2, 0.7],
        dtick: 1,
        exponentformat: "power",
      },
      shapes: [
        ...milestones.shapes,
        {
          type: "line",
          xref: "paper",
          x0: 0,
          x1: 1,
          y0: 1e-3,
          y1: 1e-3,
          line: { color: "#262626", width: 1, dash: "dot" },
        },
      ],
      annotations: [
        ...milestones.annotations,
        {
          text: "dead by scale below 10<sup>−3</sup>",
          xref: "paper",
          x: 0.995,
          xanchor: "right",
          y: -3,
          yanchor: "top",
          bgcolor: "#FFFFFF",
          borderpad: 0,
          showarrow: false,
        },
      ],
    },
  };
}

function line(
  { record, filters }: Run,
  { layer, filter, rows, death }: FilterHistory,
  { kind, legend }: { kind: number; legend: boolean },
): Trace {
  const { name, color, dash } = kinds[kind]!;
  const { steps } = record.probes;
  const dies = steps.map((step) => step === death?.step);
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: name,
    showlegend: legend,
    cliponaxis: false,
    x: steps,
    y: rows.map((row) => Math.max(floor, Number(Math.abs(filters.gamma[row]!).toPrecision(4)))),
    line: { color, dash },
    marker: {
      symbol: "x-thin",
      color,
      size: dies.map((own) => (own ? 10 : 0)),
      line: { color, width: dies.map((own) => (own ? 2.5 : 0)) },
    },
    hovertemplate: `${record.model.layers[layer]!.name}, filter ${filter}, ${name.replace(/ \(.*/, "")}<br>step %{x:,d}: |γ| %{y:.2e}<extra></extra>`,
  };
}

/** At most `count` items, evenly spread over a list: its ends among them, or the middle one alone. */
function evenly<T>(items: T[], count: number): T[] {
  if (items.length <= count) return items;
  if (count === 1) return [items[items.length >> 1]!];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}
