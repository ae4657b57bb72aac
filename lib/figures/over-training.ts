import type { RunConfig } from "../runs/config.js";
import type { ArmRuns } from "../study/arm.js";
import {
  allRuns,
  completedRuns,
  describeData,
  describeSeeds,
  hasDiverged,
  requireRuns,
} from "../study/describe.js";
import { epochRows } from "../study/run-rows.js";
import { penaltySeries } from "../study/series.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { optimizerLook, rankedLook, strength, strengthLabels, strengthLook } from "./looks.js";
import { band, dot, inPanel, type Mark } from "./marks/index.js";
import { milestoneMarks } from "./milestones.js";
import { linear, share, steps } from "./scales.js";

const reading = "Line: mean of the seeds; band: lowest to highest";
const dead = {
  of: "deadByScale",
  scale: share,
  title: "Filters dead by scale (%)",
  unit: " %",
};
const told = (arms: ArmRuns[]) =>
  `${describeSeeds(arms)}${allRuns(arms).some(hasDiverged) ? " (thin lines, ×)" : ""}. ${reading}`;

/** Drops of the learning rate of each panel's arms, where they share them. */
function milestones(panels: ReadonlyMap<string, readonly ArmRuns[]>): Mark<object> {
  return {
    draw(_series, { name }) {
      const configs = (panels.get(name) ?? []).map(({ arm }) => arm.config);
      const schedules = new Set(configs.map(({ schedule, steps: own }) => JSON.stringify([schedule, own])));
      return schedules.size === 1 ? milestoneMarks(configs[0] as RunConfig) : {};
    },
  };
}

/**
 * Dead share (by scale) over training steps: a panel per optimizer, a line per penalty strength (the mean of the
 * seeds) in a band from the lowest to the highest seed, the drops of the learning rate as dotted lines. A diverged
 * run is a thin line that ends in a cross.
 */
export function deadShareOverTraining(arms: ArmRuns[]): PlotlyFigure {
  const panels = new Map(penaltySeries(arms).map(({ name, arms: own }) => [name, own]));
  return chart({
    title: "When filters die: share dead by scale over training, by optimizer and penalty strength",
    reading: [`${told(arms)}; dotted: learning rate drops.`, describeData(arms)],
    rows: [...panels].flatMap(([panel, own]) => epochRows(own).map((row) => ({ ...row, panel }))),
    panels: { of: "panel" },
    x: { of: "step", scale: steps, title: "Optimizer step", free: true },
    y: dead,
    series: {
      of: strength,
      look: (_name, { row }) =>
        strengthLook(
          row.lambda,
          panels.get(row.panel)!.map(({ arm }) => arm.lambda),
          optimizerLook(row.panel),
        ),
    },
    marks: [milestones(panels), band({ labels: strengthLabels })],
    legend: false,
  });
}

/** Arms whose curves share a panel, in order of what is varied. */
export interface CurvePanel {
  name: string;
  arms: ArmRuns[];
  /** What training is measured in. Default "steps". */
  over?: "steps" | "epochs";
}

export interface CurvesByArmOptions {
  /** What sets arms apart: "Share dead over training, by batch size". */
  title: string;
  /** A curve's name at its end: "batch 20". */
  name: (item: ArmRuns) => string;
}

/**
 * Share of filters dead by scale over training, a line per arm: the mean of the seeds in a band from the lowest to the
 * highest, named at its end. For arms that differ in something else than their penalty.
 */
export function deadShareOverTrainingByArm(
  panels: CurvePanel[],
  { title, name }: CurvesByArmOptions,
): PlotlyFigure {
  const arms = [...new Set(panels.flatMap((panel) => panel.arms))];
  const over = new Map(panels.map((panel) => [panel.name, panel.over ?? "steps"]));
  return chart({
    title,
    reading: `${reading}. Higher: more filters dead.`,
    about: arms,
    rows: panels.flatMap((panel) => {
      const trained = panel.arms.filter((item) => completedRuns(item).length > 0);
      return trained.flatMap((item, rank) => {
        const [{ record }] = completedRuns(item) as [ArmRuns["runs"][number]];
        const perEpoch = record.dataset.trainImages / record.config.batchSize;
        const place = { rank, count: trained.length };
        return epochRows([{ arm: item.arm, runs: completedRuns(item) }]).map((row) => ({
          ...row,
          ...{ panel: panel.name, series: name(item), look: rankedLook(item.arm.optimizer, place) },
          time: panel.over === "epochs" ? row.step / perEpoch : row.step,
        }));
      });
    }),
    panels: { of: "panel", columns: panels.length },
    x: (panel) => ({
      of: "time",
      scale: steps,
      title: over.get(panel) === "epochs" ? "Epoch" : "Optimizer step",
    }),
    y: dead,
    series: { of: "series", look: (_name, { row }) => row.look },
    marks: [band({ labels: {} })],
    legend: false,
  });
}

export interface ScheduleOptions {
  /** Name of an arm's schedule: "cosine decay". */
  name(item: ArmRuns): string;
}

/** Dead share (by scale) over training, a line per schedule of the learning rate, with the learning rates drawn below. */
export function deadShareBySchedule(arms: ArmRuns[], { name }: ScheduleOptions): PlotlyFigure {
  requireRuns(arms, "the figure of dead share by schedule");
  const [upper, lower] = ["dead", "rate"] as const;
  const looks = new Map(
    arms.map((item, rank) => [name(item), rankedLook(item.arm.optimizer, { rank, count: arms.length })]),
  );
  const rows = arms.flatMap((item) => epochRows([item]).map((row) => ({ ...row, series: name(item) })));
  const first = new Map(arms.map(({ arm, runs }) => [arm.label, runs[0]?.record.seed]));
  return chart({
    title: "When filters die under each schedule of the learning rate",
    reading: [`${told(arms)}. Lower panel: the learning rate at the end of each epoch.`, describeData(arms)],
    rows: [
      ...rows.map((row) => ({ ...row, panel: upper as string })),
      ...rows
        .filter(({ arm, seed, learningRate }) => seed === first.get(arm) && learningRate !== null)
        .map((row) => ({ ...row, panel: lower as string })),
    ],
    panels: { of: "panel", columns: 1, title: () => "" },
    x: { of: "step", scale: steps, title: "Optimizer step" },
    y: (panel) =>
      panel === upper
        ? dead
        : {
            of: "learningRate",
            scale: linear({ from: 0, axis: { nticks: 4, exponentformat: "power" } }),
            title: "Learning rate",
          },
    series: { of: "series", look: (own) => looks.get(own)!, names: [...looks.keys()] },
    marks: [
      inPanel(upper, band({ labels: {} })),
      inPanel(
        lower,
        dot<(typeof rows)[number]>({
          joined: () => "",
          marked: false,
          text: ({ series }) => series,
          hover: "step %{x:,d}: learning rate %{y:.2e}",
        }),
      ),
    ],
    legend: false,
    height: [300, 130],
  });
}
