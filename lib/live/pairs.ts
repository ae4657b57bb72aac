import type { FactorContrast } from "../hypotheses/contrast.js";
import type { Hypothesis } from "../hypotheses/hypothesis.js";
import type { Arm } from "../study/arm.js";
import { type MeasureName, measures } from "../study/measures.js";
import { asFirst, highest, lowest, not, type Selector, select } from "../study/study-runs.js";
import type { Judgment, Side } from "./catalog.js";
import { measureNames } from "./messages.js";

/** Which two arms of a hypothesis a page reruns, and what it says of them at the end. */
export interface Pair {
  first: Selector;
  second: Selector;
  judgment: Judgment;
  /** What one pair cannot show of the claim, in a sentence. */
  caveat?: string;
}

const adamL2 = { optimizer: "Adam", penalty: "L2" } satisfies Selector;
const momentumL2 = { optimizer: "SGD+momentum", penalty: "L2" } satisfies Selector;
const adamPlain = { optimizer: "Adam", penalty: "none", l1Gamma: 0 } satisfies Selector;
const momentumPlain = { ...adamPlain, optimizer: "SGD+momentum" } satisfies Selector;

/** What is compared of both arms where the arms of a contrast do not say it. */
const shares = {
  deadByActivation: measures.deadByActivation.words,
  testError: measures.testError.words,
  macsLeft: "multiply-accumulates left once silent filters are cut",
  cameBack: "share of the filters once found dead that came back",
};

/** One measure of both arms that decides nothing about the claim; `words` say what sets the arms apart. */
function shown(measure: keyof typeof shares, words: readonly [string, string]): Judgment {
  const [more, less] = sidesIn(measure, words);
  return { what: shares[measure], unit: "%", more, less, smallestEffect: 5, decides: false };
}

const sidesIn = (measure: Side["measure"], words: readonly [string, string]): [Side, Side] => [
  { arm: 0, measure, words: words[0] },
  { arm: 1, measure, words: words[1] },
];

/** Pairs of hypotheses whose main contrast is not between two sides of arms, or that a page cannot rerun. */
const specialPairs: Record<string, Pair> = {
  h04: {
    first: adamL2,
    second: momentumL2,
    judgment: {
      what: "share of filters inactive by activation, under A",
      unit: "%",
      more: { arm: 0, measure: "deadEarly", words: "in the first half of the layers" },
      less: { arm: 0, measure: "deadLate", words: "in the second" },
      smallestEffect: 5,
      decides: true,
    },
    caveat: "B shows where filters die under another optimizer; the line above is about A alone.",
  },
  h05: {
    first: adamL2,
    second: momentumL2,
    judgment: {
      what: "median of log10(pull of the penalty on gamma / pull of the objective) just before deaths, under A",
      unit: "decades",
      more: { arm: 0, measure: "pullDying", words: "for filters about to die" },
      less: { arm: 0, measure: "pullSurviving", words: "for those that live" },
      smallestEffect: 0.3,
      decides: false,
    },
    caveat:
      "The claim is about how fast scales fall between probes, which has no sampling noise; B shows the same penalty under another optimizer.",
  },
  h09: {
    // The smallest batches of the quick scale do not learn under its penalty.
    first: { images: asFirst, steps: asFirst },
    second: { images: asFirst, batch: highest },
    judgment: {
      ...shown("deadByActivation", ["with small mini-batches", "with large ones"]),
      decides: true,
    },
  },
  h12: {
    first: { optimizer: "Adam", l1Gamma: not(0), start: "initial weights" },
    second: { ...adamL2, l1Gamma: 0, start: "initial weights" },
    judgment: shown("macsLeft", ["with slimming's L1 on gamma", "with L2 alone"]),
    caveat:
      "The claim compares at equal test error, after network slimming has cut more and fine-tuned; the page only trains.",
  },
  h13: {
    first: adamPlain,
    second: momentumPlain,
    judgment: shown("testError", ["with Adam", "with SGD+momentum"]),
    caveat:
      "The claim is about how this gap changes with the share of dead filters, which takes a range of penalties.",
  },
  h19: {
    first: adamL2,
    second: adamPlain,
    judgment: shown("deadByActivation", ["with L2", "without"]),
    caveat:
      "The claim is about predictions for many arms; here you can watch how much a tenth of the steps gives away.",
  },
  h20: {
    first: adamL2,
    second: momentumL2,
    judgment: shown("cameBack", ["with Adam", "with SGD+momentum"]),
    caveat:
      "The claim is about when filters come back: watch the yellow squares as the rate drops at 60 % of the steps.",
  },
};

/** Where nothing else is known: the strongest penalty against the weakest, from which no verdict follows. */
const anyPair: Pair = {
  first: { lambda: highest },
  second: { lambda: lowest },
  judgment: shown("deadByActivation", ["in A", "in B"]),
  caveat: "One pair shows what training does here; it does not decide the claim.",
};

/** The pair of a hypothesis: of its main contrast one arm a side, unless a page needs another. */
export function pairOf({ id, contrasts: { main } }: Pick<Hypothesis, "id" | "contrasts">): Pair {
  const sides = "pairs" in main ? main.rerun : main;
  return specialPairs[id] ?? (sides ? pairOfContrast(sides) : anyPair);
}

function pairOfContrast({ among, more, less, of, pairing, smallestEffect = 5, page }: FactorContrast): Pair {
  if (less === undefined || !isMeasured(of)) return anyPair;
  const [first, second] = sidesIn(of, page?.words ?? ["in A", "in B"]);
  const caveat = page?.caveat ?? pairing?.caveat;
  return {
    first: { ...among, ...more, ...page?.more },
    second: { ...among, ...less, ...page?.less },
    judgment: {
      what: measures[of].words,
      unit: "%",
      more: first,
      less: second,
      smallestEffect,
      decides: true,
    },
    ...(caveat !== undefined && { caveat }),
  };
}

/** Whether a page takes a measure of the runs that it makes. */
const isMeasured = (of: FactorContrast["of"]): of is MeasureName & Side["measure"] =>
  measureNames.some((name) => name === of);

/** The two arms, where the scale has both: the first of each side's with the strongest penalty, none of a tuned family. */
export function armsOfPair({ first, second }: Pair, arms: readonly Arm[]): [Arm, Arm] | undefined {
  const items = arms.flatMap((arm) => (arm.supporting || arm.family !== undefined ? [] : [{ arm }]));
  const [a, b] = [first, second].map((selector) =>
    select(items, selector).reduce<Arm | undefined>(
      (best, { arm }) => (best && best.lambda >= arm.lambda ? best : arm),
      undefined,
    ),
  );
  return a && b && a !== b ? [a, b] : undefined;
}
