import { UserError } from "../errors.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns, Scale } from "../study/arm.js";
import { type DeadBy, errorMargin } from "../study/envelope.js";
import { type Factors, factorsOf, type Level } from "../study/factors.js";
import { type Measure, type MeasureName, measures } from "../study/measures.js";
import { groupByOptimizer } from "../study/series.js";
import { type Selector, type StudyRuns, select } from "../study/study-runs.js";
import type { ClaimSource } from "./claim.js";
import { deadSharesAtLikeError } from "./frontier.js";
import { missingArms, seedMean } from "./select.js";
import type { Choice, Choices } from "./specification/choices.js";
import type { Verdict } from "./verdict.js";
import { decidePairs, type PairedComparison } from "./verdict.js";

/** A claim about a difference, however its two sides are measured. */
interface ContrastClaim {
  /** End of the verdict's id: "warm-up" of "h18, warm-up". Default: `part`; the main contrast has none. */
  id?: string;
  /**
   * What part of the hypothesis' claim this is, where the claim has several: "no penalty, no deaths". A contrast without it,
   * but for the main one, is a further look at the same runs, which decides nothing about the claim.
   */
  part?: string;
  /** Scales at which it is one, elsewhere a further look. Default: at every one. */
  partAt?: readonly Scale[];
  /** Default: the hypothesis' own. */
  claim?: string;
  /** Default: the hypothesis' own. */
  source?: ClaimSource;
  /** Default: "percentage points". */
  unit?: string;
  /** In `unit`, default 5. Negative where the claim is "at least at par": by how much the other side may win all the same. */
  smallestEffect?: number;
  /** Whether the claim is that both sides agree, within the smallest effect. Default: that the first is larger. */
  equality?: boolean;
  /** Scales at which it was planned. Default: wherever there are arms for it. */
  at?: readonly Scale[];
}

/** Scales at which runs have probes enough to follow single filters. */
export const followable: readonly Scale[] = ["quick", "lite", "reduced", "paper"];

/** The arms on both sides of a contrast. */
export interface Sides {
  more: ArmRuns[];
  less: ArmRuns[];
}

/**
 * A difference between two sides that are chosen by their factors. Supporting arms belong to neither, nor do those of tuned
 * families.
 */
export interface FactorContrast extends ContrastClaim {
  /** Holds on both sides. */
  among?: Selector;
  /** The claim says that the measure is larger here (of several arms: their mean) ... */
  more: Selector;
  /** ... than here. Default: the same arms, by another measure. */
  less?: Selector;
  /** What is measured: the same of both sides, or of each its own. */
  of: MeasureName | readonly [more: (run: Run) => number, less: (run: Run) => number];
  /** A factor of which a side needs every level that it has: a mean over some of them would be another claim's. */
  every?: keyof Factors;
  /** Default: `bySeed`. */
  pairing?: Pairing;
  /** What was compared, one sentence. */
  comparison: string | ((sides: Sides) => string);
  /** What a page says of one arm of each side, which it trains again. */
  page?: PagePair;
  /** What its specification curve cannot tell by itself. */
  specification?: ContrastSpecification;
}

/** How else a contrast can be asked. Penalties, rates, scales and both definitions of dead are found on record. */
export interface ContrastSpecification {
  /** What the contrast has chosen where nothing else says it: { matching: "equal epochs" }. */
  choices?: Choices;
  /** Choices that the claim is about, and that are left as they are. */
  settled?: readonly Choice[];
  /** Definitions of dead that its measure can take, its own among them, where they are not those of a measure by name. */
  definitions?: readonly { definition: string; of: Exclude<FactorContrast["of"], MeasureName> }[];
  /** Whether the claim is of both forms of the penalty. Default: of those that its arms have. */
  bothForms?: boolean;
  /** The same claim with something else changed, and what that chooses. */
  also?: readonly { choices: Choices; change: Partial<FactorContrast> }[];
}

/** One way to ask what an own contrast asks. */
export interface OwnSpecification {
  choices: Choices;
  /** Whether it is the contrast itself. Default false. */
  isMain?: boolean;
  /** Default: the contrast's. */
  unit?: string;
  smallestEffect?: number;
  pairs: Pairs;
}

/** A difference that no choice of arms says by itself. */
export interface OwnContrast extends ContrastClaim {
  /** Whether these runs have it. Default: always. */
  when?(runs: StudyRuns): boolean;
  pairs(runs: StudyRuns): Pairs;
  /** Two sides of arms for a page to train again. Default: any two. */
  rerun?: FactorContrast;
  /** The points of its specification curve at the scale of these runs, itself among them. Default: itself. */
  specifications?(runs: StudyRuns): OwnSpecification[];
}

/** What a contrast comes to on some runs. */
export type Pairs = Pick<PairedComparison, "arms" | "pair" | "comparison">;

export type Contrast = FactorContrast | OwnContrast;

/** One arm of each side: the first of those with the strongest penalty. */
export interface PagePair {
  /** What sets the sides apart, in a sentence: "with L2", "without". */
  words: readonly [more: string, less: string];
  /** Narrows the sides. */
  more?: Selector;
  less?: Selector;
  /** What one pair cannot show of the claim, in a sentence. */
  caveat?: string;
}

/** How the two sides of one seed are made. */
export interface Pairing {
  pair(
    sides: Sides,
    of: readonly [more: (run: Run) => number, less: (run: Run) => number],
  ): PairedComparison["pair"];
  caveat?: string;
  /** What it holds equal, for a specification curve: "test error within 1 point". Default: the same settings. */
  matching?: string;
  /** What else could be held equal, where `matching` says what is. Default: the rules of `specification/matching`. */
  rules?: readonly MatchingRule[];
}

/** Another way to hold two sides equal that are tuned over a range of settings. */
export interface MatchingRule {
  /** What is equal: "equal dead share". */
  matching: string;
  /** Default: the contrast's. */
  unit?: string;
  smallestEffect?: number;
  /** The two sides for one seed, so that more on the first supports the claim. */
  pair(sides: Sides, by: DeadBy): PairedComparison["pair"];
}

/** Each side's mean of the measure over its arms. */
export const bySeed: Pairing = {
  pair:
    ({ more, less }, [ofMore, ofLess]) =>
    (seed) => [seedMean(more, seed, ofMore), seedMean(less, seed, ofLess)],
};

const byOptimizer = (arms: ArmRuns[]): ArmRuns[][] => groupByOptimizer(arms).map(([, own]) => own);

/** Dead shares at matched test error, optimizer by optimizer of each side against each of the other: their mean. */
export const atLikeError: Pairing = {
  pair({ more, less }) {
    const pairs = byOptimizer(more).flatMap((own) => byOptimizer(less).map((other) => [own, other] as const));
    return (seed) => {
      const shares = pairs.map(([own, other]) => deadSharesAtLikeError(own, other, seed));
      return [mean(shares.map(([share]) => share)), mean(shares.map(([, share]) => share))];
    };
  },
  caveat: "The claim compares at matched test error; one pair compares at these settings only.",
  matching: `test error within ${errorMargin} point`,
};

/** A contrast's measures of its two sides. */
export function measuresOf({ of }: FactorContrast): readonly [(run: Run) => number, (run: Run) => number] {
  if (typeof of !== "string") return of;
  const { of: measure } = measures[of] as Measure;
  return [measure, measure];
}

/** The items on both sides of a contrast. */
export function sidesOf<Item extends Pick<ArmRuns, "arm">>(
  { among, more, less = more }: FactorContrast,
  items: readonly Item[],
): { more: Item[]; less: Item[] } {
  const own = items.filter(({ arm }) => !arm.supporting && arm.family === undefined);
  return { more: select(own, { ...among, ...more }), less: select(own, { ...among, ...less }) };
}

/** Whether a contrast was planned with these arms. */
export function isPlanned(contrast: Contrast, runs: StudyRuns): boolean {
  if (contrast.at && !contrast.at.includes(scaleOf(runs))) return false;
  if ("pairs" in contrast) return contrast.when?.(runs) ?? true;
  return Object.values(sidesOf(contrast, runs)).every((side) => side.length > 0);
}

/** What part of the claim a contrast is at the scale of some runs; undefined of a further look. */
export const partOf = ({ part, partAt }: Contrast, runs: StudyRuns): string | undefined =>
  (partAt?.includes(scaleOf(runs)) ?? true) ? part : undefined;

/** Decides one contrast of a hypothesis. Throws `UserError` where a side has no run. */
export function decideContrast(
  { id, claim, source }: Pick<Verdict, "id" | "claim" | "source">,
  contrast: Contrast,
  runs: StudyRuns,
): Verdict {
  const part = partOf(contrast, runs);
  const { unit = "percentage points", smallestEffect = 5, equality = false } = contrast;
  const about = {
    id: contrast.id === undefined ? id : `${id}, ${contrast.id}`,
    ...(part !== undefined && { part }),
    claim: contrast.claim ?? claim,
    source: contrast.source ?? source,
    unit,
    smallestEffect,
    equality,
    scale: scaleOf(runs),
  };
  return decidePairs({
    ...about,
    ...("pairs" in contrast ? contrast.pairs(runs) : pairsOfSides(id, contrast, runs)),
  });
}

/** What a contrast between two sides of arms comes to. Throws `UserError` where a side has no run. */
export function pairsOfSides(id: string, contrast: FactorContrast, runs: StudyRuns): Pairs {
  const { comparison, pairing = bySeed } = contrast;
  const sides = trainedSides(id, contrast, runs);
  return {
    comparison: typeof comparison === "string" ? comparison : comparison(sides),
    arms: [...new Set([...sides.more, ...sides.less])],
    pair: pairing.pair(sides, measuresOf(contrast)),
  };
}

function trainedSides(id: string, contrast: FactorContrast, runs: StudyRuns): Sides {
  const { among, more, less = more } = contrast;
  const sides = sidesOf(contrast, runs);
  const trained = (side: ArmRuns[], own: Selector) => {
    const selector = { ...among, ...own };
    const found = side.filter(({ runs: all }) => all.length > 0);
    if (found.length === 0) throw missingArms(id, selector);
    const lacking = lackingLevel(contrast, side, found);
    if (lacking !== undefined) throw missingArms(id, { ...selector, ...lacking });
    return found;
  };
  const [first, second] = [trained(sides.more, more), trained(sides.less, less)];
  const isOne = contrast.less !== undefined && first.length === 1 && first[0] === second[0];
  if (isOne)
    throw new UserError(
      `${id.toUpperCase()} compares two arms, and there is only ${first[0]!.arm.label}. Train the others: npm run reproduce -- ${id}.`,
    );
  return { more: first, less: second };
}

/**
 * A level that a side has and the part of it that is trained lacks, of those factors of which a contrast needs every level: the
 * one that it names, and where it compares frontiers the penalty. A frontier leads from no penalty to a strong one: of one end
 * alone nothing follows.
 */
export function lackingLevel(
  { every, pairing }: Pick<FactorContrast, "every" | "pairing">,
  side: readonly ArmRuns[],
  found: readonly ArmRuns[],
): Selector | undefined {
  const wholes = [
    ...(every ? [every] : []),
    ...(pairing?.matching === undefined ? [] : (["penalty"] as const)),
  ];
  for (const factor of wholes) {
    const level = levelsOf(side, factor).find((one) => !levelsOf(found, factor).includes(one));
    if (level !== undefined) return { [factor]: level };
  }
  return undefined;
}

/** The scale that arms were made for. */
export function scaleOf(runs: StudyRuns): Scale {
  const scale = runs[0]?.arm.scale;
  if (scale === undefined)
    throw new UserError(
      "These are not the arms of a hypothesis, which know their scale: no verdict follows from them.",
    );
  return scale;
}

/** Levels of a factor that arms have, each once. */
export const levelsOf = (arms: readonly ArmRuns[], factor: keyof Factors): Level[] => [
  ...new Set(arms.map(({ arm }) => factorsOf(arm.config)[factor])),
];

/** The same in a sentence: "20". */
export const levelText = (arms: readonly ArmRuns[], factor: keyof Factors): string =>
  levelsOf(arms, factor).join(" and ");
