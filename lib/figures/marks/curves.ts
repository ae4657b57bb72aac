import { mean as average, quantile } from "../../statistics.js";
import { translucent } from "../palette.js";
import type { Annotation, Trace } from "../plotly.js";
import { textWidth } from "../text.js";
import { finals } from "./estimates.js";
import {
  divergedAt,
  grouped,
  hoverValue,
  lineOf,
  type Mark,
  markerOf,
  type Panel,
  type Run,
  type Series,
  scatter,
} from "./mark.js";

/** Middle and ends of the values at one place. */
export type Summary = (values: readonly number[]) => { middle: number; low: number; high: number };

/** The mean, from the lowest to the highest. */
export const meanAndRange: Summary = (values) => ({
  middle: average(values),
  low: Math.min(...values),
  high: Math.max(...values),
});

/** The median and the middle half, drawn at the ends of a range where they lie beyond. */
export const middleHalf =
  (from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): Summary =>
  (values) => {
    const [low, middle, high] = [0.25, 0.5, 0.75].map((part) =>
      Math.min(to, Math.max(from, quantile(values, part))),
    ) as [number, number, number];
    return { low, middle, high };
  };

export interface BandOptions {
  /** Default: the mean of the seeds, from the lowest to the highest. */
  of?: Summary;
  /** Names lines at their right end; none where they have a legend. */
  labels?: EndLabels;
  /** Whether lines have markers. Default false. */
  marked?: boolean;
  /** Length of a stair at each place, for histograms. Default: straight lines. */
  stair?: number;
  /** Whether there is a band where each place has one value, too. Default false. */
  always?: boolean;
  legend?: boolean;
}

export interface EndLabels {
  /** Default: the series' name. */
  text?: (name: string) => string;
  /** Whether lines that end at one height share a label, side by side. Default false. */
  merged?: boolean;
  /** Put before the topmost label. */
  prefix?: string;
}

interface At {
  place: number;
  middle: number;
  low: number;
  high: number;
  count: number;
}

/** A curve per series in a band, bands below all lines. A run that diverged is a thin line that ends in a cross. */
export const band = (options: BandOptions = {}): Mark<object> => ({
  room: (names) =>
    options.labels
      ? Math.max(...names.map((name) => textWidth(labelOf(name, options.labels!), 12.5))) +
        20 +
        textWidth(options.labels.prefix ?? "", 12.5)
      : 0,
  draw: (series, panel) => {
    const curves = series.map((own) => ({ own, at: curveOf(own, panel, options) }));
    const annotations = options.labels ? endLabels(curves, panel, options.labels) : [];
    return {
      traces: [
        ...curves.flatMap(({ own, at }) =>
          options.always || at.some(({ count }) => count > 1) ? [area(own, at, options)] : [],
        ),
        ...curves.flatMap(({ own, at }) => [
          ...(at.length > 0 ? [line(own, at, panel, options)] : []),
          ...divergedLines(own, panel),
        ]),
      ],
      annotations,
      // Lines that share a label may need more room than the longest name.
      right: Math.max(0, ...annotations.map(({ text }) => textWidth(text as string, 12.5) + 10)),
    };
  },
});

function curveOf<R extends object>(
  { rows }: Series<R>,
  { x, y }: Panel<R>,
  { of = meanAndRange }: BandOptions,
): At[] {
  return grouped(rows, x.of)
    .map(([at, own]) => ({ at, values: finals(own, y.of) }))
    .filter(({ values }) => values.length > 0)
    .map(({ at, values }) => {
      const { middle, low, high } = of(values);
      const [from, center, to] = [low, middle, high].map(y.scale.place) as [number, number, number];
      return { place: x.scale.place(at), middle: center, low: from, high: to, count: values.length };
    })
    .sort((a, b) => a.place - b.place);
}

/** Corners of a curve: each place once, or the two ends of its stair. */
const corners = (
  at: readonly At[],
  of: (point: At) => number,
  { stair }: BandOptions,
): { x: number; y: number }[] =>
  at.flatMap((point) =>
    (stair ? [point.place, point.place + stair] : [point.place]).map((x) => ({ x, y: of(point) })),
  );

function area<R>({ name, look }: Series<R>, at: At[], options: BandOptions): Trace {
  const outline = [
    ...corners(at, ({ high }) => high, options),
    ...corners(at, ({ low }) => low, options).toReversed(),
  ];
  return scatter(name, {
    showlegend: false,
    mode: "lines",
    x: outline.map(({ x }) => x),
    y: outline.map(({ y }) => y),
    fill: "toself",
    fillcolor: translucent(look.color, 0.24),
    line: { width: 0 },
    hoverinfo: "skip",
  });
}

function line<R>({ name, look }: Series<R>, at: At[], panel: Panel<R>, options: BandOptions): Trace {
  const { marked = false, legend = options.labels === undefined, stair } = options;
  const points = corners(at, ({ middle }) => middle, options);
  const { unit, digits } = panel.y;
  const told = at.flatMap(({ low, high, count, place }) =>
    Array.from({ length: stair ? 2 : 1 }, () => [low, high, count, panel.x.scale.tell(place)]),
  );
  return scatter(name, {
    showlegend: legend,
    mode: marked ? "lines+markers" : "lines",
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    line: lineOf(look),
    ...(marked && { marker: markerOf({ size: 7, ...look }) }),
    customdata: told as (string | number)[][],
    hovertemplate: `${panel.name ? `${panel.name}, ` : ""}${name}<br>%{customdata[3]}: ${hoverValue("y", panel.y)} (%{customdata[0]:.${digits}f} to %{customdata[1]:.${digits}f}${unit})<extra></extra>`,
  });
}

function divergedLines<R extends object>({ name, look, rows }: Series<R>, { x, y }: Panel<R>): Trace[] {
  const diverged = rows.filter((row) => divergedAt(row) !== undefined && Number.isFinite(y.of(row)));
  return grouped(diverged, (row) => `${(row as Run).arm}/${(row as Run).seed}`).map(([, own]) => {
    const isLast = (index: number) => index === own.length - 1;
    return scatter(name, {
      showlegend: false,
      mode: "lines+markers",
      x: own.map((row) => x.scale.place(x.of(row))),
      y: own.map((row) => y.scale.place(y.of(row))),
      line: lineOf({ ...look, width: 1 }),
      marker: {
        symbol: "x-thin",
        size: own.map((_, i) => (isLast(i) ? 10 : 0)),
        color: look.color,
        line: { color: look.color, width: own.map((_, i) => (isLast(i) ? 2 : 0)) },
      },
      hovertemplate: `${name}, seed ${(own[0] as Run).seed}, diverged<br>${hoverValue("y", y)}<extra></extra>`,
    });
  });
}

/** Pixels of a panel on a phone, where labels are to stand apart, too. */
const narrowHeight = 210;

const labelOf = (name: string, { text = (own) => own }: EndLabels): string => text(name);

/** Names lines at their right end; close ones are spread. */
function endLabels<R>(
  curves: readonly { own: Series<R>; at: At[] }[],
  { x, y, height }: Panel<R>,
  options: EndLabels,
): Annotation[] {
  const { merged = false, prefix = "" } = options;
  const [from, to] = y.scale.axis.range as [number, number];
  const [indistinct, closest] = [
    (3 / height) * (to - from),
    (17 / Math.min(height, narrowHeight)) * (to - from),
  ];
  const groups: { texts: string[]; value: number; place: number }[] = [];
  const ends = curves.flatMap(({ own, at }) =>
    at.length > 0 ? [{ text: labelOf(own.name, options), value: y.scale.mark(at.at(-1)!.middle) }] : [],
  );
  for (const { text, value } of ends.toSorted((a, b) => a.value - b.value)) {
    const before = groups.at(-1);
    if (merged && before && value - before.value < indistinct) before.texts.push(text);
    else
      groups.push({ texts: [text], value, place: before ? Math.max(value, before.place + closest) : value });
  }
  return groups.map(({ texts, place }, rank) => ({
    text: `${rank === groups.length - 1 ? prefix : ""}${texts.join(", ")}`,
    xref: "x",
    yref: "y",
    x: (x.scale.axis.range as [number, number])[1],
    y: place,
    xanchor: "left",
    yanchor: "middle",
    xshift: 5,
    showarrow: false,
  }));
}
