import { UserError } from "../errors.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { dot, inPanel, label, type Mark, only, rule, zone } from "./marks/index.js";
import type { DotOptions } from "./marks/points.js";
import { answerLooks } from "./palette.js";
import { fixed, names } from "./scales.js";

/** One way to ask a question, and what came out. */
export interface SpecificationPoint {
  /** In `unit`; positive supports the claim. */
  effect: number;
  /** 95 %; null of one seed. */
  interval: [low: number, high: number] | null;
  /** undefined of one seed. */
  verdict: string | undefined;
  unit: string;
  /** Effects below this, though real, would not matter. */
  smallestEffect: number;
  /** Whether the verdict rests on it. */
  isMain: boolean;
}

/** A point with what it chose. */
export interface ChosenPoint extends SpecificationPoint {
  /** A level of each choice: "by scale". */
  levels: readonly string[];
  /** First line of its hover. */
  text: string;
}

export interface SpecificationChartOptions {
  /** What came out, and how to read it. */
  reading: readonly string[];
  /** Levels in the order of the rows below a curve, those of one choice together. */
  choices: readonly (readonly string[])[];
}

/** A mark in the curve, or one of those below it. */
interface Drawn extends ChosenPoint {
  panel: string;
  rank: number;
  series: string;
  level: string;
}

/** The points of one unit: a curve, and a grid of what each point chose. */
interface Curve {
  unit: string;
  points: readonly ChosenPoint[];
  panels: { effects: string; grid: string };
  choices: readonly (readonly string[])[];
}

const singleSeed = { name: "one seed", look: { color: "#8C8C8C", symbol: "circle-open" } };

/** Of effects to what is smaller, so that one wide interval does not flatten the others. */
const mostRoom = 0.6;

/**
 * A specification curve (Simonsohn, Simmons and Nelson, Nature Human Behaviour 4, 2020): effects in order with their intervals,
 * and below each what it chose. The main one is ringed, effects too small to matter are a band. A curve for each unit, the main
 * one's first. Throws `UserError` of no points.
 */
export function specificationChart(
  points: readonly ChosenPoint[],
  { reading, choices }: SpecificationChartOptions,
): PlotlyFigure {
  if (points.length === 0)
    throw new UserError(
      "There is no specification to draw, since none has runs on record. Train some with npm run reproduce.",
    );
  const main = points.find(({ isMain }) => isMain) ?? points[0]!;
  const units = [...new Set([main, ...points].map(({ unit }) => unit))];
  const curves = units.map((unit): Curve => {
    const own = points.filter((point) => point.unit === unit).toSorted((a, b) => a.effect - b.effect);
    const has = (level: string) => own.some(({ levels }) => levels.includes(level));
    return {
      unit,
      points: own,
      panels: { effects: `Effects in ${unit}`, grid: `Choices behind effects in ${unit}` },
      choices: choices.map((levels) => levels.filter(has)).filter((levels) => levels.length > 1),
    };
  });
  const curveOf = (panel: string) =>
    curves.find(({ panels }) => panel === panels.effects || panel === panels.grid)!;
  const isGrid = (panel: string) => curveOf(panel).panels.grid === panel;
  const shown = curves.flatMap(({ panels, choices: own }) => [
    panels.effects,
    ...(own.length > 0 ? [panels.grid] : []),
  ]);
  return chart<Drawn>({
    title: "The same question under every choice on record",
    reading,
    rows: curves.flatMap(rowsOf),
    panels: {
      of: "panel",
      names: shown,
      columns: 1,
      title: (name) => (units.length > 1 && !isGrid(name) ? name : ""),
    },
    x: (panel) => ({
      of: "rank",
      scale: fixed({
        range: [-0.7, curveOf(panel).points.length - 0.3],
        ...{ tickvals: [], ticktext: [], ticks: "", tickangle: 0, showgrid: false },
      }),
      title: panel === shown.at(-1) ? "One specification a column, in order of effect" : "",
    }),
    y: (panel) => {
      const { unit, points: own, choices: levels } = curveOf(panel);
      return isGrid(panel)
        ? { of: "level", scale: names(levels.flat()), title: "" }
        : { of: "effect", scale: fixed({ range: rangeOf(own) }), title: `Up: as claimed (${unit})` };
    },
    series: {
      of: "series",
      names: [...Object.keys(answerLooks), singleSeed.name].filter((name) =>
        points.some((point) => seriesOf(point) === name),
      ),
      look: (name) => answerLooks[name] ?? singleSeed.look,
    },
    marks: curves.flatMap(marksOf),
    legend: true,
    height: shown.map((panel) => (isGrid(panel) ? 17 * curveOf(panel).choices.flat().length : 230)),
  });
}

const seriesOf = ({ verdict }: SpecificationPoint): string => verdict ?? singleSeed.name;

const rowsOf = ({ points, panels, choices }: Curve): Drawn[] =>
  points.flatMap((point, rank) => {
    const own = { ...point, rank, series: seriesOf(point) };
    const levels = point.levels.filter((level) => choices.flat().includes(level));
    return [
      { ...own, panel: panels.effects, level: "" },
      ...levels.map((level) => ({ ...own, panel: panels.grid, level })),
    ];
  });

/** All effects and what is too small to matter; of intervals as much as leaves the effects readable. */
function rangeOf(points: readonly SpecificationPoint[]): [number, number] {
  const values = points.flatMap(({ effect, smallestEffect }) => [effect, smallestEffect, -smallestEffect]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most - least;
  const ends = points.flatMap(({ interval }) => interval ?? []);
  return [
    Math.max(Math.min(least, ...ends), least - mostRoom * span) - 0.05 * span,
    Math.min(Math.max(most, ...ends), most + mostRoom * span) + 0.05 * span,
  ];
}

function marksOf({ points, panels: { effects, grid }, choices, unit }: Curve): Mark<Drawn>[] {
  const isCrowded = points.length > 40;
  const smallest = Math.abs(points[0]!.smallestEffect);
  const mainRank = points.findIndex(({ isMain }) => isMain);
  const betweenChoices = choices.slice(0, -1).map((_, i) => choices.slice(0, i + 1).flat().length - 0.5);
  const text = (row: Drawn) => row.text;
  const ofEffects: DotOptions<Drawn> = {
    text,
    hover: `%{y:.1f} ${unit}`,
    size: ({ isMain }) => (isMain ? 12 : isCrowded ? 5 : 7),
    outline: ({ isMain }) => (isMain ? 2.5 : 1.2),
    legend: true,
    clip: true,
  };
  return [
    inPanel(effects, zone(-smallest, smallest, undefined, { along: "y" })),
    inPanel(effects, rule({ y: 0 }, { color: "#8C8C8C", width: 1 })),
    ...betweenChoices.map((y) => inPanel(grid, rule({ y }, { color: "#BFBFBF", width: 1 }))),
    ...(mainRank < 0
      ? []
      : [
          inPanel([effects, grid], rule({ x: mainRank }, { color: "#595959", width: 1, dash: "dot" })),
          inPanel(
            effects,
            label<Drawn>("main", { x: (mainRank + 0.7) / (points.length + 0.4), y: 1, font: { size: 12 } }),
          ),
        ]),
    inPanel(
      effects,
      only<Drawn>(
        ({ interval }) => interval !== null,
        dot({ ...ofEffects, bar: ({ interval }) => interval! }),
      ),
    ),
    inPanel(
      effects,
      only<Drawn>(({ interval }) => interval === null, dot(ofEffects)),
    ),
    inPanel(grid, dot<Drawn>({ text, hover: "%{y}", size: isCrowded ? 4 : 6, outline: 1 })),
  ];
}
