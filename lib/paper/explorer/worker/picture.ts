import { type Column, columnsOf } from "../catalog.js";
import { channelsOf } from "../colors.js";
import type { Grid, PanelPicture, Picture, RunNames } from "../messages.js";
import { columnOfRange, levelText, type View } from "../view.js";
import { axisOf, gathered } from "./axis.js";
import { keptRows } from "./keep.js";
import type { Store } from "./store.js";
import { tonesOf } from "./tones.js";

/** So many rows at most are drawn one by one. */
const mostPoints = 4000;
const mostPanels = 12;
const mostListed = 40;

/** What is drawn of each kept row, in their order. */
interface Marks {
  x: Float32Array;
  y: Float32Array;
  run: Int32Array;
  tone: Uint16Array;
  colors: readonly string[];
}

/** Draws a view: keeps rows, finds their places, and counts them in cells or hands them out one by one. */
export async function draw(
  store: Store,
  runs: readonly RunNames[],
  view: View,
  grid: Grid,
): Promise<Picture> {
  const described = new Map(columnsOf(store.catalog, view.of).map((column) => [column.name, column]));
  const { x, y, color, panels, where, between, images } = view;
  const columnOf = (name: string | undefined) => (name === undefined ? undefined : described.get(name)!);
  const [ofColor, ofPanels] = [columnOf(color), columnOf(panels)];
  const named = [x, y, color ?? x, ...Object.keys(where), ...Object.keys(between).map(columnOfRange)];
  const asked = [...new Set(named)];
  const [run, evaluated, panelPlaces, colorPlaces, ...values] = await Promise.all([
    store.column("run", view),
    store.texts("evaluatedOn"),
    ofPanels && store.places(ofPanels, view),
    ofColor && store.places(ofColor, view),
    ...asked.map((name) => store.column(name, view)),
  ]);
  const columns = new Map(asked.map((name, index) => [name, values[index]!]));
  const started = performance.now();

  const isOfImages = Uint8Array.from(evaluated, (own) => Number(own === images));
  let total = 0;
  for (let row = 0; row < run.length; row++) total += isOfImages[run[row]!]!;
  const rows = keptRows(columns, described, view, { run, isOfImages });
  const [ofX, ofY] = [
    axisOf(described.get(x)!, columns.get(x)!, rows, { scale: view.scales.x, salt: 1 }),
    axisOf(described.get(y)!, columns.get(y)!, rows, { scale: view.scales.y, salt: 2 ** 30 }),
  ];
  const tones = tonesOf(ofColor, { values: columns.get(color ?? x), places: colorPlaces }, rows);
  const marks: Marks = {
    ...{ x: ofX.places, y: ofY.places, tone: tones.of, colors: tones.colors },
    run: gathered(run, rows, new Int32Array(rows.length)),
  };
  const placed = marksWithPlace(marks);
  const ofPanel = panelPlaces && gathered(panelPlaces, rows, new Uint16Array(rows.length));
  const split = panelsOf(ofPanels, ofPanel, placed);
  const counted = new Uint32Array(runs.length);
  for (let index = 0; index < placed.length; index++) counted[marks.run[placed[index]!]!]!++;
  const order = [...counted.keys()]
    .filter((own) => counted[own]! > 0)
    .sort((a, b) => counted[b]! - counted[a]!);
  return {
    ...{ total, shown: placed.length, missing: rows.length - placed.length, x: ofX.domain, y: ofY.domain },
    ...{ legend: tones.legend, ramp: tones.ramp, left: split.left },
    panels: split.panels.map(({ name, own }) => ({
      ...{ name, count: own.length },
      ...(placed.length <= mostPoints ? pointsOf(own, marks) : cellsOf(own, marks, grid)),
    })),
    runs: order.slice(0, mostListed).map((own) => ({ ...runs[own]!, rows: counted[own]! })),
    runCount: order.length,
    milliseconds: performance.now() - started,
  };
}

function marksWithPlace({ x, y }: Marks): Uint32Array {
  const placed = new Uint32Array(x.length);
  let count = 0;
  for (let mark = 0; mark < x.length; mark++) if (!Number.isNaN(x[mark]! + y[mark]!)) placed[count++] = mark;
  return placed.subarray(0, count);
}

/** Marks by panel, in the order of its levels; where there are too many panels those with the most marks. */
function panelsOf(
  column: Column | undefined,
  places: Uint16Array | undefined,
  marks: Uint32Array,
): { panels: { name: string; own: Uint32Array }[]; left: number } {
  if (!column || !places) return { panels: [{ name: "", own: marks }], left: 0 };
  const { levels = [], words, isName } = column;
  const counts = levels.map(() => 0);
  for (let index = 0; index < marks.length; index++) counts[places[marks[index]!]!]!++;
  const there = [...levels.keys()].filter((place) => counts[place]! > 0);
  const chosen = there.toSorted((a, b) => counts[b]! - counts[a]!).slice(0, mostPanels);
  const filling = levels.map((_, place) => new Uint32Array(chosen.includes(place) ? counts[place]! : 0));
  const filled = levels.map(() => 0);
  for (let index = 0; index < marks.length; index++) {
    const place = places[marks[index]!]!;
    // Beyond its end an array takes nothing.
    filling[place]![filled[place]!++] = marks[index]!;
  }
  const panels = chosen
    .sort((a, b) => a - b)
    .map((place) => {
      const text = levelText(levels[place]!);
      return { name: isName ? text : `${words} ${text}`, own: filling[place]! };
    });
  return { panels, left: there.length - panels.length };
}

const pointsOf = (own: Uint32Array, { x, y, run, tone, colors }: Marks): Pick<PanelPicture, "points"> => ({
  points: {
    x: Float32Array.from(own, (mark) => x[mark]!),
    y: Float32Array.from(own, (mark) => y[mark]!),
    colors: Array.from(own, (mark) => colors[tone[mark]!]!),
    run: Int32Array.from(own, (mark) => run[mark]!),
  },
});

/**
 * Marks counted in cells: a cell's color is the mean of its marks' colors, and the more marks, the less of the ground shows
 * through, by logarithm, so that a single one can be seen beside thousands.
 */
function cellsOf(
  own: Uint32Array,
  { x, y, run, tone, colors }: Marks,
  grid: Grid,
): Pick<PanelPicture, "cells"> {
  const size = grid.columns * grid.rows;
  const count = new Uint32Array(size);
  const runs = new Int32Array(size).fill(-1);
  const sums = new Float64Array(3 * size);
  const channels = Float64Array.from(colors.flatMap(channelsOf));
  for (let index = 0; index < own.length; index++) {
    const mark = own[index]!;
    const column = Math.min(grid.columns - 1, Math.floor(x[mark]! * grid.columns));
    const line = Math.min(grid.rows - 1, Math.floor((1 - y[mark]!) * grid.rows));
    const cell = line * grid.columns + column;
    const color = 3 * tone[mark]!;
    count[cell]!++;
    runs[cell] = run[mark]!;
    for (let channel = 0; channel < 3; channel++) sums[3 * cell + channel]! += channels[color + channel]!;
  }
  const most = count.reduce((a, b) => Math.max(a, b), 2);
  const pixels = new Uint8ClampedArray(4 * size);
  for (let cell = 0; cell < size; cell++) {
    const marks = count[cell]!;
    if (marks === 0) continue;
    for (let channel = 0; channel < 3; channel++)
      pixels[4 * cell + channel] = sums[3 * cell + channel]! / marks;
    pixels[4 * cell + 3] = 255 * (0.3 + (0.7 * Math.log(marks)) / Math.log(most));
  }
  return { cells: { pixels, count, run: runs } };
}
