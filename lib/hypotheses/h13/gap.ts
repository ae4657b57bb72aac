import type { Run } from "../../runs/record.js";
import { between, mean } from "../../statistics.js";
import type { ArmRuns } from "../../study/arm.js";
import { completedRuns } from "../../study/describe.js";
import type { GapRow } from "../../study/rows.js";
import { hasSeed } from "../frontier.js";
import { adaptiveOptimizers } from "../optimizer-settings.js";
import { seedsIn } from "../select.js";
import { haveFamilies, ofFamily } from "../tuned.js";

/** Filters that an arm's network starts with. */
export const filtersOf = ({ arm }: ArmRuns): number =>
  arm.config.model.widths.reduce((sum, width) => sum + width, 0);

const errorOf = ({ record }: Run): number => 100 * record.final.testError;
const deadOf = ({ record }: Run): number => 100 * record.final.deadByActivation;

/** Filters that are active at the end. */
export const survivorsOf = ({ record: { model, final } }: Run): number =>
  (1 - final.deadByActivation) * model.layers.reduce((sum, { filters }) => sum + filters, 0);

/** What a gap is taken between. */
export interface GapParts {
  /** SGD with momentum: of full width, and narrower. */
  plain: ArmRuns[];
  narrow: ArmRuns[];
  /** Each adaptive method with L2, of full width. */
  adaptive: ArmRuns[][];
}

/** The parts of H13's runs at one rate. */
export interface GapStudy extends GapParts {
  /** All networks of full width. */
  full: ArmRuns[];
}

const adaptiveFamilies = adaptiveOptimizers.map((name) => `${name}, L2`);
const narrowFamilies = [75, 50, 25].map((share) => `SGD+momentum, L2, ${share} % as wide`);

/** Families that H13 compares where they were tuned. */
export const gapFamilies = ["SGD+momentum, L2", ...narrowFamilies, ...adaptiveFamilies];

/** Each family at its most accurate setting, which held-out images chose; undefined where nothing was tuned. */
export function tunedStudyOfGap(runs: readonly ArmRuns[]): GapParts | undefined {
  if (!haveFamilies(runs, gapFamilies)) return undefined;
  const best = (name: string) => ofFamily(runs, name).slice(0, 1);
  const plain = best("SGD+momentum, L2");
  return {
    plain,
    narrow: narrowFamilies.flatMap(best),
    adaptive: adaptiveFamilies.map(best).filter((own) => own.length > 0),
  };
}

/** Splits H13's runs; arms without runs are left out. */
export function studyOfGap(runs: readonly ArmRuns[]): GapStudy {
  const usual = runs.filter(({ arm: { family } }) => family === undefined);
  const most = Math.max(...usual.map(filtersOf));
  const trained = usual.filter(({ runs: own }) => own.length > 0);
  const full = trained.filter((item) => filtersOf(item) === most);
  const of = (name: string, items: ArmRuns[]) =>
    items.filter(
      ({ arm: { optimizer, lambda, config } }) =>
        optimizer === name && (lambda === 0 || config.penalty.kind === "l2"),
    );
  return {
    full,
    plain: of("SGD+momentum", full),
    narrow: of(
      "SGD+momentum",
      trained.filter((item) => filtersOf(item) < most),
    ),
    adaptive: adaptiveOptimizers.map((name) => of(name, full)).filter((own) => own.length > 0),
  };
}

/** Of the arms of each size of the network the one with the lowest mean test error, largest first. */
export function mostAccurateBySize(arms: readonly ArmRuns[]): ArmRuns[] {
  const error = (item: ArmRuns) => mean(completedRuns(item).map(errorOf));
  const sizes = [...new Set(arms.map(filtersOf))].sort((a, b) => b - a);
  return sizes.flatMap((size) => {
    const own = arms.filter((item) => filtersOf(item) === size && Number.isFinite(error(item)));
    return own.length > 0 ? [own.reduce((a, b) => (error(b) < error(a) ? b : a))] : [];
  });
}

export interface Gaps {
  /** Test error, points, lost to the most accurate run of SGD. */
  best: number;
  /** To SGD in a narrower network that has as many filters alive; NaN beyond the narrowest. */
  equal: number;
  /** To SGD of full width that has lost as many filters to its penalty; NaN beyond the strongest. */
  penalized: number;
}

/**
 * What one seed of a method, at its most accurate penalty, loses in test error to SGD. Between networks of SGD with
 * different survivors the error is taken on a straight line. NaN where a run is missing.
 */
export function gapsOf(
  own: readonly ArmRuns[],
  { plain, narrow, seed }: { plain: readonly ArmRuns[]; narrow: readonly ArmRuns[]; seed: number },
): Gaps {
  const lost = { best: Number.NaN, equal: Number.NaN, penalized: Number.NaN };
  const of = (arms: readonly ArmRuns[]) =>
    arms.flatMap(completedRuns).filter(({ record }) => record.seed === seed);
  const [mine, theirs] = [of(own), of(plain)];
  if (mine.length === 0 || theirs.length === 0 || !hasSeed([...own, ...plain, ...narrow], seed)) return lost;
  const best = mostAccurate(mine);
  const reference = mostAccurate(theirs);
  const sizes = [...new Set(narrow.map(filtersOf))].map((size) =>
    of(narrow.filter((item) => filtersOf(item) === size)),
  );
  const bySurvivors = [reference, ...sizes.filter((runs) => runs.length > 0).map(mostAccurate)];
  // Who has more filters alive than the reference is compared with the reference itself.
  const survivors = Math.min(survivorsOf(best), survivorsOf(reference));
  return {
    best: errorOf(best) - errorOf(reference),
    equal:
      narrow.length === 0
        ? Number.NaN
        : errorOf(best) -
          between(
            bySurvivors.map((run) => [survivorsOf(run), errorOf(run)]),
            survivors,
          ),
    penalized:
      errorOf(best) -
      between(
        theirs.map((run) => [deadOf(run), errorOf(run)]),
        deadOf(best),
      ),
  };
}

/** Gaps of every adaptive method by seed: what the verdict is a mean of at one rate each. */
export const gapTable = (runs: readonly ArmRuns[]): GapRow[] => gapRows(studyOfGap(runs));

/** The same where each was tuned; none where nothing was. */
export const tunedGapTable = (runs: readonly ArmRuns[]): GapRow[] => {
  const parts = tunedStudyOfGap(runs);
  return parts ? gapRows(parts) : [];
};

function gapRows({ plain, narrow, adaptive }: GapParts): GapRow[] {
  return adaptive.flatMap((own) =>
    seedsIn([...own, ...plain]).map((seed) => ({
      optimizer: own[0]!.arm.optimizer,
      seed,
      ...gapsOf(own, { plain, narrow, seed }),
    })),
  );
}

const mostAccurate = (runs: readonly Run[]): Run => runs.reduce((a, b) => (errorOf(b) < errorOf(a) ? b : a));
