import { capitalized } from "../capitalized.js";
import { chart, dot, linear, mean, names, optimizerLook, seeds, share } from "../figures/index.js";
import type { Run } from "../runs/record.js";
import { causeSeeds, type Scale } from "../study/arm.js";
import { copiesOf, copyShare, effectiveShare, type Likeness, nearness } from "../study/copies.js";
import { runRows } from "../study/run-rows.js";
import { highest, lowest, type StudyRuns } from "../study/study-runs.js";
import { arm, causeArms, isBrief, usualL2 } from "./arms.js";
import { type FactorContrast, type OwnSpecification, pairsOfSides } from "./contrast.js";
import { optimizerSetting } from "./optimizer-settings.js";
import type { Prediction } from "./predictions.js";
import { scaleDefaults } from "./scales.js";
import { study } from "./study.js";

/** Of SGD: far below the scale's own, and as high as training bears. */
const lowAndHigh = (scale: Scale): readonly [number, number] =>
  scale === "reduced" || scale === "paper" ? [0.01, 0.5] : [0.02, 1];

/** Shares of their initial norm at which filters' weights are held under Adam: the shorter, the further a noisy step turns them. */
const heldNorms = [1, 0.25, 0.1];

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
    among: { optimizer: "SGD", batch: highest },
    more: { rate: highest },
    less: { rate: lowest },
    of: [of, of],
    comparison: `SGD without a penalty, the highest learning rate against the lowest: share of active filters whose ${likenesses[likeness]} with an earlier one of the layer is above ${threshold}.`,
  };
};

const copies: FactorContrast["of"] = [(run) => copyShare(run), (run) => copyShare(run)];

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
  question: "Without a penalty, does the noise of large steps make filters copies of each other?",
  claim:
    "Without a penalty, SGD at a high learning rate leaves more filters that are copies of others than at a low one.",
  source: "own",
  answers: {
    supported: "It does: a high learning rate leaves {} more of the active filters copies of others.",
    contradicted: "It does not: a high learning rate leaves {} fewer of the active filters copies of others.",
    difference: "the difference in copies between a high and a low learning rate of SGD, without a penalty,",
  },
  arms(options) {
    const { optimizer } = optimizerSetting(options.scale, "SGD");
    const ofSgd = lowAndHigh(options.scale).map((learningRate) => ({
      ...arm(options, "SGD", { optimizer: { ...optimizer, learningRate }, note: `rate ${learningRate}` }),
      seeds: causeSeeds,
    }));
    if (isBrief(options)) return ofSgd;
    const smallBatch = { batchSize: scaleDefaults[options.scale].batchSize / 4 };
    const [, high] = lowAndHigh(options.scale);
    return [
      ...ofSgd,
      {
        ...arm(options, "SGD", {
          ...smallBatch,
          optimizer: { ...optimizer, learningRate: high },
          note: `rate ${high}, batch ${smallBatch.batchSize}`,
        }),
        seeds: causeSeeds,
      },
      ...causeArms(options, { ...smallBatch, note: `batch ${smallBatch.batchSize}` }),
      ...causeArms(options, ...[{}, ...heldNorms.map((filterNorm) => ({ filterNorm }))], {
        penalty: { lambda: usualL2[options.scale] },
      }),
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
      id: "small batches",
      at: ["lite"],
      claim:
        "Without a penalty, SGD with small batches leaves more filters that are copies of others than with large ones, at the same high rate and number of steps.",
      among: { optimizer: "SGD", rate: highest },
      more: { batch: lowest },
      less: { batch: highest },
      of: copies,
      comparison:
        "SGD without a penalty at the highest learning rate, batches of a quarter of the size against whole ones, equal steps: share of active filters that are copies by the correlation of activations.",
    },
    batchOfAdam: {
      id: "small batches under Adam",
      at: ["lite"],
      claim:
        "Without a penalty, Adam with small batches leaves more filters that are copies of others than with large ones, at the same number of steps.",
      among: { optimizer: "Adam", penalty: "none", filterNorm: "free" },
      more: { batch: lowest },
      less: { batch: highest },
      of: copies,
      comparison:
        "Adam without a penalty, batches of a quarter of the size against whole ones, equal steps: share of active filters that are copies by the correlation of activations.",
    },
    held: {
      id: "short weights",
      claim:
        "Under Adam without a penalty, more of the active filters are copies when weights are held at a tenth of their initial norm than when they are free.",
      among: { optimizer: "Adam", penalty: "none", batch: highest },
      more: { filterNorm: 0.1 },
      less: { filterNorm: "free" },
      of: copies,
      comparison:
        "Adam without a penalty, weights held at a tenth of their initial norm against free ones: share of active filters that are copies by the correlation of activations.",
    },
    penalty: {
      id: "under a penalty",
      claim: "Of the filters that an L2 penalty under Adam leaves active more are copies than without one.",
      among: { optimizer: "Adam", filterNorm: "free", batch: highest },
      more: { penalty: "L2" },
      less: { penalty: "none" },
      of: copies,
      comparison:
        "Adam with L2 against without: share of active filters that are copies by the correlation of activations.",
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
    "nearest-by-arm": {
      caption:
        "How like the filter most like it in its layer an active filter is at the end, the mean over all of them: correlation of activations over all training images, and cosine of weights with gamma's sign.",
      of: (runs) =>
        chart({
          ...byArm(
            runs,
            "How alike the nearest filters are",
            "Further right: filters do more of the same; 1: copies.",
          ),
          x: {
            of: "nearest",
            scale: linear({ from: 0, to: 1 }),
            title: "Likeness with the nearest",
            digits: 2,
          },
        }),
    },
    "copies-by-arm": {
      caption:
        "Share of the active filters that are copies at the end: more alike an earlier filter of their layer than 0.95.",
      of: (runs) =>
        chart({
          ...byArm(
            runs,
            "Copies among the active filters",
            "Further right: more filters do what another one does.",
          ),
          x: { of: "copies", scale: share, title: "Copies (% of active filters)", unit: " %" },
        }),
    },
    "cost-of-merging": {
      caption:
        "Change of the test error when each copy by activation is merged into the filter it copies, with no training after it, against the share merged, by how alike they have to be.",
      of: (runs) =>
        chart({
          title: "What merging copies costs",
          reading:
            "Each mark: a run, of Adam a circle, of SGD a square. Further right: more filters saved; higher: more errors made for it.",
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
          series: { of: "optimizer", look: optimizerLook, apart: false },
          marks: [dot({ hover: "%{x:.1f} % merged: %{y:.2f} points" })],
        }),
    },
  },
});

/** A row for each arm, a panel for each likeness. A run that diverged has neither. */
const byArm = (runs: StudyRuns, title: string, reading: string) => ({
  title,
  reading: `Large mark: mean of the seeds, bar: lowest to highest; small marks: seeds. ${reading}`,
  about: runs,
  rows: (Object.keys(likenesses) as Likeness[]).flatMap((likeness) =>
    runRows(runs, (run) => ({
      likeness: capitalized(likenesses[likeness]),
      nearest: finished(run) ? nearness(run, likeness) : Number.NaN,
      copies: finished(run) ? copyShare(run, likeness) : Number.NaN,
    })),
  ),
  panels: { of: "likeness" },
  y: { of: "arm", scale: names(), title: "" },
  series: { of: "optimizer", look: optimizerLook, apart: false },
  marks: [mean({ values: "x", joined: false }), seeds({ values: "x" })],
  height: 60 + 34 * runs.length,
});

const finished = ({ record: { status } }: Run): boolean => status === "finished";

/** What merging made of a run, at each threshold. */
function mergesOf(run: Run) {
  if (!finished(run)) return [];
  const { thresholds, merged } = copiesOf(run);
  return thresholds.map((threshold, place) => ({
    threshold: `Correlation above ${threshold}`,
    merged: copyShare(run, "byActivation", threshold),
    cost: 100 * (merged[place]!.testError - run.record.final.testError),
  }));
}

/** Written down before the runs; those of batches after the others' runs and before their own. */
export const predictions24: readonly Prediction[] = [
  {
    source: "Chen, Kunin, Yamamura and Ganguli 2023, arXiv 2306.04251",
    says: "Gradient noise attracts SGD to invariant sets where neurons vanish or are the same; more noise, more attraction, so that long training at a large rate leaves fewer independent neurons.",
    expects:
      "Under SGD the share of copies rises with the rate, by activations and by weights alike, and effective filters fall. Short weights, which a noisy step turns further, do the same, and so do small batches.",
    foretells: {
      main: "supported",
      effective: "supported",
      held: "supported",
      batch: "supported",
      batchOfAdam: "supported",
    },
  },
  {
    source: "Andriushchenko et al. 2023, arXiv 2210.05337",
    says: "Large steps bias SGD to sparse features, with no explicit regularization; sparse are few distinct, non-zero activations.",
    expects: "The higher the rate, the more filters are silent or copies by activation.",
    foretells: { main: "supported", effective: "supported" },
  },
  {
    source: "Van Laarhoven 2017, arXiv 1706.05350",
    says: "With normalization the scale of weights does not matter but for the effective rate, which falls as weights grow where nothing decays them.",
    expects:
      "Against the lines above: without a penalty weights grow the more the higher the rate, effective rates and noise even out, and copies differ little.",
    foretells: { main: "no difference that matters" },
  },
];
