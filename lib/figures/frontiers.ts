import type { Run } from "../runs/record.js";
import type { ArmRuns } from "../study/arm.js";
import { lambdaText } from "../study/describe.js";
import type { RunRow } from "../study/run-rows.js";
import { runRows } from "../study/run-rows.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { byForm, optimizerLook, rowsByForm } from "./looks.js";
import { dot, type Look, label, type Mark, only, type PathOptions, path, rule } from "./marks/index.js";
import { linear } from "./scales.js";

/** Large marks: means of arms, joined in the order of rows; small ones: seeds. Runs that diverged have no place. */
export const meansAndSeeds = <R extends RunRow>(options: PathOptions<R>): Mark<R>[] => [
  path(options),
  only(
    (row: R) => row.divergedAt === null && !options.faint?.((row as { series?: string }).series ?? ""),
    dot<R>({
      text: (row) => `${options.label(row)}, seed ${row.seed}`,
      hover: options.hover,
      opacity: 0.6,
    }),
  ),
];

const strengthText = ({ lambda }: { lambda: number }) => `λ = ${lambdaText(lambda)}`;
const errors = { of: "testError", title: "Test error (%); left: better" };

export interface FrontierOptions {
  /** A panel per optimizer. Default: one for all. */
  panels?: "one" | "optimizer";
  /** An optimizer that is drawn in every panel to compare with, without seeds. Default: none. */
  reference?: string;
  /** What is compared; a title of its own. */
  title?: string;
  /** Whether each panel has its own range of test errors. Default false: one for all. */
  ownErrors?: boolean;
}

/**
 * Share of dead filters against test error: each optimizer's arms in order of their penalty, joined by a line; every
 * seed a small mark. A reference may leave its panels. Diverged runs have no test error and are counted in the subtitle.
 */
export function frontier(arms: ArmRuns[], options: FrontierOptions = {}): PlotlyFigure {
  const {
    panels = "one",
    title = "Share of dead filters against test error",
    reference,
    ownErrors = false,
  } = options;
  const rows = rowsByForm(arms).map((row) => ({ ...row, panel: row.optimizer }));
  const compared = rows.filter(({ optimizer }) => optimizer === reference);
  const own = compared.length > 0 ? rows.filter(({ optimizer }) => optimizer !== reference) : rows;
  const names = [...new Set(own.map(({ panel }) => panel))];
  const everywhere = (name: string) => name.endsWith(" (in every panel)");
  const most = Math.max(...own.map(({ deadByActivation }) => deadByActivation ?? 0));
  const columns = names.length <= 3 ? names.length : 4;
  return chart({
    title,
    reading:
      "Large marks: mean of the seeds, one for each penalty strength, joined from none (ring) to the strongest; small marks: seeds. Further left and up is better: accurate and sparse.",
    about: arms,
    rows: [
      ...names.flatMap((panel) =>
        compared.map((row) => ({ ...row, panel, series: `${row.series} (in every panel)` })),
      ),
      ...own,
    ],
    ...(panels === "optimizer" && { panels: { of: "panel", names, columns } }),
    x: { ...errors, scale: errorScale(ownErrors ? undefined : own), free: ownErrors },
    y: {
      of: "deadByActivation",
      scale: linear({ from: -3, to: Math.min(103, 10 + most) }),
      title:
        names.length > 4 && panels === "optimizer"
          ? "Dead filters (%)"
          : "Filters inactive by activation (%)",
    },
    series: {
      of: "series",
      look: (name) => optimizerLook(name.replace(" (in every panel)", "")),
    },
    marks: meansAndSeeds({
      label: strengthText,
      hover: "%{y:.1f} % dead at %{x:.1f} % test error",
      ring: ({ lambda }) => lambda === 0,
      faint: everywhere,
      legend: (name) => compared.length === 0 || everywhere(name),
    }),
    legend: true,
    height: names.length > 4 && panels === "optimizer" ? 190 : panels === "one" ? 440 : 380,
  });
}

/** Test errors with a little room, of these rows or else of what is drawn; lines to compare with may leave. */
const errorScale = (rows?: readonly RunRow[]) => (values: readonly unknown[]) =>
  linear({ leastPad: 1, within: [0, 100] })(
    rows ? rows.filter(({ divergedAt }) => divergedAt === null).map(({ testError }) => testError) : values,
  );

export interface EarlyOrLateOptions {
  /** Dead share of the early layers minus that of the late ones, percentage points. */
  difference(run: Run): number;
}

/** How much more of the early layers dies than of the late ones, against how much dies at all, by strength of the penalty. */
export function earlyOrLate(arms: ArmRuns[], { difference }: EarlyOrLateOptions): PlotlyFigure {
  const rows = rowsByForm(arms, (run) => ({ difference: difference(run) }));
  const ended = rows.filter(({ divergedAt }) => divergedAt === null);
  const most = Math.max(10, ...ended.map((row) => Math.abs(row.difference)));
  const side = { font: { color: "#595959" } };
  return chart({
    title: "Early or late? Which end of the network loses the larger share of its filters",
    reading:
      "Large marks: mean of the seeds, joined from the weakest penalty to the strongest; small marks: seeds. Open marks on dotted lines: decoupled decay.",
    about: arms,
    rows,
    x: {
      of: "deadByActivation",
      scale: linear({
        from: -2,
        to: Math.min(102, 6 + Math.max(0, ...ended.map((row) => row.deadByActivation ?? 0))),
      }),
      title: "Filters inactive by activation (% of all)",
    },
    y: {
      of: "difference",
      scale: linear({ from: -1.12 * most, to: 1.12 * most }),
      title: "Early minus late layers (percentage points)",
    },
    series: byForm,
    marks: [
      rule({ y: 0 }),
      ...meansAndSeeds({ label: strengthText, hover: "%{y:+.0f} points with %{x:.0f} % of all dead" }),
      label("<b>early layers lose more</b>", { x: 0.005, y: 0.985, ...side }),
      label("<b>late layers lose more</b>", { x: 0.005, y: 0.015, ...side }),
    ],
    legend: true,
    height: 400,
  });
}

/** Arms in the order of the line that joins them. */
export interface SurvivorSeries {
  name: string;
  style: Look;
  arms: ArmRuns[];
}

export interface SurvivorPanel {
  name: string;
  /** Filters that survivors are a share of. */
  filters: number;
  series: SurvivorSeries[];
  /** Lines to compare with, without seeds. */
  references: SurvivorSeries[];
}

/**
 * Test error against the share of filters that are active at the end: a panel per optimizer, its arms in order of their
 * penalty joined by a line, every seed a small mark, and the same lines to compare with in each, which may leave the panels.
 * `arms`: all that are drawn. Diverged runs are left out and counted in the subtitle.
 */
export function errorBySurvivors(panels: readonly SurvivorPanel[], arms: ArmRuns[]): PlotlyFigure {
  const looks = new Map(
    panels
      .flatMap(({ series, references }) => [...references, ...series])
      .map(({ name, style }) => [name, style]),
  );
  const compared = new Set(panels.flatMap(({ references }) => references.map(({ name }) => name)));
  const rows = panels.flatMap(({ name, filters, series, references }) =>
    [...references, ...series].flatMap((one) =>
      runRows(one.arms, ({ record: { model, final } }) => ({
        panel: name,
        series: one.name,
        alive:
          (100 * (1 - final.deadByActivation) * model.layers.reduce((sum, layer) => sum + layer.filters, 0)) /
          filters,
      })),
    ),
  );
  return chart({
    title: "Test error against surviving filters: adaptive methods beside SGD with momentum",
    reading:
      "Large marks: mean of the seeds, joined from no penalty (right) to the strongest; small marks: seeds. Lower is better. Lines of SGD may leave the panels.",
    about: arms,
    rows,
    panels: { of: "panel" },
    x: { of: "alive", scale: linear({ from: 0, to: 104 }), title: "Surviving filters (% of full width)" },
    y: {
      of: "testError",
      scale: errorScale(rows.filter(({ series }) => !compared.has(series))),
      title: "Test error (%); lower: better",
    },
    series: { of: "series", look: (name) => looks.get(name)!, names: [...looks.keys()] },
    marks: meansAndSeeds({
      label: ({ arm, lambda }) => `${arm}, λ = ${lambdaText(lambda)}`,
      hover: "%{y:.1f} % test error with %{x:.0f} % alive",
      faint: (name) => compared.has(name),
      legend: (name) => compared.has(name),
    }),
    legend: true,
    height: panels.length > 3 ? 190 : 330,
  });
}
