import { capitalized } from "../../capitalized.js";
import { shortNumber } from "../../runs/describe.js";
import type { Run } from "../../runs/record.js";
import type { ArmRuns, Scale } from "../../study/arm.js";
import { datasetTitle } from "../../study/describe.js";
import type { DeadBy } from "../../study/envelope.js";
import { type Factors, factorsOf } from "../../study/factors.js";
import { measures } from "../../study/measures.js";
import { asFirst, highest, lowest, not, type Selector, select } from "../../study/study-runs.js";
import {
  bySeed,
  type ContrastSpecification,
  type FactorContrast,
  lackingLevel,
  levelsOf,
  type Sides,
  sidesOf,
} from "../contrast.js";
import { decidePairs, type PairedComparison, type Verdict } from "../verdict.js";
import type { Choices } from "./choices.js";
import { deadBy, definitionNames } from "./definitions.js";
import { matchingRules } from "./matching.js";
import { isScreening } from "./pool.js";
import { rowOf, type SpecificationRow } from "./row.js";

/** What is said of every specification of a contrast. */
export interface Asked extends Pick<Verdict, "id" | "claim" | "unit" | "smallestEffect"> {
  scale: Scale;
}

/** Rates with a rise at their beginning are rates of their own, unless the contrast is about schedules. */
function rateNamer({ among, more, less }: FactorContrast): (item: ArmRuns) => string {
  const bySchedule = [among, more, less].some((selector) => selector?.schedule !== undefined);
  return ({ arm: { config } }) =>
    `${shortNumber(config.optimizer.learningRate)}${config.schedule.warmup > 0 && !bySchedule ? ", warm-up" : ""}`;
}

/** What a contrast's own sides have chosen, as far as its arms tell. */
export function choicesOf(
  contrast: FactorContrast,
  { more, less }: Sides,
  data: readonly ArmRuns[] = [...more, ...less],
): Choices {
  const both = [...more, ...less];
  const { pairing = bySeed, specification } = contrast;
  const by = typeof contrast.of === "string" ? deadBy(contrast.of) : undefined;
  return {
    penalty: pairing.matching ? "every strength" : penaltyOf(both),
    rate: common(both.map(rateNamer(contrast))) ?? "each optimizer's own",
    ...(by && { definition: definitionNames[by] }),
    data: common(data.map(({ arm: { config } }) => datasetTitle(config.dataset.name))) ?? "several",
    ...(pairing.matching && { matching: pairing.matching }),
    ...specification?.choices,
  };
}

function penaltyOf(arms: readonly ArmRuns[]): string {
  const penalized = arms.filter(({ arm }) => arm.lambda > 0);
  const names = penalized.map(strengthOf);
  return names.length === 0 ? "none" : (common(names) ?? "mean over strengths");
}

const strengthOf = ({ arm: { config, lambda } }: ArmRuns): string =>
  `${factorsOf(config).penalty === "L2" ? "L2" : "decay"} ${shortNumber(lambda)}`;

const common = (values: readonly string[]): string | undefined =>
  new Set(values).size === 1 ? values[0] : undefined;

/**
 * A factor contrast under every penalty and rate that both sides have among some arms, by both definitions of dead; where its
 * pairing holds something equal, by every rule of doing so instead of every penalty.
 *
 * @param own the hypothesis' arms with their runs
 * @param pool these, and those on record that are like them but in rate and penalty
 */
export function specificationsOfFactors(
  asked: Asked,
  contrast: FactorContrast,
  { own, pool }: { own: readonly ArmRuns[]; pool: readonly ArmRuns[] },
): SpecificationRow[] {
  return waysToAsk(contrast)
    .flatMap(measuredWays)
    .flatMap((way) => (way.contrast.pairing?.matching ? byMatching : byStrengths)(asked, way, { own, pool }));
}

interface Way {
  contrast: FactorContrast;
  /** Whether its arms are those that the contrast has, as they are: with a mean over strengths where it takes one. */
  isAsStated: boolean;
}

/** A contrast, and what else it says it could be. */
function waysToAsk(contrast: FactorContrast): Way[] {
  const { also = [], ...specification } = contrast.specification ?? {};
  return [
    { contrast: { ...contrast, specification }, isAsStated: true },
    ...also.map(({ choices, change }) => ({
      contrast: { ...contrast, ...change, specification: chosen(specification, choices) },
      isAsStated: false,
    })),
  ];
}

const chosen = (specification: ContrastSpecification, choices: Choices): ContrastSpecification => ({
  ...specification,
  choices: { ...specification.choices, ...choices },
});

/** A contrast by its measure, and by the other definition where it counts the dead. */
function measuredWays({ contrast, isAsStated }: Way): Way[] {
  const { of, specification = {} } = contrast;
  const measured = (changes: Partial<FactorContrast>) => ({
    contrast: { ...contrast, ...changes },
    isAsStated,
  });
  const { settled = [], definitions = [] } = specification;
  if (settled.includes("definition")) return [measured({})];
  if (definitions.length > 0)
    return definitions.map(({ definition, of: other }) =>
      measured({ of: other, specification: chosen(specification, { definition }) }),
    );
  const by = typeof of === "string" ? deadBy(of) : undefined;
  if (by === undefined) return [measured({})];
  return (Object.keys(definitionNames) as DeadBy[]).map((measure) => measured({ of: measure }));
}

interface Arms {
  own: readonly ArmRuns[];
  pool: readonly ArmRuns[];
}

/** Under each rate and each strength of the penalty, where both sides have runs at them. */
function byStrengths(asked: Asked, { contrast, isAsStated }: Way, { own, pool }: Arms): SpecificationRow[] {
  const sides = sidesOf(contrast, own);
  const [more, less] = selectorsOf(contrast, own);
  const isWhole = (found: Sides) =>
    signature(found.more, more) === signature(sides.more, more) &&
    signature(found.less, less) === signature(sides.less, less);
  const main = trained(sides);
  const rows = isAsStated && !isEmpty(main) && isWhole(main) ? [decided(asked, contrast, main)] : [];
  const rateOf = rateNamer(contrast);
  const kept = pool.filter(({ arm, runs }) => runs.length > 0 && (!arm.supporting || isScreening({ arm })));
  // Of a setting both sides are of the same kind, the last that there is: what comes first in the list counts.
  for (const kind of ["screened", "studied", "tuned"]) {
    const images = kept.filter((item) => kindOf(item) === kind);
    for (const [, at] of grouped(images, rateOf)) {
      const free = at.filter(({ arm }) => arm.lambda === 0);
      const penalized = grouped(
        at.filter(({ arm }) => arm.lambda > 0),
        strengthOf,
      );
      const strengths =
        isUnpenalized(more) && isUnpenalized(less) ? [[]] : penalized.map(([, items]) => items);
      for (const strength of strengths) {
        const items = [...free, ...strength];
        const found = { more: select(items, under(more)), less: select(items, under(less)) };
        if (!isEmpty(found) && isWhole(found) && areApart(contrast, found))
          rows.unshift(decided(asked, contrast, found));
      }
    }
  }
  return rows;
}

/** What runs are for: screened ones are judged by held-out images; tuned and others have seeds of their own. */
const kindOf = (item: ArmRuns): "screened" | "studied" | "tuned" =>
  isScreening(item) ? "screened" : item.arm.family === undefined ? "studied" : "tuned";

/** By every rule of holding something equal. */
function byMatching(asked: Asked, { contrast }: Way, { own }: Arms): SpecificationRow[] {
  const { pairing, of } = contrast;
  const by = (typeof of === "string" ? deadBy(of) : undefined) ?? "deadByActivation";
  const planned = sidesOf(contrast, own);
  const sides = trained(planned);
  if (isEmpty(sides)) return [];
  if (lackingLevel(contrast, planned.more, sides.more) || lackingLevel(contrast, planned.less, sides.less))
    return [];
  const arms = [...sides.more, ...sides.less];
  return (pairing?.rules ?? matchingRules).map((rule) => {
    const { matching, unit = asked.unit, smallestEffect = asked.smallestEffect } = rule;
    const comparison = `${words(contrast)}, at ${matching}: ${labels(sides.more)} against ${labels(sides.less)}.`;
    const verdict = decidePairs({
      ...asked,
      ...{ unit, smallestEffect, comparison, arms },
      pair: rule.pair(sides, by),
    });
    return rowOf(verdict, { ...choicesOf(contrast, sides), matching });
  });
}

function decided(asked: Asked, contrast: FactorContrast, sides: Sides): SpecificationRow {
  const { pairing = bySeed, of } = contrast;
  const measure = (run: Run) => measures[of as keyof typeof measures].of(run);
  const both = typeof of === "string" ? ([measure, measure] as const) : of;
  const pair: PairedComparison["pair"] = pairing.pair(sides, both);
  const isPaired = contrast.less !== undefined;
  const verdict = decidePairs({
    ...asked,
    comparison: `${words(contrast)}: ${labels(sides.more)}${isPaired ? ` against ${labels(sides.less)}` : ""}.`,
    arms: [...new Set([...sides.more, ...sides.less])],
    pair,
  });
  return rowOf(verdict, choicesOf(contrast, sides));
}

const words = ({ of }: FactorContrast): string => {
  const text = typeof of === "string" ? measures[of].words : "the main contrast's measure";
  return capitalized(text);
};

const labels = (arms: readonly ArmRuns[]): string =>
  arms.length > 3 ? `${arms.length} arms` : arms.map(({ arm }) => arm.label).join(" and ");

/** Of both sides the arms that have runs. */
export const trained = ({ more, less }: Sides): Sides => ({
  more: more.filter(({ runs }) => runs.length > 0),
  less: less.filter(({ runs }) => runs.length > 0),
});

const isEmpty = ({ more, less }: Sides): boolean => more.length === 0 || less.length === 0;

/** Whether the sides are two, where the contrast has two. */
const areApart = ({ less }: FactorContrast, sides: Sides): boolean =>
  less === undefined || sides.more.every((item) => !sides.less.includes(item));

/** What each side is chosen by, with the level of the study's first arm in place of the rule that asks for it. */
function selectorsOf(
  { among, more, less = more }: FactorContrast,
  own: readonly ArmRuns[],
): [Selector, Selector] {
  const first = own[0] && factorsOf(own[0].arm.config);
  const resolved = (selector: Selector): Selector =>
    Object.fromEntries(
      Object.entries(selector).map(([factor, choice]) => [
        factor,
        choice === asFirst && first ? first[factor as keyof Factors] : choice,
      ]),
    );
  return [resolved({ ...among, ...more }), resolved({ ...among, ...less })];
}

/** Whether a side is one without a penalty. */
const isUnpenalized = ({ lambda, penalty }: Selector): boolean =>
  lambda === 0 || lambda === lowest || penalty === "none";

/** A side among arms of one rate, without a penalty and at one strength; one without a penalty stays without. */
function under(selector: Selector): Selector {
  const { rate: _, lambda: __, penalty: ___, ...rest } = selector;
  return { ...rest, penalty: isUnpenalized(selector) ? "none" : not("none") };
}

/** Factors of which a side may have other levels under another penalty: those taken at an end of what there is, and the varied. */
const isFree = (factor: string, choice: unknown): boolean =>
  factor === "lambda" || factor === "rate" || factor === "penalty" || choice === highest || choice === lowest;

/** Which levels a side has of the factors that it is chosen by: a mean over fewer would be another claim's. */
function signature(side: readonly ArmRuns[], selector: Selector): string {
  const factors = Object.entries(selector).flatMap(([factor, choice]) =>
    isFree(factor, choice) ? [] : [factor as keyof Factors],
  );
  return JSON.stringify(factors.map((factor) => [...levelsOf(side, factor)].sort()));
}

/** Items by a name, in order of first appearance. */
function grouped(
  items: readonly ArmRuns[],
  nameOf: (item: ArmRuns) => string,
): [name: string, items: ArmRuns[]][] {
  const names = [...new Set(items.map(nameOf))];
  return names.map((name) => [name, items.filter((item) => nameOf(item) === name)]);
}
