import { capitalized } from "../capitalized.js";
import { datasetTitle } from "../study/describe.js";
import { atMatchedError, type DeadBy, type Envelope, errorMargin } from "../study/envelope.js";
import type { StudyRuns } from "../study/study-runs.js";
import type { ClaimSource } from "./claim.js";
import { type FactorContrast, type OwnContrast, type OwnSpecification, pairsOfSides } from "./contrast.js";
import { familyPairs, type HeldEqual, type HeldEqualName, heldEqual, meanSides } from "./held-equal.js";
import { definitionNames } from "./specification/definitions.js";
import { margins, marginWords } from "./specification/margins.js";
import { haveFamilies } from "./tuned.js";

export interface FamilyContrastOptions {
  id?: string;
  claim?: string;
  source?: ClaimSource;
  /** Families in which the claim says that more filters die, each against each of ... */
  more: readonly string[];
  /** ... those in which it says that fewer do. */
  less: readonly string[];
  /** What is held equal. */
  held: HeldEqualName;
  /** Default: by activation. */
  by?: DeadBy;
  /** Hypothesis' id, for errors. */
  of: string;
  /** What is compared at scales where nothing was tuned. Default: such a scale does not have this contrast. */
  untuned?: FactorContrast;
}

/** A contrast between families, each tuned over its rates and penalties on held-out images. */
export interface FamilyContrast extends OwnContrast {
  families: Pick<FamilyContrastOptions, "more" | "less" | "held">;
  untuned?: FactorContrast;
}

/**
 * Families of settings against each other with something held equal: the mean over all pairs, one of each side, that can be
 * compared so with every seed.
 */
export function familyContrast({
  more,
  less,
  held,
  by,
  of: hypothesis,
  untuned,
  ...about
}: FamilyContrastOptions): FamilyContrast {
  const rule = heldEqual[held];
  const named = [...more, ...less];
  const isTuned = (runs: StudyRuns) => haveFamilies(runs, named);
  return {
    ...about,
    unit: rule.unit,
    smallestEffect: rule.smallestEffect,
    families: { more, less, held },
    ...(untuned && { untuned, rerun: untuned }),
    when: (runs) => isTuned(runs) || untuned !== undefined,
    specifications: (runs) => familySpecifications(runs, { more, less, held, ...(by && { by }) }),
    pairs(runs) {
      if (untuned && !isTuned(runs)) return pairsOfSides(hypothesis, untuned, runs);
      const pairs = familyPairs(more, less);
      const { of, compared } = meanSides(runs, pairs, rule, by);
      const left = pairs.filter(
        (pair) => !compared.some((one) => one.more === pair.more && one.less === pair.less),
      );
      return {
        comparison:
          `${capitalized(joined(more))} against ${joined(less)}, each over learning rates and penalties that were tuned on held-out training images, ${rule.words}: ${rule.measured}` +
          `${pairs.length > 1 ? `, mean over ${compared.length} pairs` : ""}.` +
          (left.length > 0 && compared.length > 0
            ? ` Left out, since they have nothing in common: ${left.map((pair) => `${pair.more} and ${pair.less}`).join("; ")}.`
            : ""),
        arms: runs.filter(({ arm: { family } }) => family !== undefined && named.includes(family)),
        pair: of,
      };
    },
  };
}

/** "A", "A and B", "A; B; C" where names have commas of their own. */
const joined = (names: readonly string[]): string =>
  names.length <= 2 ? names.join(" and ") : `the mean of ${names.join("; ")}`;

type Asked = Pick<FamilyContrastOptions, "more" | "less" | "held" | "by">;

/**
 * The same families, of `more` those that are tuned at the runs' scale, with everything held equal that can be, by both
 * definitions of dead. None where nothing is tuned.
 */
function familySpecifications(
  runs: StudyRuns,
  { more, less, held, by = "deadByActivation" }: Asked,
): OwnSpecification[] {
  const tuned = more.filter((family) => haveFamilies(runs, [family, ...less]));
  if (tuned.length === 0) return [];
  const pairs = familyPairs(tuned, less);
  const named = [...tuned, ...less];
  const isWhole = tuned.length === more.length;
  const arms = runs.filter(({ arm: { family } }) => family !== undefined && named.includes(family));
  return (Object.keys(definitionNames) as DeadBy[]).flatMap((measure) =>
    rulesOfSpecifications.map(
      ({ name, matching, rule }): OwnSpecification => ({
        choices: {
          ...{ penalty: "tuned", rate: "tuned", definition: definitionNames[measure], matching },
          ...(more.length > 1 && { optimizer: isWhole ? everyMethod : tuned.map(methodOf).join(" and ") }),
          data: datasetTitle(arms[0]!.arm.config.dataset.name),
        },
        isMain: isWhole && name === held && measure === by,
        unit: rule.unit,
        smallestEffect: rule.smallestEffect,
        pairs: {
          comparison: `${capitalized(joined(tuned))} against ${joined(less)}, tuned on held-out training images, ${matching}, deaths counted ${definitionNames[measure]}.`,
          arms,
          pair: meanSides(runs, pairs, rule, measure).of,
        },
      }),
    ),
  );
}

/** How a specification curve names all methods of a claim's side together, beside one of them. */
export const everyMethod = "mean over methods";

/** "Adam" of "Adam, L2". */
const methodOf = (family: string): string => family.split(",", 1)[0]!;

/** What is held equal in a verdict, and the margins around it. */
const rulesOfSpecifications: readonly { name?: HeldEqualName; matching: string; rule: HeldEqual }[] = [
  ...margins.map((margin) => ({
    matching: marginWords(margin),
    rule: {
      ...heldEqual.testError,
      sides: (more: Envelope, less: Envelope) => atMatchedError(more, less, margin),
    },
    ...(margin === errorMargin && { name: "testError" as const }),
  })),
  { name: "deadShare", matching: "equal dead share", rule: heldEqual.deadShare },
  { name: "best", matching: "each at its best", rule: heldEqual.best },
];
