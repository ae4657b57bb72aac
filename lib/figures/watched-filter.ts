import type { WatchedFilter, WatchedRun } from "../runs/watched-run.js";
import { inactiveByActivation, scaleThreshold } from "../sparsity/measures.js";
import { number } from "../study/describe.js";
import { arrange, figureWidth } from "./arrange.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { dot, inPanel, rule } from "./marks/index.js";
import { stateColors } from "./palette.js";
import { type PanelDrawing, panelFigure } from "./panel-figure.js";
import type { Annotation } from "./plotly.js";
import { linear, log } from "./scales.js";

const looks = {
  dying: { color: stateColors.deadByScale, dash: "solid", symbol: "circle" },
  living: { color: "#7A7A7A", dash: "6px,3px", symbol: "square" },
} as const;

type Kind = keyof typeof looks;
const kinds: readonly Kind[] = ["dying", "living"];

const nameOf = ({ layer, filter }: WatchedFilter): string => `${layer}, filter ${filter}`;

/** What is said of a filter in both figures. */
function titleOf(watched: WatchedRun, kind: Kind): string {
  const filter = watched[kind];
  return filter.death
    ? `${nameOf(filter)}: inactive from step ${number.format(filter.death.step)} on`
    : `${nameOf(filter)}: lives to the end`;
}

const gap = 1;
/** Heights in maps: of a block's heading, and between blocks. */
const headHeight = 0.85;

/**
 * A filter dying, in pictures: sample images and what the filter makes of them at every probe, above the same of a filter of
 * the same layer that lives. Light: no activation; dark: the filter's strongest.
 */
export function watchedMaps(watched: WatchedRun): PlotlyFigure {
  const { steps, images } = watched;
  const side = Math.sqrt(watched.dying.maps[0]![0]!.length);
  const pitch = side + gap;
  const columns = steps.length + 1;
  const blockHeight = headHeight * side + images.length * pitch;
  const height = Math.ceil(2 * blockHeight);
  const width = columns * pitch;
  const empty = <T>(value: T) => Array.from({ length: height }, () => new Array<T>(width).fill(value));
  const z = empty<number | null>(null);
  const pictures = Array.from({ length: height }, () =>
    Array.from({ length: side }, () => [255, 255, 255, 0]),
  );
  const annotations: Annotation[] = [];
  kinds.forEach((kind, block) => {
    const filter = watched[kind];
    const strongest = Math.max(...filter.maps.flat(2)) || 1;
    const top = Math.round(block * blockHeight + headHeight * side);
    const heading: Annotation = {
      showarrow: false,
      xref: "x",
      yref: "y",
      xanchor: "left",
      yanchor: "bottom",
    };
    annotations.push({
      ...heading,
      text: `<b>${titleOf(watched, kind)}</b>`,
      x: -0.5,
      y: top - (block === 0 ? 0.5 : 0.26) * side,
      font: { color: looks[kind].color },
    });
    images.forEach(({ pixels }, image) => {
      const y = top + image * pitch;
      paint(pictures, pixels, { y, side });
      filter.maps.forEach((moment, column) => {
        moment[image]!.forEach((value, at) => {
          const x = (column + 1) * pitch + (at % side);
          z[y + Math.floor(at / side)]![x] = Number((value / strongest).toFixed(2));
        });
      });
    });
    steps.forEach((step, column) => {
      const silent = inactiveByActivation(filter.maxActivation[column]!);
      const head = `${block === 0 ? `step ${number.format(step)}<br>` : ""}γ ${signed(filter.gamma[column]!)}`;
      annotations.push({
        ...heading,
        text: silent ? `<b>${head}</b>` : head,
        x: (column + 1) * pitch - 0.5,
        y: top - 0.8,
        align: "left",
        font: { size: 11, color: silent ? looks.dying.color : "#262626" },
      });
    });
  });
  const hidden = {
    showgrid: false,
    showline: false,
    ticks: "",
    zeroline: false,
    tickvals: [] as number[],
    title: "",
  } satisfies PanelDrawing["x"];
  const figure = panelFigure(
    [
      {
        ...{ row: 0, column: 0, name: "" },
        x: { ...hidden, range: [-0.5, width - 0.5], constrain: "domain" },
        y: { ...hidden, range: [height - 0.5, -0.5], scaleanchor: "x", constrain: "domain", ticktext: [""] },
        traces: [
          { type: "image", colormodel: "rgba256", z: pictures as never, hoverinfo: "skip" },
          {
            type: "heatmap",
            z,
            ...{ zmin: 0, zmax: 1, showscale: false, hoverongaps: false },
            colorscale: [
              [0, "#F1F1F1"],
              [0.5, "#6C60AE"],
              [1, "#15093F"],
            ],
            hovertemplate: "%{z:.2f} of the filter's strongest<extra></extra>",
          },
        ],
        annotations,
      },
    ],
    {
      title: "What two filters answer to three training images, probe by probe",
      subtitle: [
        `One column per probe. Light: no activation; dark: the filter's strongest. Bold heads: it answers to no training image any more.`,
      ],
      heights: [Math.round((height / width) * (figureWidth - 44))],
      legend: false,
      leastWidth: 840,
    },
  );
  return arrange(figure, { width: figureWidth });
}

/** Puts an image into the mosaic, brought to the side of the maps by taking every n-th pixel. */
function paint(
  mosaic: number[][][],
  pixels: readonly number[],
  { y, side }: { y: number; side: number },
): void {
  const size = Math.sqrt(pixels.length / 3);
  const every = size / side;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const at = 3 * (Math.floor(row * every) * size + Math.floor(column * every));
      mosaic[y + row]![column] = [...pixels.slice(at, at + 3), 255];
    }
  }
}

/** "0.90", "−0.016". */
const signed = (value: number): string => String(Number(value.toPrecision(2))).replace("-", "−");

/** gamma, beta and the strongest activation of both filters over the run. */
export function watchedCurves(watched: WatchedRun): PlotlyFigure {
  const panels: Record<string, (filter: WatchedFilter) => readonly number[]> = {
    "|γ|, log scale": ({ gamma }) => gamma.map((value) => Math.abs(value)),
    β: ({ beta }) => beta,
    "Strongest activation": ({ maxActivation }) => maxActivation,
  };
  const [first] = Object.keys(panels);
  const rows = Object.entries(panels).flatMap(([panel, of]) =>
    kinds.flatMap((kind) =>
      of(watched[kind]).map((value, probe) => ({ panel, kind, step: watched.steps[probe]!, value })),
    ),
  );
  type Row = (typeof rows)[number];
  const { death } = watched.dying;
  return chart({
    title: "How the two filters get there",
    reading:
      "Scale γ and shift β of the normalization, and the strongest activation over all probed training images. Vertical: first probe that finds the filter inactive; dashed: the threshold of death by scale.",
    rows,
    panels: { of: "panel" },
    x: {
      of: "step",
      scale: linear({ axis: { tickformat: ",d", showgrid: false } }),
      title: "Optimizer step",
    },
    y: (panel) => ({
      of: "value",
      scale: panel === first ? log({ pad: 0.3, holds: [scaleThreshold], minor: false }) : linear(),
      title: "",
    }),
    series: { of: ({ kind }) => titleOf(watched, kind), look: (_name, { row }) => looks[row.kind] },
    marks: [
      inPanel(first!, rule({ y: scaleThreshold }, { width: 1, dash: "dash", front: true })),
      ...(death ? [rule({ x: death.step }, { color: looks.dying.color, width: 1, dash: "dot" })] : []),
      dot<Row>({
        joined: () => "",
        text: ({ kind }) => titleOf(watched, kind),
        hover: "step %{x}: %{y:.3g}",
        size: 6,
        legend: true,
        clip: true,
      }),
    ],
    legend: true,
    height: 240,
  });
}
