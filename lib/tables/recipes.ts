import { UserError } from "../errors.js";
import { runId } from "../runs/config.js";
import { shortNumber } from "../runs/describe.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns } from "../study/describe.js";
import { estimateOfRuns, estimateText } from "./estimate-of-runs.js";
import { intervalNote } from "./estimates.js";
import type { Cell, Table } from "./table.js";

/** The arms of one hypothesis with their runs, and its notebook. */
export interface Study {
  notebook: string;
  arms: readonly ArmRuns[];
}

/** An arm with finished runs and the notebooks that show it. */
export interface Setting {
  item: ArmRuns;
  notebooks: string[];
}

/** Shares of dead filters, %, that a setting may have to count for a wanted one. */
export interface Target {
  wanted: string;
  from: number;
  to: number;
}

/** From "no dead filters" to "half of them". */
export const targets: readonly Target[] = [
  { wanted: "none", from: 0, to: 1 },
  { wanted: "about 20 %", from: 10, to: 30 },
  { wanted: "about 50 %", from: 40, to: 60 },
];

/**
 * Every arm once that learns the task of the first study's first arm with filters as many: what differs is how it is trained,
 * or what stands between its filters. Throws `UserError` where none has finished.
 */
export function comparableSettings(studies: readonly Study[]): Setting[] {
  const reference = studies.flatMap(({ arms }) => arms).find((item) => completedRuns(item).length > 0)
    ?.arm.config;
  if (!reference) throw new UserError("No arm has a finished run to make recipes of. Train some: npm start.");
  const task = ({ arm: { config } }: ArmRuns) =>
    JSON.stringify([config.dataset, config.model.widths, config.start]);
  const wanted = JSON.stringify([reference.dataset, reference.model.widths, reference.start]);
  const settings = new Map<string, Setting>();
  for (const { notebook, arms } of studies) {
    for (const item of arms) {
      if (completedRuns(item).length === 0 || task(item) !== wanted) continue;
      const id = runId(item.arm.config);
      const known = settings.get(id);
      if (known) known.notebooks.push(notebook);
      else settings.set(id, { item, notebooks: [notebook] });
    }
  }
  return [...settings.values()];
}

export const deadShare = ({ item }: Setting): number => estimateOfRuns(item, "deadByActivation").mean;
export const testError = ({ item }: Setting): number => estimateOfRuns(item, "testError").mean;

/** The settings that come to a wanted share of dead filters by activation, the lowest mean test error first. */
export const settingsFor = (settings: readonly Setting[], { from, to }: Target): Setting[] =>
  settings
    .filter((setting) => deadShare(setting) >= from && deadShare(setting) <= to)
    .sort((a, b) => testError(a) - testError(b));

/** The `best` settings for every wanted share of dead filters; `link` turns a notebook's name into what its cell holds. */
export function recipeTable(
  settings: readonly Setting[],
  {
    link = (notebook: string) => notebook,
    best = 3,
  }: { link?: (notebook: string) => string; best?: number } = {},
): Table {
  return {
    title: "Settings by the share of dead filters that they lead to",
    columns: [
      { label: "Wanted dead" },
      { label: "Setting" },
      { label: "Learning rate" },
      { label: "Dead by activation", unit: "%", digits: 1 },
      { label: "Dead by scale", unit: "%", digits: 1 },
      { label: "Test error", unit: "%", digits: 1 },
      { label: "Seeds" },
      { label: "Evidence" },
    ],
    rows: targets.flatMap((target) => {
      const found = settingsFor(settings, target).slice(0, best);
      if (found.length === 0) return [[target.wanted, "no setting yet", null, null, null, null, null, null]];
      return found.map(({ item, notebooks }, rank): Cell[] => [
        rank === 0 ? target.wanted : "",
        item.arm.label,
        shortNumber(item.arm.config.optimizer.learningRate),
        estimateOfRuns(item, "deadByActivation"),
        estimateOfRuns(item, "deadByScale"),
        estimateOfRuns(item, "testError"),
        completedRuns(item).length,
        link(notebooks[0]!),
      ]);
    }),
    note: `By rising mean test error, the best ${best} of each. Wanted shares: none is below ${targets[0]!.to} %, the others within 10 points. ${intervalNote}`,
  };
}

/** For each optimizer and form of penalty, the strength that comes to each wanted share of dead filters, and its test error. */
export function recipesByOptimizer(settings: readonly Setting[]): Table {
  const plain = settings.filter(({ item }) => isPlain(item, settings));
  const penalized = plain.filter(({ item }) => item.arm.lambda > 0);
  const forms = new Map(penalized.map(({ item }) => [formOf(item), item.arm] as const));
  return {
    title: "The strength of the penalty, optimizer by optimizer",
    columns: [{ label: "Optimizer" }, ...targets.map(({ wanted }) => ({ label: `Dead: ${wanted}` }))],
    rows: [...forms].map(([form, { optimizer }]): Cell[] => {
      const own = plain.filter(
        ({ item }) => item.arm.optimizer === optimizer && (item.arm.lambda === 0 || formOf(item) === form),
      );
      return [
        form,
        ...targets.map((target): Cell => {
          const [setting] = settingsFor(own, target);
          if (!setting) return null;
          const { item } = setting;
          const strength = item.arm.lambda === 0 ? "none" : shortNumber(item.arm.lambda);
          const dead = estimateOfRuns(item, "deadByActivation");
          const rate = shortNumber(item.arm.config.optimizer.learningRate);
          return `${strength} at ${rate}: ${estimateText({ ...dead, halfWidth: Number.NaN }, { digits: 0 })} dead, error ${estimateText(estimateOfRuns(item, "testError"))}`;
        }),
      ];
    }),
    note: "Strength of the penalty (λ; of weight decay, the share that it takes a step) at the learning rate, dead by activation, test error. A dash: no strength tried comes there.",
  };
}

/** Of an arm with a penalty: "Adam, L2". */
const formOf = ({ arm: { optimizer, config } }: ArmRuns): string =>
  `${optimizer}, ${config.penalty.kind === "l2" ? "L2" : "weight decay"}`;

/** Whether an arm differs from the first in optimizer, form and strength of the penalty alone. */
function isPlain({ arm: { config } }: ArmRuns, [first]: readonly Setting[]): boolean {
  const rest = ({ model, schedule, batchSize, steps, penalty: { on, l1Gamma } }: typeof config) =>
    JSON.stringify([model, schedule, batchSize, steps, on, l1Gamma]);
  return rest(config) === rest(first!.item.arm.config);
}
