import { UserError } from "../errors.js";
import type { KeptReport } from "../harvest/kept-reports.js";
import { type PruningMethod, pruningMethod } from "../harvest/method.js";
import { harvest } from "../harvest/recorded.js";
import type { LatencySurvey } from "../harvest/survey.js";
import { networkTitle } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds, requireRuns } from "../study/describe.js";
import { runRows } from "../study/run-rows.js";
import { deadShare, type Setting, targets, testError } from "../tables/recipes.js";
import { chart } from "./chart.js";
import type { PlotlyFigure } from "./figure.js";
import { meansAndSeeds } from "./frontiers.js";
import { dot, grouped, type Look, only, rule, zone } from "./marks/index.js";
import { optimizerStyle } from "./palette.js";
import { linear, log } from "./scales.js";

/** Marker and dash of a method; the color is the optimizer's. */
const methodStyles: Partial<Record<PruningMethod, { symbol: string; dash?: string }>> = {
  implicit: { symbol: "circle", dash: "solid" },
  "network slimming": { symbol: "square-open", dash: "dash" },
  magnitude: { symbol: "diamond-open", dash: "dot" },
  "scratch, equal epochs": { symbol: "x-thin" },
  "scratch, equal compute": { symbol: "cross-thin" },
};

/** What a network costs to use, the horizontal axis. */
interface CostAxis {
  /** Of the network that a run leaves; undefined where it is not known, and the run is left out. */
  cost: (run: Run) => number | undefined;
  title: string;
  /** Of one network's panel. */
  axisTitle: (runs: readonly Run[]) => string;
  /** Costs differ by factors, and the axis is logarithmic, unless it says so. */
  linear?: boolean;
  /** Of a mark, after the error, in Plotly's notation. */
  hover: string;
  /** For where no run has a cost: "the figure of test error against time". */
  figureName: string;
  /** Another sentence below the title. */
  note?: string;
  /** Arms of a higher mean test error, %, are left out, which the figure says. Default: none is. */
  highestError?: number;
}

/** A method's marker and dash in its optimizer's color; black for a legend. */
export const methodLook = ({ method, optimizer }: { method: string; optimizer?: string }): Look => ({
  ...methodStyles[method as PruningMethod],
  color: optimizer === undefined ? "#262626" : optimizerStyle(optimizer).color,
  size: 10,
});

type Cost = CostAxis["cost"];

/** Runs whose cost is known, of arms that do more than prepare network slimming. */
const withCost = (arms: readonly ArmRuns[], cost: Cost): ArmRuns[] =>
  arms
    .filter(({ arm }) => methodStyles[pruningMethod(arm.config)] !== undefined)
    .map(({ arm, runs }) => ({ arm, runs: runs.filter((run) => cost(run) !== undefined) }));

const panelOf = ({ config, optimizer }: Pick<Arm, "config" | "optimizer">): string =>
  `${networkTitle(config.model)}, ${optimizer}`;

/**
 * A row for each run with what its network costs once cut, by method, the cheapest arms first; `panel` is its network under its
 * optimizer, `line` sets strengths of one method apart that are lines of their own. Runs without a cost and those that only
 * prepare network slimming are left out.
 */
export const costRows = (arms: readonly ArmRuns[], cost: Cost) => {
  const meanCost = ({ runs }: ArmRuns) => mean(runs.map((run) => cost(run)!));
  const place = ({ arm }: ArmRuns) => Object.keys(methodStyles).indexOf(pruningMethod(arm.config));
  const ordered = grouped(withCost(arms, cost), ({ arm }) => panelOf(arm)).flatMap(([, own]) =>
    own.toSorted((a, b) => place(a) - place(b) || meanCost(a) - meanCost(b)),
  );
  return runRows(ordered, (run, { config, optimizer }) => {
    const method = pruningMethod(config);
    return {
      ...{ cost: cost(run)!, method, panel: panelOf({ config, optimizer }) },
      line: `${method}/${config.start?.run.penalty.l1Gamma}`,
    };
  });
};

/**
 * Test error against the cost of the network without what is dead, a panel for each network and optimizer: means with a small
 * mark for each seed. Lines join the strengths of a method. Runs that only prepare network slimming are left out.
 */
function errorByCost(arms: ArmRuns[], axis: CostAxis): PlotlyFigure {
  const { highestError = 100 } = axis;
  const known = withCost(arms, axis.cost);
  const drawn = known.filter(
    ({ runs }) => !(100 * mean(runs.map(({ record }) => record.final.testError)) > highestError),
  );
  requireRuns(drawn, axis.figureName);
  const beyond = known.length - drawn.length;
  const leftOut =
    beyond > 0 ? `Settings of more than ${highestError} % test error are left out: ${beyond}.` : "";
  const panels = new Map(grouped(drawn, ({ arm }) => panelOf(arm)));
  const rows = costRows(drawn, axis.cost);
  const networkOf = new Map(rows.map(({ panel, network }) => [panel, network]));
  const errorsOf = (network?: string) =>
    rows.filter((row) => row.network === network).flatMap(({ testError }) => testError ?? []);
  const ticks = [-3, -2, -1, 0, 1, 2, 3].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));
  return chart({
    title: axis.title,
    reading:
      `Small marks: seeds; large: their means. Lower and further left is better: accurate and cheap. Every network is counted without its dead filters. ${[axis.note, leftOut].filter(Boolean).join(" ")}`.trim(),
    about: drawn,
    rows,
    panels: {
      ...{ of: "panel", row: "network", names: [...panels.keys()] },
      title: (name, column) => (column > 0 ? name.replace(`${networkOf.get(name)}, `, "") : name),
    },
    x: (panel) => ({
      of: "cost",
      scale: axis.linear
        ? linear({ from: 0 })
        : log({ ticks, text: (tick) => String(Number(tick.toPrecision(1))), pad: 0.08, geometric: true }),
      title: axis.axisTitle(panels.get(panel)!.flatMap(completedRuns)),
    }),
    // Panels of a network share their errors, so that optimizers compare.
    y: (panel) => ({
      of: "testError",
      title: "Test error (%)",
      scale: linear({ holds: errorsOf(networkOf.get(panel)) }),
    }),
    series: {
      of: "method",
      names: Object.keys(methodStyles).filter((method) => rows.some((row) => row.method === method)),
      look: (_name, { row }) => methodLook(row),
      legend: (method) => methodLook({ method }),
    },
    marks: meansAndSeeds<(typeof rows)[number]>({
      label: ({ arm }) => arm,
      hover: `%{y:.1f} % at ${axis.hover}`,
      line: ({ line }) => line,
      joined: (look) => look.dash !== undefined,
    }),
    legend: true,
    height: 260,
  });
}

/** Test error against multiply-accumulates of the network that is left. */
export const errorByMacs = (arms: ArmRuns[], shown: Pick<CostAxis, "highestError"> = {}): PlotlyFigure =>
  errorByCost(arms, {
    ...shown,
    cost: (run) => harvest(run).macs / 1e6,
    title: "Test error against the cost of the network that is left",
    axisTitle(runs) {
      const whole = Math.max(...runs.map((run) => harvest(run).wholeMacs)) / 1e6;
      return `Multiply-accumulates an image (million; unpruned: ${whole.toPrecision(3)})`;
    },
    hover: "%{x:.3f} million",
    figureName: "the figure of test error against multiply-accumulates",
  });

/**
 * Test error against the measured time of the network that is left, in percent of the unpruned network's, which was
 * timed in turns with it. Throws `UserError` without a survey, or where none of the runs is in it.
 */
export function errorByLatency(arms: ArmRuns[], survey: LatencySurvey | undefined): PlotlyFigure {
  if (survey === undefined)
    throw new UserError(
      "No latencies of these runs are kept. Measure them on an idle machine: npm run latency -- h12 --scale lite.",
    );
  const { batch, engine, processor, threads, networks } = survey;
  const shares = new Map(
    networks.flatMap(({ runs, speedup }) => runs.map((run) => [run, 100 / speedup.median] as const)),
  );
  return errorByCost(arms, {
    cost: ({ record: { id, seed } }) => shares.get(`${id}/${seed}`),
    title: "Test error against the measured time of the network that is left",
    axisTitle: () =>
      `Time of ${batch === 1 ? "one image" : `${batch} images at once`} (% of the unpruned network's)`,
    linear: true,
    hover: "%{x:.0f} % of the time",
    figureName: "the figure of test error against latency",
    note: `Times: medians, ${engine}, ${threads} ${threads === 1 ? "thread" : "threads"}, ${processor}.`,
  });
}

/** Marker of each number of images at once, in ascending order of the numbers. */
const symbols = ["circle", "square", "diamond", "triangle-up", "cross"];

/**
 * Measured speed-up against multiply-accumulates saved, a panel for each engine: filled marks for widths as they came
 * out, open ones for rounded widths, bars from quartile to quartile. On the line all that was saved shows.
 */
export function latencyByMacs(reports: readonly KeptReport[]): PlotlyFigure {
  const rows = reports.flatMap(({ run, latency }) =>
    latency.latencies
      .filter(({ variant }) => variant !== "unpruned")
      .map((one) => ({ ...one, run: `${run.id}/${run.seed}` })),
  );
  if (rows.length === 0)
    throw new UserError(
      "No latencies are kept. Measure some on an idle machine: npm run prune -- RUN --out DIR --keep.",
    );
  const batches = [...new Set(rows.map(({ batch }) => batch))].sort((a, b) => a - b);
  const most = 1.1 * Math.max(...rows.flatMap(({ macReduction, speedup }) => [macReduction, speedup.high]));
  const scale = linear({ from: 0.8, to: most });
  const nameOf = (batch: number) => `${batch} ${batch === 1 ? "image" : "images"} at once`;
  const processors = [...new Set(reports.map(({ latency }) => latency.processor))].join("; ");
  const threads = [...new Set(reports.map(({ latency }) => latency.threads))].join(" and ");
  const grey = { color: "#8C8C8C", width: 1 };
  return chart({
    title: "Measured speed-up against multiply-accumulates saved",
    reading: [
      "Times of the pruned and the unpruned network, in turns. Filled: widths as they came out; open: rounded up. Bars: quartiles. On the line all that was saved shows, on the dotted one 70 % of it.",
      `${processors}; threads: ${threads}`,
    ],
    rows,
    panels: { of: "engine" },
    x: { of: "macReduction", scale, title: "Multiply-accumulates saved (times fewer)" },
    y: { of: ({ speedup }) => speedup.median, scale, title: "Speed-up (times faster)" },
    series: {
      of: ({ batch }) => nameOf(batch),
      names: batches.map(nameOf),
      look: (_name, { rank }) => ({ color: "#332288", symbol: symbols[rank % symbols.length]! }),
    },
    marks: [
      rule({ from: [0.8, 0.8], to: [most, most] }, grey),
      rule({ from: [0.8 / 0.7, 0.8], to: [most, 0.7 * most] }, { ...grey, dash: "dot" }),
      dot<(typeof rows)[number]>({
        text: ({ run, variant }) => `${run}, ${variant}`,
        hover: "%{y:.2f} times faster with %{x:.2f} times fewer",
        size: 9,
        outline: 1.5,
        symbol: ({ variant }, symbol) => (variant === "rounded" ? `${symbol}-open` : symbol),
        bar: ({ speedup }) => [speedup.low, speedup.high],
        legend: true,
        clip: true,
      }),
    ],
    legend: true,
    height: 360,
  });
}

const rounded = (percent: number): number => Number(percent.toPrecision(4));

/** Panels of settings stand so many in a row. */
const settingColumns = 4;

/** How a setting is trained besides its optimizer, as its mark shows it. */
const kindLooks = {
  "L2 or none": "circle",
  "decoupled decay": "circle-open",
  "other batch, network, schedule": "x-thin",
} as const;

type Kind = keyof typeof kindLooks;

/**
 * Test error against the share of dead filters of every setting, a panel for each optimizer with the others in grey. The line
 * joins the best: settings with none that has more dead filters at a lower test error. Zones: the shares that recipes look for.
 */
export function errorAgainstDead(settings: readonly Setting[]): PlotlyFigure {
  const items = settings.map(({ item }) => item);
  const [reference] = items;
  const others = ({ batchSize, schedule, model }: ArmRuns["arm"]["config"]) =>
    JSON.stringify([batchSize, schedule, model]);
  const kindOf = ({ arm: { config, lambda } }: ArmRuns): Kind => {
    if (others(config) !== others(reference!.arm.config)) return "other batch, network, schedule";
    return lambda > 0 && config.penalty.kind === "decoupled" ? "decoupled decay" : "L2 or none";
  };
  const all = settings.map((setting) => ({
    ...{ panel: "", series: "", optimizer: setting.item.arm.optimizer, kind: kindOf(setting.item) as string },
    ...{ dead: rounded(deadShare(setting)), error: rounded(testError(setting)) },
    text: `${setting.item.arm.label} (${setting.notebooks.join(", ")})`,
  }));
  const least = Math.min(...all.map(({ error }) => error));
  const isBest = (row: (typeof all)[number]) =>
    !all.some(
      ({ dead, error }) => dead >= row.dead && error <= row.error && (dead > row.dead || error < row.error),
    );
  const best = all.filter(isBest).sort((a, b) => a.dead - b.dead);
  const [rest, line] = ["other optimizers", "the best of all"];
  const optimizers = [...new Set(all.map(({ optimizer }) => optimizer))];
  const looks: Record<string, Look> = {
    [rest]: { color: "#CFCFCF", symbol: "circle" },
    [line]: { color: "#262626", dash: "solid", width: 1.2, symbol: "line-ew" },
  };
  const styled = ({ optimizer, kind }: (typeof all)[number]): Look => ({
    color: optimizerStyle(optimizer).color,
    symbol: kindLooks[kind as Kind],
  });
  return chart({
    title: "Test error against dead filters: every setting on record, by optimizer",
    reading: [
      `${describeSeeds(items)}; marks: means over seeds. Lower: more accurate; right: more dead. Grey bands: the shares that the recipes look for.`,
      describeData(items),
    ],
    rows: optimizers.flatMap((panel) => [
      ...all.filter(({ optimizer }) => optimizer !== panel).map((row) => ({ ...row, panel, series: rest })),
      ...best.map((row) => ({ ...row, panel, series: line })),
      ...all
        .filter(({ optimizer }) => optimizer === panel)
        .map((row) => ({ ...row, panel, series: row.kind })),
    ]),
    panels: { of: "panel", columns: Math.min(settingColumns, optimizers.length) },
    x: { of: "dead", scale: linear({ from: -3, to: 100 }), title: "Dead filters (%)" },
    y: {
      of: "error",
      scale: linear({ from: least - 1, to: least + 15 }),
      title: "Test error (%)",
    },
    series: {
      of: "series",
      names: [rest, ...Object.keys(kindLooks).filter((kind) => all.some((row) => row.kind === kind)), line],
      look: (name, { row }) => looks[name] ?? styled(row),
      legend: (name) => looks[name] ?? { color: "#262626", symbol: kindLooks[name as Kind] },
    },
    marks: [
      ...targets.map(({ from, to }) => zone(from === 0 ? -1 : from, to)),
      only(
        ({ series }) => series !== line,
        dot<(typeof all)[number]>({
          // Every setting stands in every panel, but is told whole in its own.
          text: ({ series, optimizer, text }) => (series === rest ? optimizer : text),
          hover: "dead %{x:.1f} %, test error %{y:.1f} %",
          size: 7,
          outline: 1.2,
          clip: true,
        }),
      ),
      only(
        ({ series }) => series === line,
        dot<(typeof all)[number]>({
          joined: () => "",
          marked: false,
          text: ({ text }) => text,
          hover: "dead %{x:.1f} %, test error %{y:.1f} %",
          clip: true,
        }),
      ),
    ],
    legend: true,
  });
}
