import type { Run } from "../runs/record.js";
import { mean as average } from "../statistics.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { completedRuns, datasetTitle, lambdaText, number, requireRuns } from "../study/describe.js";
import { penaltyPace } from "../study/layer-profile.js";
import { folded, runRows } from "../study/run-rows.js";
import { lambdasOf } from "../study/series.js";
import { type Channel, chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { byDeadMeasure, byForm, deadRows, rowsByForm } from "./looks.js";
import { inPanel, type Look, mean, rule, seeds } from "./marks/index.js";
import { optimizerStyle } from "./palette.js";
import { log, share, ticked } from "./scales.js";

const reading = "Small marks: seeds; line: their mean; bar: lowest to highest.";
const deadShare = {
  of: "value",
  scale: share,
  title: "Dead filters (% of all)",
  unit: " %",
};
const eitherMeasure = byDeadMeasure((measure) =>
  measure === "deadByScale" ? "dead by scale" : "dead by activation",
);

/** Arms that share a panel: "Equal epochs", "CIFAR-10, λ = 10^-4". */
export interface ArmsPanel {
  name: string;
  arms: ArmRuns[];
}

/** Dead share by both measures against what arms of a panel vary. */
function deadAgainst(
  panels: readonly ArmsPanel[],
  about: { title: string; tells: string; x: Channel<object>; arms?: ArmRuns[] },
): PlotlyFigure {
  const arms = [...new Set(panels.flatMap((panel) => panel.arms))];
  return chart({
    title: about.title,
    reading: `${reading} ${about.tells}`,
    about: about.arms ?? arms,
    rows: panels.flatMap(({ name, arms: own }) => deadRows(own).map((row) => ({ ...row, panel: name }))),
    panels: { of: "panel", columns: panels.length },
    x: { ...about.x, free: true },
    y: deadShare,
    series: eitherMeasure,
    marks: [mean(), seeds()],
  });
}

/** Dead share against the size of the mini-batch, a panel for each thing held equal. */
export const deadShareByBatch = (panels: ArmsPanel[]): PlotlyFigure =>
  deadAgainst(panels, {
    title: "Share of dead filters by size of the mini-batch",
    tells: "A line that falls: small batches kill more.",
    x: {
      of: "batch",
      scale: ticked({ tell: (value) => `batch ${value}` }),
      title: "Images in a mini-batch (log scale)",
    },
  });

/** Trained arms by dataset and penalty, in order of their classes. */
export function classPanels(arms: ArmRuns[]): ArmsPanel[] {
  const trained = arms.filter(({ runs }) => runs.length > 0);
  const several = lambdasOf(trained).length > 1;
  const panels = new Map<string, ArmRuns[]>();
  for (const item of trained) {
    const { config, lambda } = item.arm;
    const dataset = datasetTitle(config.dataset.name);
    const name = several ? `${dataset}, λ = ${lambdaText(lambda)}` : dataset;
    panels.set(name, [...(panels.get(name) ?? []), item]);
  }
  const classes = ({ runs }: ArmRuns) => runs[0]!.record.dataset.classes.length;
  return [...panels].map(([name, own]) => ({ name, arms: own.sort((a, b) => classes(a) - classes(b)) }));
}

/** Dead share against the number of classes; a panel per dataset, for datasets differ in more than their classes. */
export function deadShareByClasses(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of dead share against the number of classes");
  return deadAgainst(classPanels(arms), {
    arms,
    title: "Share of dead filters by number of classes, equally many images",
    tells: "A line that falls: easier tasks leave more filters dead.",
    x: {
      of: "classes",
      scale: ticked({ tell: (value) => `${value} classes` }),
      title: "Classes (log scale); right: harder",
    },
  });
}

/** Networks in order of size: "7 layers, width varied". */
export interface CapacitySeries {
  name: string;
  arms: ArmRuns[];
}

const roundCounts = [1, 2, 5].flatMap((digit) => [1, 10, 100, 1000, 10_000].map((power) => digit * power));
const filtersOf = ({ config }: Arm): number => config.model.widths.reduce((sum, width) => sum + width, 0);

/** Dead share and surviving filters against the number of filters, for networks that differ in width or in depth. */
export function deadShareByCapacity(families: CapacitySeries[]): PlotlyFigure {
  const arms = [...new Set(families.flatMap((family) => family.arms))];
  requireRuns(arms, "the figure of dead share against capacity");
  const [share0, survivors] = ["Dead share", "Survivors (dotted line: none dead)"];
  const rows = families.flatMap(({ name, arms: own }) =>
    folded(runRows(own), ["deadByActivation", "survivors"]).map((row) => ({ ...row, series: name })),
  );
  const sizes = arms.map(({ arm }) => Math.log2(filtersOf(arm)));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const looks: Look[] = [
    { color: optimizerStyle(arms[0]!.arm.optimizer).color, symbol: "circle", dash: "solid" },
    { color: "#262626", symbol: "square-open", dash: "6px,3px" },
  ];
  const counts = { ticks: roundCounts, text: (count: number) => number.format(count) };
  return chart({
    title: "Dead and surviving filters by size of the network",
    reading: `${reading} Dead and surviving: by activation.`,
    about: arms,
    rows,
    panels: { of: ({ measure }) => (measure === "survivors" ? survivors! : share0!) },
    x: {
      of: "filters",
      scale: ticked({ text: number.format, tell: (value) => `${number.format(value)} filters` }),
      title: "Filters of the network (log scale)",
    },
    y: (panel) =>
      panel === survivors
        ? {
            of: "value",
            scale: log({ ...counts, pad: 0.15, holds: [2 ** most] }),
            title: "Surviving filters (log scale)",
          }
        : deadShare,
    series: { of: "series", look: (_name, { rank }) => looks[rank % looks.length]! },
    marks: [
      inPanel(
        survivors!,
        rule({ from: [least, 2 ** least], to: [most, 2 ** most] }, { color: "#7A7A7A", dash: "dot" }),
      ),
      mean(),
      seeds(),
    ],
    legend: true,
  });
}

/** The pace of a run's typical filter, % of gamma a step: the median over layers, each filter counting once; NaN where unknown. */
export function typicalPace(run: Run): number {
  const paces = penaltyPace(run) ?? [];
  const weighted = paces
    .map((pace, layer) => ({ pace, filters: run.record.model.layers[layer]!.filters }))
    .sort((a, b) => a.pace - b.pace);
  const half = weighted.reduce((sum, { filters }) => sum + filters, 0) / 2;
  let seen = 0;
  return (
    weighted.find(({ filters }) => {
      seen += filters;
      return seen >= half;
    })?.pace ?? Number.NaN
  );
}

/**
 * Dead share against the share of gamma that the penalty alone takes away at each step from a typical filter, the measure in
 * which both forms of a penalty can be compared: a panel per optimizer, a line per form.
 */
export function deadShareByPace(arms: ArmRuns[]): PlotlyFigure {
  const paces = new Map(arms.map((item) => [item.arm, average(completedRuns(item).map(typicalPace))]));
  const drawn = arms.filter(({ arm }) => paces.get(arm)! > 0);
  requireRuns(drawn, "the figure of dead share against pace");
  const text = (pace: number) => String(Number(pace.toPrecision(2)));
  return chart({
    title: "Dead filters against how fast the penalty alone shrinks γ, by form of the penalty",
    reading: `${reading} Pace: of the median filter, early in training.`,
    about: drawn,
    rows: rowsByForm(drawn, (_run, arm) => ({ pace: paces.get(arm)! })),
    panels: { of: "optimizer" },
    x: {
      of: "pace",
      scale: ticked({ text, tell: (pace) => `${pace.toPrecision(2)} % a step` }),
      title: "γ lost to the penalty per step (%, log)",
      free: true,
    },
    y: { of: "deadByActivation", scale: share, title: "Filters inactive by activation (%)", unit: " %" },
    series: { ...byForm, apart: false },
    marks: [mean(), seeds()],
  });
}
