import { pruningMethod } from "../../harvest/method.js";
import { scaledBasicNetWidths } from "../../models/widths.js";
import { shortNumber } from "../../runs/describe.js";
import type { Run } from "../../runs/record.js";
import type { Factors } from "../../study/factors.js";
import type { Selector } from "../../study/study-runs.js";
import type { FactorContrast, OwnContrast } from "../contrast.js";
import { deadShareOfHalf } from "../h04.js";
import { equalError, fewestMacs, networksOf } from "../h12/equal-error.js";
import { missingArms } from "../select.js";
import { type Compared, widths } from "./arms.js";

/** What is asked on every rung. */
export interface LadderQuestion {
  /** "Early minus late layers, Adam" */
  title: string;
  /** Whose question it is: "h04". */
  hypothesis: string;
  claim: string;
  unit: string;
  contrast: FactorContrast | OwnContrast;
}

/** Trained from initial weights without a penalty on gamma alone: nothing of network slimming. */
const plain = { l1Gamma: 0, start: "initial weights" } satisfies Selector;
const filtersOf = (multiplier: number): Factors["filters"] =>
  scaledBasicNetWidths(multiplier).reduce((sum, width) => sum + width, 0);
/** Filters of the network that all questions but those of width are asked of. */
const ownFilters = filtersOf(1 / 4);

/** In a panel's title, where there is no room for more; it has momentum on every rung. */
const short = (optimizer: Compared): string => optimizer.replace("+momentum", "");

/** H1: dead with an L2 penalty against none. */
const penaltyKills = (optimizer: Compared, lambda: number): LadderQuestion => ({
  title: `L2 ${shortNumber(lambda)} against none, ${short(optimizer)}`,
  hypothesis: "h01",
  claim: `Under ${optimizer} more filters die with L2 ${shortNumber(lambda)} than without a penalty.`,
  unit: "points dead",
  contrast: {
    among: { ...plain, optimizer, filters: ownFilters },
    more: { lambda },
    less: { lambda: 0 },
    of: "deadByActivation",
    comparison: `${optimizer} with L2 ${shortNumber(lambda)} against ${optimizer} without penalty: share of filters inactive by activation.`,
  },
});

/** H4: dead of the early layers against the late ones; nothing to tell where no filter died. */
function earlyDie(optimizer: Compared, lambda: number): LadderQuestion {
  const share = (half: "early" | "late") => (run: Run) =>
    run.record.final.deadByActivation > 0 ? deadShareOfHalf(run, half) : Number.NaN;
  return {
    title: `Early against late layers, ${short(optimizer)}`,
    hypothesis: "h04",
    claim: `Under ${optimizer} with L2 ${shortNumber(lambda)} early layers lose a larger share of their filters than late ones.`,
    unit: "points dead",
    contrast: {
      more: { ...plain, optimizer, lambda, filters: ownFilters },
      of: [share("early"), share("late")],
      comparison: `${optimizer} with L2 ${shortNumber(lambda)}: share of filters inactive by activation in the first half of the layers against the second half.`,
    },
  };
}

/** H11: dead of a narrow network against a wide one. */
const smallDie = (narrow: number, wide: number): LadderQuestion => ({
  title: `Width 1/${1 / narrow} against 1/${1 / wide}, Adam`,
  hypothesis: "h11",
  claim: "The smaller the network, the larger the share of its filters that dies.",
  unit: "points dead",
  contrast: {
    among: { ...plain, optimizer: "Adam", lambda: widths.lambda },
    more: { filters: filtersOf(narrow) },
    less: { filters: filtersOf(wide) },
    of: "deadByActivation",
    comparison: `BasicNet/${1 / narrow} against BasicNet/${1 / wide}, Adam with L2 ${shortNumber(widths.lambda)}: share of filters inactive by activation.`,
  },
});

const methods = ["network slimming", "implicit"] as const;

/** H12: multiply-accumulates that network slimming leaves at equal error, against those of cutting what died. */
const cutting = (optimizer: Compared): LadderQuestion => ({
  title: `Slimming against implicit, ${short(optimizer)}`,
  hypothesis: "h12",
  claim: `Cutting the filters that died by themselves under ${optimizer} is at par with network slimming or better.`,
  unit: "log2 of MACs",
  contrast: {
    unit: "log2 of MACs",
    smallestEffect: -0.25,
    pairs(runs) {
      const own = runs.where({ optimizer, filters: ownFilters }).filter((item) => item.runs.length > 0);
      const families = methods.map((method) =>
        own.filter(({ arm: { config } }) => pruningMethod(config) === method),
      );
      if (families.some((family) => family.length === 0)) throw missingArms("h12", { optimizer });
      const arms = families.flat();
      const [network] = networksOf(arms);
      return {
        arms,
        comparison: `Fewest multiply-accumulates (log2) at the lowest test error that both reach and half a point more: network slimming's against those of the implicit method, both with ${optimizer}.`,
        pair(seed) {
          const limit = equalError(arms, { network: network!, seed, methods });
          const [slimmed, implicit] = families.map((family) =>
            Math.log2(fewestMacs(family, { network: network!, seed, limit })),
          );
          return [slimmed!, implicit!];
        },
      };
    },
  },
});

/** In the order of their panels. */
export const ladderQuestions: readonly LadderQuestion[] = [
  penaltyKills("Adam", 1e-3),
  penaltyKills("Adam", 1e-4),
  penaltyKills("SGD+momentum", 5e-3),
  earlyDie("Adam", 1e-3),
  earlyDie("SGD+momentum", 5e-3),
  smallDie(1 / 8, 1 / 4),
  smallDie(1 / 8, 1 / 2),
  cutting("Adam"),
  cutting("SGD+momentum"),
];
