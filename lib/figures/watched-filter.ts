import type { WatchedFilter, WatchedRun } from "../runs/watched-run.js";
import { inactiveByActivation, scaleThreshold } from "../sparsity/measures.js";
import { number } from "../study/describe.js";
import type { PlotlyFigure } from "./figure.js";
import { axisId, axisKey, figureWidth, frame, panelDomain, panelName, type Trace } from "./layout.js";
import { stateColors } from "./palette.js";

const looks = {
  dying: { color: stateColors.deadByScale, dash: "solid", symbol: "circle" },
  living: { color: "#7A7A7A", dash: "6px,3px", symbol: "square" },
} as const;

type Kind = keyof typeof looks;

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
  const annotations: unknown[] = [];
  (["dying", "living"] as const).forEach((kind, block) => {
    const filter = watched[kind];
    const strongest = Math.max(...filter.maps.flat(2)) || 1;
    const top = Math.round(block * blockHeight + headHeight * side);
    const heading = { showarrow: false, xref: "x", yref: "y", xanchor: "left", yanchor: "bottom" };
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
  const hidden = { showgrid: false, showline: false, showticklabels: false, ticks: "", zeroline: false };
  const left = 16;
  return {
    data: [
      { type: "image", colormodel: "rgba256", z: pictures, hoverinfo: "skip" },
      {
        type: "heatmap",
        z,
        zmin: 0,
        zmax: 1,
        colorscale: [
          [0, "#F1F1F1"],
          [0.5, "#6C60AE"],
          [1, "#15093F"],
        ],
        showscale: false,
        hoverongaps: false,
        hovertemplate: "%{z:.2f} of the filter's strongest<extra></extra>",
      },
    ],
    layout: {
      ...frame({
        title: "What two filters answer to three training images, probe by probe",
        subtitle: [
          `One column per probe. Light: no activation; dark: the filter's strongest. Bold heads: it answers to no training image any more.`,
        ],
        plotHeight: Math.round((height / width) * (figureWidth - 2 * left)),
        legend: false,
        panelNames: false,
        left,
        right: left,
        bottom: 16,
      }),
      annotations,
      xaxis: { ...hidden, range: [-0.5, width - 0.5], constrain: "domain" },
      yaxis: { ...hidden, range: [height - 0.5, -0.5], scaleanchor: "x", constrain: "domain" },
    },
  };
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
  const panels = [
    { name: "|γ|, log scale", of: (filter: WatchedFilter) => filter.gamma.map((value) => Math.abs(value)) },
    { name: "β", of: (filter: WatchedFilter) => filter.beta },
    { name: "Strongest activation", of: (filter: WatchedFilter) => filter.maxActivation },
  ];
  const layout = frame({
    title: "How the two filters get there",
    subtitle: [
      "Scale γ and shift β of the normalization, and the strongest activation over all probed training images. Vertical: first probe that finds the filter inactive; dashed: the threshold of death by scale.",
    ],
    plotHeight: 240,
  });
  const scales = [watched.dying, watched.living].flatMap(({ gamma }) =>
    gamma.map((value) => Math.abs(value)),
  );
  const lowest = Math.min(scaleThreshold, ...scales.filter((value) => value > 0));
  const highest = Math.max(...scales);
  const data: Trace[] = [];
  const shapes: unknown[] = [];
  for (const [index, { of }] of panels.entries()) {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    layout[axisKey("x", index)] = {
      domain: panelDomain(index, panels.length, 0.07),
      anchor: axes.y,
      title: { text: "Optimizer step" },
      tickformat: ",d",
      showgrid: false,
    };
    layout[axisKey("y", index)] = {
      anchor: axes.x,
      ...(index === 0 && {
        type: "log",
        dtick: 1,
        exponentformat: "power",
        range: [Math.log10(lowest) - 0.3, Math.log10(highest) + 0.3],
      }),
    };
    if (index === 0) shapes.push(thresholdLine(axes));
    const { death } = watched.dying;
    if (death) shapes.push(deathLine(death.step, axes));
    for (const kind of ["dying", "living"] as const) {
      const { color, dash, symbol } = looks[kind];
      data.push({
        type: "scatter",
        mode: "lines+markers",
        xaxis: axes.x,
        yaxis: axes.y,
        name: titleOf(watched, kind),
        legendgroup: kind,
        showlegend: index === 0,
        x: watched.steps,
        y: of(watched[kind]),
        line: { color, dash },
        marker: { color, symbol, size: 6 },
        hovertemplate: "step %{x}: %{y:.3g}<extra></extra>",
      });
    }
  }
  const annotations = panels.map(({ name }, index) =>
    panelName({ text: name, x: panelDomain(index, panels.length, 0.07)[0] }),
  );
  return { data, layout: { ...layout, annotations, shapes } };
}

const thresholdLine = ({ x, y }: { x: string; y: string }) => ({
  type: "line",
  xref: `${x} domain`,
  yref: y,
  x0: 0,
  x1: 1,
  y0: scaleThreshold,
  y1: scaleThreshold,
  line: { color: "#262626", width: 1, dash: "dash" },
});

const deathLine = (step: number, { x, y }: { x: string; y: string }) => ({
  type: "line",
  xref: x,
  yref: `${y} domain`,
  x0: step,
  x1: step,
  y0: 0,
  y1: 1,
  line: { color: looks.dying.color, width: 1, dash: "dot" },
  layer: "below",
});
