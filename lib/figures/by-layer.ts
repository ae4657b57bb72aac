import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, requireRuns } from "../study/describe.js";
import type { PlotlyFigure } from "./figure.js";
import { frame } from "./layout.js";
import { deadShareScale } from "./palette.js";

export interface ByLayerOptions {
  measure?: "scale" | "activation";
}

/**
 * Heat map of the share of dead filters: a row per arm, a column per layer in order of depth, and one for all
 * layers. Each cell gives the mean of the seeds and, below it, the lowest and highest where
 * they differ.
 */
export function deadShareByLayer(arms: ArmRuns[], { measure = "scale" }: ByLayerOptions = {}): PlotlyFigure {
  requireRuns(arms, "the heat map of dead share by layer");
  const layers = layersOf(arms);
  const columns = [...layers.map(({ name }) => name), "All"];
  const cells = arms.map((item) =>
    columns.map((_, column) => cell(item, column, columns.length - 1, measure)),
  );
  const definition =
    measure === "scale" ? "by scale (|γ| < 10<sup>−3</sup>)" : "by activation (maximum < 10<sup>−12</sup>)";
  const layout = frame({
    title: `Where filters die: share dead ${definition} by layer and arm`,
    subtitle: [
      `${describeSeeds(arms)}. Cell: mean of the seeds, their lowest–highest where they differ; darker: sparser.`,
      describeData(arms),
    ],
    plotHeight: (arms.length > 12 ? 34 : 40) * arms.length,
    legend: false,
    panelNames: false,
    left: 28 + 7 * Math.max(...arms.map(({ arm }) => arm.label.length)),
    right: 96,
  });
  const annotations = cells.flatMap((row, y) => {
    if (completedRuns(arms[y]!).length === 0) {
      const text = arms[y]!.runs.length === 0 ? "not trained" : "all runs diverged";
      return [{ text, x: layers.length / 2, y, showarrow: false }];
    }
    return row.flatMap((value, x) => {
      if (!value) return [];
      return [{ text: cellText(value), x, y, showarrow: false, font: { color: inkOn(value.mean) } }];
    });
  });
  return {
    data: [
      {
        type: "heatmap",
        x: columns.map((_, x) => x),
        y: arms.map((_, y) => y),
        z: cells.map((row) => row.map((value) => value?.mean ?? null)),
        customdata: arms.map(({ arm }) => columns.map((column) => `${arm.label}, ${column}`)),
        zmin: 0,
        zmax: 100,
        colorscale: deadShareScale,
        xgap: 2,
        ygap: 2,
        colorbar: {
          title: { text: "Dead (%)<br> ", side: "top", font: { size: 13 } },
          tickfont: { size: 12 },
          thickness: 14,
          outlinewidth: 1,
          outlinecolor: "#8C8C8C",
          tickvals: [0, 25, 50, 75, 100],
        },
        hovertemplate: "%{customdata}: %{z:.1f} % dead<extra></extra>",
      },
    ],
    layout: {
      ...layout,
      plot_bgcolor: "#E4E4E4",
      xaxis: {
        tickvals: columns.map((_, x) => x),
        ticktext: [
          ...layers.map(({ name, filters }) =>
            filters === undefined ? name : `${name}<br>${filters} filters`,
          ),
          "All",
        ],
        range: [-0.5, columns.length - 0.5],
        showgrid: false,
        showline: false,
        ticks: "",
        title: { text: "Layer, input to output" },
      },
      yaxis: {
        tickvals: arms.map((_, y) => y),
        ticktext: arms.map(({ arm }) => arm.label),
        ticklabelstandoff: 6,
        range: [arms.length - 0.5, -0.5],
        showgrid: false,
        showline: false,
        ticks: "",
      },
      annotations,
      shapes: [
        {
          type: "line",
          xref: "x",
          yref: "y domain",
          x0: layers.length - 0.5,
          x1: layers.length - 0.5,
          y0: 0,
          y1: 1,
          line: { color: "#262626", width: 1.5 },
        },
      ],
    },
  };
}

interface Cell {
  mean: number;
  least: number;
  most: number;
}

/** Layers of the deepest network; filter counts only where all arms agree. */
function layersOf(arms: ArmRuns[]): { name: string; filters?: number }[] {
  const all = arms.flatMap(({ runs }) => runs.map(({ record }) => record.model.layers));
  const deepest = all.reduce((longest, layers) => (layers.length > longest.length ? layers : longest));
  return deepest.map(({ name, filters }, i) => {
    const agreed = all.every((layers) => layers[i] === undefined || layers[i].filters === filters);
    return agreed ? { name, filters } : { name };
  });
}

function cell(item: ArmRuns, column: number, all: number, measure: "scale" | "activation"): Cell | undefined {
  const dead = measure === "scale" ? "deadByScale" : "deadByActivation";
  const values = completedRuns(item).flatMap(({ record }) => {
    if (column === all) return [100 * record.final[dead]];
    const layer = record.final.layers[column];
    return layer ? [(100 * layer[dead]) / layer.filters] : [];
  });
  if (values.length === 0) return undefined;
  return { mean: mean(values), least: Math.min(...values), most: Math.max(...values) };
}

function cellText({ mean: center, least, most }: Cell): string {
  const [low, middle, high] = [least, center, most].map((percent) => percent.toFixed(0));
  const range = low === high ? "" : `<br><span style="font-size:10px">${low}–${high}</span>`;
  return `<b>${middle}</b>${range}`;
}

/** Dark on the light part of the scale, white on the dark part: a contrast of at least 4 to 1. */
const inkOn = (percent: number): string => (percent > 65 ? "#FFFFFF" : "#1A1A1A");
