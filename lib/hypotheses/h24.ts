import { chart, dot, layers, linear, log, mean, optimizerLook, seeds, share } from "../figures/index.js";
import type { Look } from "../figures/marks/index.js";
import type { Run } from "../runs/record.js";
import { type ArmRuns, causeSeeds, type Scale, scales } from "../study/arm.js";
import { copiesOf, copyShare, effectiveShare, type Likeness } from "../study/copies.js";
import { runRows } from "../study/run-rows.js";
import { highest, lowest, type Rule, type StudyRuns } from "../study/study-runs.js";
import { type ArmChanges, arm, isBrief } from "./arms.js";
import { type FactorContrast, type OwnSpecification, pairsOfSides } from "./contrast.js";
import { optimizerSetting } from "./optimizer-settings.js";
import type { Prediction } from "./predictions.js";
import { scaleDefaults } from "./scales.js";
import { study } from "./study.js";

/** Of SGD: low, the scale's own, and as high as training bears. */
const lowUsualHigh = (scale: Scale): readonly [number, number, number] =>
  scale === "reduced" || scale === "paper" ? [0.01, 0.1, 0.5] : [0.02, 0.2, 1];

/** Of the usual mini-batch, at equal steps: steps of the same size from a gradient with twice the noise. */
const smallBatch = 0.25;

/** The rate that has both mini-batches. */
const usual: Rule = {
  words: "the usual",
  holds: (level) => scales.some((scale) => lowUsualHigh(scale)[1] === level),
};

const likenesses: Record<Likeness, string> = {
  byActivation: "activations' correlation",
  byWeights: "weights' cosine",
};

interface Counted {
  likeness?: Likeness;
  threshold?: number;
}

/** What is compared: the share of copies, under one definition of them, at a high rate against a low one. */
const atHighRate = ({ likeness = "byActivation", threshold = 0.95 }: Counted = {}): FactorContrast => {
  const of = (run: Run) => copyShare(run, likeness, threshold);
  return {
    among: { batch: highest },
    more: { rate: highest },
    less: { rate: lowest },
    of: [of, of],
    comparison: `SGD without a penalty, the highest learning rate against the lowest: share of active filters whose ${likenesses[likeness]} with an earlier one of the layer is above ${threshold}.`,
  };
};

function specifications(runs: StudyRuns): OwnSpecification[] {
  const known = runs.flatMap(({ runs: own }) => own)[0];
  if (!known) return [];
  return (Object.keys(likenesses) as Likeness[]).flatMap((likeness) =>
    copiesOf(known).thresholds.map((threshold) => ({
      choices: { definition: `${likenesses[likeness]} above ${threshold}` },
      isMain: likeness === "byActivation" && threshold === 0.95,
      pairs: pairsOfSides("h24", atHighRate({ likeness, threshold }), runs),
    })),
  );
}

/** H24, beyond the paper: whether noise makes filters the same, where no penalty makes them vanish. */
export const h24 = study({
  id: "h24",
  notebook: "27-twins",
  title: "Twins: filters that became the same",
  question:
    "Without a penalty, does the noise of large rates and small batches make filters copies of each other?",
  claim:
    "Without a penalty, SGD at a high learning rate leaves more filters that are copies of others than at a low one.",
  source: "own",
  answers: {
    supported: "It does: a high learning rate leaves {} more of the active filters copies of others.",
    contradicted: "It does not: a high learning rate leaves {} fewer of the active filters copies of others.",
    difference: "the difference in copies between a high and a low learning rate of SGD, without a penalty,",
  },
  arms(options) {
    const own = (learningRate: number, changes: ArmChanges = {}) => ({
      ...arm(options, "SGD", {
        optimizer: { ...optimizerSetting(options.scale, "SGD").optimizer, learningRate },
        note: `rate ${learningRate}`,
        ...changes,
      }),
      seeds: causeSeeds,
    });
    const [low, usual, high] = lowUsualHigh(options.scale);
    if (isBrief(options)) return [own(low), own(high)];
    const batchSize = smallBatch * scaleDefaults[options.scale].batchSize;
    return [
      ...[low, usual, high].map((rate) => own(rate)),
      own(usual, { batchSize, note: `rate ${usual}, batch ${batchSize}` }),
    ];
  },
  contrasts: {
    main: {
      pairs: (runs) => pairsOfSides("h24", atHighRate(), runs),
      rerun: {
        ...atHighRate(),
        of: "deadByActivation",
        comparison: "SGD without a penalty, the highest learning rate against the lowest.",
        page: {
          words: ["at the high rate", "at the low rate"],
          caveat: "The claim is about copies; the filters counted here are those that vanished.",
        },
      },
      specifications,
    },
    batch: {
      id: "mini-batch",
      claim: "Without a penalty, SGD with small mini-batches leaves more copies than with large ones.",
      among: { rate: usual },
      more: { batch: lowest },
      less: { batch: highest },
      of: [(run) => copyShare(run), (run) => copyShare(run)],
      comparison:
        "SGD without a penalty, a quarter of the mini-batch against all of it at equal steps and rate: share of active filters that are copies by the correlation of activations.",
    },
    effective: {
      ...atHighRate(),
      id: "effective filters",
      claim:
        "Without a penalty, SGD at a high learning rate leaves fewer filters that are active and no copies than at a low one.",
      more: { rate: lowest },
      less: { rate: highest },
      of: [effectiveShare, effectiveShare],
      comparison:
        "SGD without a penalty, the lowest learning rate against the highest: share of all filters that are active and no copies by the correlation of activations.",
    },
  },
  figures: {
    "copies-by-rate": {
      caption:
        "Share of the active filters that are copies at the end, against the learning rate, by the correlation of activations and by the cosine of weights.",
      of: (runs) =>
        chart({
          title: "Copies by learning rate, without a penalty",
          reading:
            "Small marks: seeds; line: their mean; bar: lowest to highest. Higher: more filters do what another one does.",
          about: runs,
          rows: (Object.keys(likenesses) as Likeness[]).flatMap((likeness) =>
            runRows(runs, (run, { config }) => ({
              likeness: `By ${likenesses[likeness]}`,
              copies: copiesIn(run, (it) => copyShare(it, likeness)),
              series: `batch ${config.batchSize}`,
            })),
          ),
          panels: { of: "likeness" },
          x: { of: "rate", scale: log(), title: "Learning rate" },
          y: { of: "copies", scale: share, title: "Copies (% of active filters)", unit: " %" },
          series: {
            of: "series",
            look: (_name, { row }) => ({ ...sgd, ...(isSmall(row.batch, runs) && small) }),
          },
          marks: [mean(), seeds()],
          legend: true,
        }),
    },
    "copies-by-layer": {
      caption: "Share of each layer's active filters that are copies by the correlation of activations.",
      of: (runs) =>
        chart({
          title: "Copies by layer, without a penalty",
          reading: "Line: mean of the seeds; small marks: seeds.",
          about: runs,
          rows: runRows(usualBatch(runs), (run) => ({ all: run.record.final.copies?.layers ?? [] })).flatMap(
            ({ all, ...row }) =>
              all.map(({ active, byActivation }, depth) => ({
                ...row,
                depth,
                copies: active === 0 ? Number.NaN : (100 * byActivation[1]!) / active,
                series: `rate ${row.rate}`,
              })),
          ),
          x: { of: "depth", scale: layers(layerNames(runs)), title: "Layer, input to output" },
          y: { of: "copies", scale: share, title: "Copies (% of active filters)", unit: " %" },
          series: {
            of: "series",
            look: (_name, { row }) => lookOf(row, runs),
          },
          marks: [mean(), seeds()],
          legend: true,
        }),
    },
    "cost-of-merging": {
      caption:
        "Change of the test error when each copy is merged into the filter it copies, with no training after it, against the share of filters merged, by how alike they have to be.",
      of: (runs) =>
        chart({
          title: "What merging copies costs",
          reading: "Each mark: a run. Further right: more filters saved; higher: more errors made for it.",
          about: runs,
          rows: runRows(runs, (run) => ({ merges: mergesOf(run) })).flatMap(({ merges, ...row }) =>
            merges.map((merge) => ({ ...row, ...merge })),
          ),
          panels: { of: "threshold" },
          x: { of: "merged", scale: share, title: "Merged (% of active filters)", unit: " %" },
          y: {
            of: "cost",
            scale: linear({ holds: [0], leastPad: 0.5 }),
            title: "Test error gained (percentage points)",
            unit: " points",
          },
          series: {
            of: "arm",
            look: (_name, { row }) => lookOf(row, runs),
            apart: false,
          },
          marks: [dot({ hover: "%{x:.1f} % merged: %{y:.2f} points" })],
          legend: true,
        }),
    },
  },
});

const sgd = optimizerLook("SGD");
const small = { dash: "6px,3px", symbol: "diamond-open" };
const rateLooks = [
  { dash: "2px,3px", symbol: "circle-open" },
  { dash: "10px,3px", symbol: "square-open" },
  { dash: "solid" },
];

/** Of one optimizer: rates by line and symbol, the small batch by its own. */
function lookOf({ rate, batch }: { rate: number; batch: number }, runs: StudyRuns): Look {
  const rates = new Set(runs.map(({ arm: { config } }) => config.optimizer.learningRate));
  const rank = [...rates].filter((other) => other < rate).length;
  return { ...sgd, ...(isSmall(batch, runs) ? small : rateLooks[rank]) };
}

const isSmall = (batch: number, runs: readonly ArmRuns[]) =>
  batch < Math.max(...runs.map(({ arm: { config } }) => config.batchSize));

const usualBatch = (runs: StudyRuns) =>
  runs.filter(({ arm: { config } }) => !isSmall(config.batchSize, runs));

const layerNames = (runs: StudyRuns): string[] =>
  runs.flatMap(({ runs: own }) => own)[0]?.record.model.layers.map(({ name }) => name) ?? [];

/** A run that diverged has no copies. */
const copiesIn = (run: Run, of: (run: Run) => number): number =>
  run.record.status === "diverged" ? Number.NaN : of(run);

/** What merging made of a run, at each threshold. */
function mergesOf(run: Run) {
  if (run.record.status === "diverged") return [];
  const { thresholds, merged } = copiesOf(run);
  return thresholds.map((threshold, place) => ({
    threshold: `Correlation above ${threshold}`,
    merged: copyShare(run, "byActivation", threshold),
    cost: 100 * (merged[place]!.testError - run.record.final.testError),
  }));
}

/** Written down before the runs. */
export const predictions24: readonly Prediction[] = [
  {
    source: "Chen, Kunin, Yamamura and Ganguli 2023, arXiv 2306.04251",
    says: "Gradient noise attracts SGD to invariant sets where neurons vanish or are the same; more noise, more attraction, so that long training at a large rate leaves fewer independent neurons.",
    expects:
      "Under SGD the share of copies rises with the rate, by activations and by weights alike, and effective filters fall.",
    foretells: { main: "supported", effective: "supported" },
  },
  {
    source: "Andriushchenko et al. 2023, arXiv 2210.05337",
    says: "Large steps bias SGD to sparse features, with no explicit regularization; sparse are few distinct, non-zero activations.",
    expects: "The higher the rate, the more filters are silent or copies by activation.",
    foretells: { main: "supported", effective: "supported" },
  },
  {
    source: "Jastrzębski et al. 2017, arXiv 1711.04623",
    says: "The noise of SGD goes with the ratio of learning rate to batch size.",
    expects:
      "A quarter of the batch at the usual rate leaves as many copies as four times the rate would: more than all of it.",
    foretells: { batch: "supported" },
  },
  {
    source: "Van Laarhoven 2017, arXiv 1706.05350",
    says: "With normalization the scale of weights does not matter but for the effective rate, which falls as weights grow where nothing decays them.",
    expects:
      "Against the lines above: without a penalty weights grow the more the higher the rate, effective rates and noise even out, and copies differ little.",
    foretells: { main: "no difference that matters", batch: "no difference that matters" },
  },
];
