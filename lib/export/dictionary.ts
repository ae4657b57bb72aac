import { renderTable } from "../tables/render.js";
import type { Table } from "../tables/table.js";

/** What a column of an exported table holds. */
export interface ColumnMeaning {
  /** Of one value: "steps", "%"; empty for names and numbers without. */
  unit: string;
  meaning: string;
}

const share = "share of 1";
const of = (meaning: string, unit = ""): ColumnMeaning => ({ unit, meaning });

/** Columns that mean the same in every table. */
const shared: Readonly<Record<string, ColumnMeaning>> = {
  id: of("Configuration of the run: the hash of what decides its result"),
  seed: of("What initial weights and the order of images were drawn from"),
  step: of("Optimizer steps done by then", "steps"),
  epoch: of("Passes over the training images by then, a number with a fraction", "epochs"),
  layer: of("Place of the layer in depth, from 0"),
  name: of("Layer as figures call it: C1 is next to the image"),
  filters: of("Filters of the layer", "filters"),
  deadByScale: of("Filters whose |gamma| is below 1e-3", "filters"),
  deadByActivation: of("Filters whose largest activation over all training images is below 1e-12", "filters"),
};

/** Every column of every table but `runs`, by table. */
const tables: Readonly<Record<string, Readonly<Record<string, ColumnMeaning>>>> = {
  epochs: {
    learningRate: of("At the end of the epoch"),
    trainLoss: of("Cross-entropy without the penalty, mean over the epoch's mini-batches", "nats"),
    trainError: of("Of the epoch's mini-batches", share),
    testLoss: of("Cross-entropy on the images held out", "nats"),
    testError: of("Of the images held out: test, or validation where dataset.evaluatedOn says so", share),
  },
  "epoch-layers": {},
  layers: {},
  filters: {
    filter: of("Place of the filter in its layer, from 0"),
    gamma: of("Scale of the normalization; NaN where there is none"),
    beta: of("Shift of the normalization, or bias where there is none"),
    maxActivation: of("Largest |activation| over the map and the training images that the probe looked at"),
    selectivity: of("Images whose strongest answer is at most 1e-3 of the strongest over all", share),
    weightNorm: of("Euclidean norm of the filter's weights"),
    gammaGradient: of(
      "Gradient of the objective, without the penalty, for gamma: mean of a few mini-batches",
    ),
    weightGradient: of("Euclidean norm of the same gradient for the filter's weights"),
    gammaSecondMoment: of(
      "The optimizer's running mean of squared gradients for gamma, as stored; NaN for those without",
    ),
    weightSecondMoment: of("The same, mean over the filter's weights"),
  },
};

/** Columns of `runs` by name, or by what their name begins with. */
const runs: readonly (readonly [name: string | RegExp, meaning: ColumnMeaning])[] = [
  ["arm", of("Optimizer, penalty and what else sets the run apart, as tables show it")],
  ["hypotheses", of("Hypotheses that have the run among their arms")],
  ["status", of("finished, or diverged where the loss was not finite")],
  ["final.step", of("Steps trained", "steps")],
  ["final.trainLoss", of("Cross-entropy at the end, without the penalty", "nats")],
  ["final.testLoss", of("Cross-entropy at the end on the images held out", "nats")],
  ["final.testError", of("At the end, on the images held out", share)],
  ["final.deadByScale", of("Of all filters, those whose |gamma| is below 1e-3", share)],
  [
    "final.deadByActivation",
    of("Of all filters, those that no training image gets an answer above 1e-12 from", share),
  ],
  ["model.parameters", of("Trainable numbers", "parameters")],
  ["model.macs", of("Multiply-accumulates for one image", "MACs")],
  [
    "config.penalty.lambda",
    of(
      "Strength of the penalty: multiplies the parameter in the gradient (L2), or is the decay per step at full rate (decoupled)",
    ),
  ],
  ["config.penalty.kind", of("l2 passes through the optimizer, decoupled goes around it")],
  ["config.steps", of("Optimizer steps asked for", "steps")],
  ["config.batchSize", of("Images of a mini-batch", "images")],
  [
    /^config\.start\./,
    of("The run that this one began from, and how it was cut: see the configuration's start"),
  ],
  [/^config\./, of("The run's configuration, as RunConfig documents it; defaults written out")],
  [
    /^dataset\./,
    of("The data as they were read: counts, classes, checksum, mean and standard deviation of the channels"),
  ],
  [/^environment\./, of("What trained it: engine, kernels, versions, machine")],
  [/^timing\..*Seconds$|^timing\.seconds$/, of("Wall time of that part", "seconds")],
  [/^timing\.millisecondsPerStep$/, of("Median", "ms")],
  [/^timing\./, of("When it started, and how often it went on from a checkpoint")],
];

/** The meaning of a column; undefined where nobody has written it down. */
export function meaningOf(table: string, column: string): ColumnMeaning | undefined {
  if (table === "runs") {
    const found = runs.find(([name]) => (typeof name === "string" ? name === column : name.test(column)));
    return found?.[1] ?? (column === "id" || column === "seed" ? shared[column] : undefined);
  }
  return tables[table]?.[column] ?? shared[column];
}

/** The data dictionary of exported tables, by their columns: a row for each column. */
export function dictionary(columns: Readonly<Record<string, readonly string[]>>): Table {
  return {
    columns: ["Table", "Column", "Unit", "Meaning"].map((label) => ({ label })),
    rows: Object.entries(columns).flatMap(([table, names]) =>
      names.map((name) => {
        const { unit, meaning } = meaningOf(table, name) ?? of("");
        return [table, name, unit, meaning];
      }),
    ),
  };
}

export const dictionaryCsv = (columns: Parameters<typeof dictionary>[0]): string =>
  `${renderTable(dictionary(columns), "csv")}\n`;
