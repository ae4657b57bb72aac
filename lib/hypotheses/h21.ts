import { bothMeasures, chart, deadShareByLayer, dot, log, path, share } from "../figures/index.js";
import { optimizerLook } from "../figures/looks.js";
import type { Look } from "../figures/marks/index.js";
import { shortNumber } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import { inactiveAt } from "../sparsity/deaths.js";
import { median } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { factorsOf } from "../study/factors.js";
import { type MeasureName, measures } from "../study/measures.js";
import { runRows } from "../study/run-rows.js";
import type { Selector } from "../study/study-runs.js";
import { causeArms, isBrief, usualL2 } from "./arms.js";
import type { Pairs } from "./contrast.js";
import type { Prediction } from "./predictions.js";
import { needed, seedMean } from "./select.js";
import { study } from "./study.js";

/**
 * Shares of a filter's initial norm, which is sqrt(2) by He et al.'s initialization. On record at lite the median norm of a
 * living filter's weights right before the learning rate drops is 2.47 under L2 of 3e-4 and 12.4 without a penalty.
 */
const asShort = 1.75;
const asLong = 8.8;

const free = { penalty: "none", filterNorm: "free" } satisfies Selector;
const penalized = { penalty: "L2", filterNorm: "free" } satisfies Selector;
const heldShort = { penalty: "none", filterNorm: asShort } satisfies Selector;

/** What weights as short as under L2 kill by themselves, against what is left of L2's deaths. */
function stepAgainstRest(runs: Parameters<typeof needed>[1], of: MeasureName): Pairs {
  const sides = [free, heldShort, penalized].map((selector) => needed("h21", runs, selector));
  const dead = (run: Run) => measures[of].of(run);
  return {
    arms: sides.flat(),
    pair(seed) {
      const [none, held, all] = sides.map((arms) => seedMean(arms, seed, dead)) as [number, number, number];
      return [held - none, all - held];
    },
    comparison: `Adam without a penalty: ${measures[of].words} that holding every filter's weights at ${asShort} of their initial norm, as short as L2 leaves them, adds; against what L2 with free weights has beyond that.`,
  };
}

/** H21, beyond the paper: whether filters die of the pull, or of the long steps that short weights make. */
export const h21 = study({
  id: "h21",
  notebook: "24-step-or-pull",
  title: "The step or the pull?",
  question:
    "Do filters die because the penalty pulls on them, or because it shortens weights, which every step then turns further?",
  claim:
    "Most of the filters that die under Adam with L2 die of the step: with weights held as short and no penalty at all, more than half as many die.",
  source: "own",
  answers: {
    supported:
      "Mostly of the step: holding weights as short, without L2, kills {} more filters than L2 kills beyond that.",
    contradicted:
      "Not of the step alone: holding weights as short, without L2, kills {} fewer filters than L2 kills beyond that.",
    difference: "what short weights kill by themselves, less what is left of L2's deaths,",
  },
  arms(options) {
    const lambda = usualL2[options.scale];
    const norms = isBrief(options) ? [asShort] : [asLong, asShort, 1, 0.5, 0.25, 0.1];
    const withL2 = isBrief(options) ? [asLong] : [asLong, asShort, 1];
    return causeArms(
      options,
      ...[{}, ...norms.map((filterNorm) => ({ filterNorm }))],
      ...[{}, ...withL2.map((filterNorm) => ({ filterNorm }))].map((own) => ({
        ...own,
        penalty: { lambda },
      })),
    );
  },
  contrasts: {
    main: {
      pairs: (runs) => stepAgainstRest(runs, "deadByActivation"),
      rerun: {
        more: heldShort,
        less: free,
        of: "deadByActivation",
        comparison: "Adam without a penalty, weights held as short as L2 leaves them against free ones.",
        page: {
          words: ["with weights held short", "with free weights"],
          caveat:
            "The claim sets what this kills beside what a penalty kills; one pair shows the first of them.",
        },
      },
      specifications: (runs) => [
        {
          choices: { definition: "by activation" },
          isMain: true,
          pairs: stepAgainstRest(runs, "deadByActivation"),
        },
        { choices: { definition: "by scale" }, pairs: stepAgainstRest(runs, "deadByScale") },
      ],
    },
    stepAlone: {
      id: "the step alone",
      claim: "Without a penalty, more filters die when weights are held as short as L2 leaves them.",
      more: heldShort,
      less: free,
      of: "deadByActivation",
      comparison: `Adam without a penalty, filters' weights at ${asShort} of their initial norm against free ones: share of filters inactive by activation.`,
    },
    withoutTheStep: {
      id: "without the step",
      claim: "L2 kills fewer filters when weights are held as long as they grow without a penalty.",
      more: penalized,
      less: { penalty: "L2", filterNorm: asLong },
      of: "deadByActivation",
      comparison: `Adam with L2, free weights against weights at ${asLong} of their initial norm: share of filters inactive by activation.`,
    },
    pullAlone: {
      id: "the pull at equal norm",
      claim: "With weights held at their initial norm, L2 kills more filters than no penalty.",
      more: { penalty: "L2", filterNorm: 1 },
      less: { penalty: "none", filterNorm: 1 },
      of: "deadByActivation",
      comparison:
        "Adam, filters' weights at their initial norm, with L2 against without: share of filters inactive by activation.",
    },
    shorter: {
      id: "shorter still",
      claim:
        "Without a penalty, the shorter weights are held, the more filters die: at a quarter of their initial norm more than at all of it.",
      more: { penalty: "none", filterNorm: 0.25 },
      less: { penalty: "none", filterNorm: 1 },
      of: "deadByActivation",
      comparison:
        "Adam without a penalty, filters' weights at 0.25 of their initial norm against 1: share of filters inactive by activation.",
    },
  },
  figures: {
    "dead-share-by-norm": {
      caption:
        "Share of filters inactive by activation at the end against the norm of a living filter's weights there: held by rescaling after every step, or reached freely.",
      of: (runs) =>
        chart({
          title: "Dead filters by the norm of filters' weights, held there or reached",
          reading:
            "Large mark: mean of the seeds; small marks: seeds. Further left: each step turns the weights further. Higher: sparser.",
          about: runs,
          rows: normRows(runs),
          x: {
            of: "norm",
            scale: log(),
            title: "Norm of a living filter's weights at the end",
            digits: 2,
          },
          y: {
            of: "deadByActivation",
            scale: share,
            title: "Inactive by activation (% of all filters)",
            unit: " %",
          },
          series: { of: "kind", look: normLook, apart: false },
          marks: [
            path<NormRow>({
              label: ({ arm }) => arm,
              hover: "%{y:.1f} % dead at norm %{x:.2f}",
              joined: isHeld,
            }),
            dot<NormRow>({ hover: "%{y:.1f} % dead at norm %{x:.2f}" }),
          ],
        }),
    },
    "both-measures": {
      caption:
        "Share of filters inactive by activation and by scale, by the norm at which every filter's weights are held, without a penalty and with L2.",
      of: (runs) =>
        bothMeasures(runs, {
          title: "Dead filters by the norm at which weights are held",
          row: ({ config }) => normText(factorsOf(config).filterNorm),
        }),
    },
    "dead-share-by-layer": {
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      of: (runs) => deadShareByLayer(runs, { measure: "activation" }),
    },
  },
});

const adam = optimizerLook("Adam");
const withoutPenalty = { color: "#0072B2", symbol: "square" };
const normLooks: Readonly<Record<string, Look>> = {
  "no penalty, held": { ...withoutPenalty, dash: "6px,3px" },
  "no penalty, free": { ...withoutPenalty, symbol: "square-open", size: 14 },
  "L2, held": { ...adam, dash: "solid" },
  "L2, free": { color: adam.color, symbol: "circle-open", size: 14 },
};

/** The look of a kind of arms in the figure by norm: free ones open and large. */
export const normLook = (kind: string): Look => normLooks[kind]!;
const isHeld = ({ dash }: Look): boolean => dash !== undefined;

type NormRow = ReturnType<typeof normRows>[number];

/** Median norm of the weights of the filters active at the end: light records have no probe right before the rate drops. */
export function finalNorm({ record, filters }: Run): number {
  const rows = [...filters.step.keys()].filter(
    (row) => filters.step[row] === record.final.step && !inactiveAt(filters, row),
  );
  return median(rows.map((row) => filters.weightNorm[row]!));
}

/** A row for each run: the norm of a living filter's weights at the end, and whether it was held. */
export const normRows = (runs: readonly ArmRuns[]) =>
  runRows(runs, (run, { config }) => {
    const { penalty, filterNorm } = factorsOf(config);
    const kind = `${penalty === "none" ? "no penalty" : penalty}, ${filterNorm === "free" ? "free" : "held"}`;
    return { norm: finalNorm(run), kind };
  })
    .filter(({ norm }) => norm > 0)
    .sort(
      (a, b) =>
        Object.keys(normLooks).indexOf(a.kind) - Object.keys(normLooks).indexOf(b.kind) || a.norm - b.norm,
    );

const normText = (norm: number | "free"): string =>
  norm === "free" ? "free" : `held at ${shortNumber(norm)}`;

/** Written down before the runs. */
export const predictions21: readonly Prediction[] = [
  {
    source: "Björck, Weinberger and Gomes 2021",
    says: "Weight decay keeps the norm small, so that effective gradient updates become larger, and that is how it regularizes.",
    expects: "Weights held short without a penalty do what L2 does; L2 with weights held long does little.",
    foretells: { main: "supported", stepAlone: "supported", withoutTheStep: "supported" },
  },
  {
    source: "Kosson, Messmer and Jaggi 2024, arXiv 2305.17212",
    says: "Decay brings the angular step of a neuron's weights to a steady state; controlling that rotation itself gives the benefits of decay.",
    expects:
      "Holding norms replaces the penalty on weights. Under Adam with L2 rotation is uneven, held norms make it even: where filters die may differ.",
    foretells: { main: "supported" },
  },
  {
    source: "Chen, Kunin, Yamamura and Ganguli 2023, arXiv 2306.04251",
    says: "Gradient noise attracts SGD to simpler subnetworks, with vanishing or redundant neurons; more noise, more attraction.",
    expects:
      "The shorter the weights, the larger the effective rate and its noise, and the more filters die, without any penalty.",
    foretells: { stepAlone: "supported", shorter: "supported" },
  },
  {
    source: "Andriushchenko et al. 2023, arXiv 2210.05337",
    says: "Large steps bias SGD to sparse features, with no explicit regularization.",
    expects: "As the line above: deaths without a penalty where weights are short.",
    foretells: { stepAlone: "supported", shorter: "supported" },
  },
  {
    source: "Yaguchi et al. 2018, arXiv 1812.08119",
    says: "Adam, L2 and ReLU together bring all weights of a channel to zero.",
    expects:
      "The pull itself is needed: weights held short without it leave filters alive, and L2 kills whatever the norm.",
    foretells: {
      main: "contradicted",
      stepAlone: "no difference that matters",
      pullAlone: "supported",
      withoutTheStep: "no difference that matters",
    },
  },
  {
    source: "Zhou et al. 2020, arXiv 2001.11216",
    says: "Not at hand.",
    expects: "Nothing is set down for it.",
  },
];
