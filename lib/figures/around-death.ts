import { UserError } from "../errors.js";
import { number } from "../study/describe.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { band, type Look, middleHalf, rule } from "./marks/index.js";
import { stateColors } from "./palette.js";
import { fixed } from "./scales.js";

/** A measure of filters some probes before or after deaths. */
export interface AroundDeathPoint {
  /** Probes from the death: 0 is the first at which the filter is dead. */
  offset: number;
  /** Of the filters that die. */
  dying: number[];
  /** At the same probes, of filters of the same runs that live to the end. */
  surviving: number[];
}

export interface AroundDeathPanel {
  name: string;
  optimizer: string;
  deaths: number;
  points: AroundDeathPoint[];
}

/** How a measure is drawn around deaths. */
interface Spec {
  title: string;
  /** First line below the title. */
  reading: string;
  axis: string;
  /** Values beyond are drawn at the ends. */
  range: [low: number, high: number];
  ticks: [value: number, text: string][];
  /** Values at which a dotted line is drawn. */
  lines: number[];
}

export interface AroundDeathOptions {
  /** Lines below the reading help: seeds and data. */
  subtitle: string[];
}

/**
 * How many times the penalty's gradient on gamma is the objective's, probe by probe around the time of death. Values are
 * log10 of the ratio.
 */
export const pullAroundDeath = (panels: AroundDeathPanel[], options: AroundDeathOptions): PlotlyFigure =>
  aroundDeath(panels, options, {
    title: "Which pulls harder on γ before and after a filter dies: the penalty or the objective?",
    reading:
      "Line: median over filters; band: middle half. Above 1 the penalty pulls harder; at the upper edge the objective no longer pulls. Right of the dotted line the filter is dead.",
    axis: "Penalty's pull / objective's",
    range: [-3, 3],
    ticks: [
      [-3, "0.001"],
      [-2, "0.01"],
      [-1, "0.1"],
      [0, "1"],
      [1, "10"],
      [2, "100"],
      [3, "≥ 1,000"],
    ],
    lines: [0],
  });

/** Pace at which gamma falls (see `gammaPaces`) from probe to probe around the time of death. */
export const paceAroundDeath = (panels: AroundDeathPanel[], options: AroundDeathOptions): PlotlyFigure =>
  aroundDeath(panels, options, {
    title: "How fast |γ| falls, as a multiple of what the penalty alone would do",
    reading:
      "Line: median over filters; band: middle half. 0: the objective holds the scale against the penalty. 1: the penalty alone acts, as on the scalar. Above: the objective shrinks it too.",
    axis: "Fall of ln|γ| / penalty's alone",
    range: [-2, 4],
    ticks: [
      [-2, "≤ −2"],
      [-1, "−1"],
      [0, "0"],
      [1, "1"],
      [2, "2"],
      [3, "3"],
      [4, "≥ 4"],
    ],
    lines: [0, 1],
  });

const sides = ["surviving", "dying"] as const;

/** A row for each filter and probe from a death: of those that die, and of those that live, at the same probes. */
export const aroundDeathRows = (panels: readonly AroundDeathPanel[]) =>
  panels.flatMap(({ name, optimizer, points }) =>
    sides.flatMap((side) =>
      points.flatMap(({ offset, [side]: values }) =>
        values.map((value) => ({
          ...{ arm: name, optimizer, side: side as (typeof sides)[number] },
          ...{ offset, value },
        })),
      ),
    ),
  );
const looks: Record<(typeof sides)[number], Look & { name: string }> = {
  surviving: {
    ...{ name: "filters that live, at the same probes", color: "#7A7A7A" },
    ...{ dash: "5px,3px", symbol: "circle-open", size: 7 },
  },
  dying: { name: "filters that die", color: stateColors.deadByScale, symbol: "square", size: 7 },
};

/** Medians with a band of the middle half of the filters, a panel per arm. Throws `UserError` where no filter died. */
function aroundDeath(panels: AroundDeathPanel[], { subtitle }: AroundDeathOptions, spec: Spec): PlotlyFigure {
  const { title, reading, axis, range, ticks, lines } = spec;
  const drawn = panels.filter(({ points }) => points.some(({ dying }) => dying.length > 0));
  if (drawn.length === 0) {
    throw new UserError("No filter died in the runs given, so there is no time of death to align them at.");
  }
  const offsets = [...new Set(drawn.flatMap(({ points }) => points.map(({ offset }) => offset)))].sort(
    (a, b) => a - b,
  );
  const known = new Map(drawn.map((panel) => [panel.name, panel]));
  return chart({
    title,
    reading: [reading, ...subtitle],
    rows: aroundDeathRows(drawn),
    panels: {
      of: "arm",
      row: "optimizer",
      title(name, column) {
        const { optimizer, deaths } = known.get(name)!;
        const own = column > 0 ? name.replace(`${optimizer}, `, "") : name;
        return `${own}: ${number.format(deaths)} deaths`;
      },
    },
    x: {
      of: "offset",
      scale: fixed(
        {
          range: [Math.min(...offsets) - 0.4, Math.max(...offsets) + 0.4],
          ...{ tickvals: offsets, ticktext: offsets.map((offset) => String(offset).replace("-", "−")) },
          ...{ tickangle: 0, showgrid: false },
        },
        { tell: (offset) => `${offset} probes from death` },
      ),
      title: "Probes from death",
    },
    y: {
      of: "value",
      scale: fixed({
        range: [range[0], range[1] + 0.15],
        tickvals: ticks.map(([value]) => value),
        ticktext: ticks.map(([, text]) => text),
      }),
      title: axis,
      digits: 2,
    },
    series: { of: ({ side }) => looks[side].name, look: (_name, { row }) => looks[row.side] },
    marks: [
      rule({ x: -0.5 }, { width: 1, dash: "dot" }),
      ...lines.map((y) => rule({ y }, { width: 1, dash: "dot", front: true })),
      band({ of: middleHalf(...range), marked: true, always: true }),
    ],
    legend: true,
  });
}
