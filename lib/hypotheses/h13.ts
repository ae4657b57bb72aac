import { errorBySurvivors, gapByOptimizer, penaltyGain, type SurvivorPanel } from "../figures/index.js";
import { optimizerLook } from "../figures/looks.js";
import { optimizerStyle } from "../figures/palette.js";
import { mean } from "../statistics.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { groupByOptimizer, penaltySeries } from "../study/series.js";
import { not, type StudyRuns, studyRuns } from "../study/study-runs.js";
import { l2, vary } from "./arms.js";
import type { OwnSpecification, Pairs } from "./contrast.js";
import { narrowed } from "./families.js";
import { h02 } from "./h02.js";
import { h03 } from "./h03.js";
import {
  filtersOf,
  type GapParts,
  gapFamilies,
  gapsOf,
  gapTable,
  mostAccurateBySize,
  studyOfGap,
  tunedGapTable,
  tunedStudyOfGap,
} from "./h13/gap.js";
import type { ArmOptions } from "./hypothesis.js";
import { scaleDefaults } from "./scales.js";
import { missingArms } from "./select.js";
import { study } from "./study.js";

/** Widths of narrower networks for SGD with momentum, of the scale's own, and strengths of L2 that kill few filters. */
const narrower: Record<Scale, { widths: number[]; lambdas: number[] }> = {
  smoke: { widths: [1 / 2], lambdas: [0] },
  quick: { widths: [1 / 2], lambdas: [0] },
  lite: { widths: [3 / 4, 1 / 2, 1 / 4], lambdas: [1e-3, 5e-3] },
  reduced: { widths: [1 / 2, 1 / 4], lambdas: [5e-4] },
  paper: { widths: [3 / 4, 1 / 2, 1 / 4], lambdas: [1e-4, 1e-3] },
};

/** The gap and what is left of it at equally many survivors; undefined without runs to split. */
function gapPairs(parts: GapParts | undefined, said: string): Pairs | undefined {
  if (parts === undefined) return undefined;
  const { plain, narrow, adaptive } = parts;
  if (plain.length === 0) throw missingArms("h13", { optimizer: "SGD+momentum" });
  const methods =
    adaptive.length === 1
      ? `of ${adaptive[0]![0]!.arm.optimizer}`
      : `mean over ${adaptive.length} adaptive methods`;
  return {
    comparison: `Gap in test error to SGD with momentum, ${methods}, ${said}: to the best of SGD, against the gap to SGD in a narrower network with as many filters alive.`,
    arms: [...plain, ...narrow, ...adaptive.flat()],
    pair(seed) {
      const gaps = adaptive.map((own) => gapsOf(own, { plain, narrow, seed }));
      return [mean(gaps.map(({ best }) => best)), mean(gaps.map(({ equal }) => equal))];
    },
  };
}

const tunedWords = "all at the rates and penalties that held-out images chose as the most accurate";
const oneRateWords = "each at one rate and its most accurate penalty";

/** The gap of all adaptive methods and of each, tuned and at one rate. */
function gapSpecifications(runs: StudyRuns): OwnSpecification[] {
  const tuned = tunedStudyOfGap(runs);
  return [
    { rate: "tuned", said: tunedWords, parts: tuned },
    { rate: "one each", said: oneRateWords, parts: studyOfGap(runs) },
  ].flatMap(({ rate, said, parts }) => {
    if (!parts || parts.plain.length === 0 || parts.narrow.length === 0) return [];
    const main = rate === "tuned" || tuned === undefined;
    return [
      {
        choices: { rate, optimizer: "mean of adaptive methods" },
        isMain: main,
        pairs: gapPairs(parts, said)!,
      },
      ...parts.adaptive.map((own) => ({
        choices: { rate, optimizer: own[0]!.arm.optimizer },
        pairs: gapPairs({ ...parts, adaptive: [own] }, said)!,
      })),
    ];
  });
}

/** H13: lost capacity explains a part of the gap in test error between adaptive methods and SGD. */
export const h13 = study({
  id: "h13",
  notebook: "13-generalization-gap",
  title: "Dead capacity and the gap to SGD",
  question:
    "Is the gap in test error between adaptive methods and SGD smaller between networks with equally many survivors?",
  claim:
    "In test error, an adaptive method is closer to SGD with momentum in a network with as many filters alive than to SGD's best.",
  source: "abstract",
  answers: {
    supported: "Yes: between networks with equally many survivors the gap is smaller by {}.",
    contradicted: "No: between networks with equally many survivors the gap is larger by {}.",
    difference: "how much smaller the gap to SGD is between networks with equally many survivors",
  },
  arms,
  families: gapFamilies,
  contrasts: {
    main: {
      smallestEffect: 0.5,
      pairs: (runs) =>
        gapPairs(tunedStudyOfGap(runs), tunedWords) ?? gapPairs(studyOfGap(runs), oneRateWords)!,
      specifications: gapSpecifications,
    },
    adam: {
      id: "Adam",
      claim:
        "In test error, Adam is closer to SGD with momentum in a network with as many filters alive than to SGD's best.",
      smallestEffect: 0.5,
      when: (runs) => tunedStudyOfGap(runs) !== undefined,
      pairs(runs) {
        const all = tunedStudyOfGap(runs)!;
        const adaptive = all.adaptive.filter(([own]) => own?.arm.optimizer === "Adam");
        return gapPairs({ ...all, adaptive }, tunedWords)!;
      },
    },
    atOneRate: {
      id: "at one learning rate each",
      at: ["lite"],
      smallestEffect: 0.5,
      pairs: (runs) => gapPairs(studyOfGap(runs), oneRateWords)!,
    },
  },
  figures: {
    "tuned-gap-by-optimizer": {
      caption:
        "What each adaptive method loses in test error to SGD with momentum: to the best of SGD, and to SGD in a narrower network with as many filters alive. All at the rate and penalty that held-out images chose as the most accurate, the narrower networks too.",
      tuned: true,
      of: (runs) => gapByOptimizer(tunedGapTable(runs)),
    },
    "penalty-gain": {
      caption:
        "Test error without a penalty and at each method's most accurate one, and the share of filters that are dead there.",
      of: (runs) => penaltyGain(studyOfGap(runs).full),
    },
    "error-by-survivors": {
      caption:
        "Test error against the share of filters that survive, by optimizer. In every panel to compare with: SGD with momentum over its penalties, and SGD with momentum in narrower networks that lose hardly any filter.",
      of: (runs) => errorBySurvivors(survivorPanels(runs), runs),
    },
    "gap-by-optimizer": {
      caption:
        "The same at one learning rate each: every adaptive method and SGD at its most accurate penalty there.",
      of: (runs) => gapByOptimizer(gapTable(runs)),
    },
  },
});

/** H2's arms; Adam with decoupled decay from H3's; and SGD with momentum in narrower networks. */
function arms(options: ArmOptions): Arm[] {
  const { widths } = scaleDefaults[options.scale];
  const { widths: shares, lambdas } = narrower[options.scale];
  const narrow = shares.map((share) => ({
    model: { widths: narrowed(widths, share) },
    note: `${Math.round(100 * share)} % as wide`,
  }));
  return [
    ...h02.arms(options),
    ...h03
      .arms(options)
      .filter(({ optimizer, config }) => optimizer === "Adam" && config.penalty.kind === "decoupled"),
    ...vary(options, "SGD+momentum", narrow, l2(...lambdas)),
  ];
}

/** A panel per adaptive method, with both lines of SGD with momentum in it. */
function survivorPanels(runs: readonly ArmRuns[]): SurvivorPanel[] {
  const { plain, narrow, full } = studyOfGap(runs);
  const most = Math.max(...full.map(filtersOf));
  const references = [
    {
      name: "SGD+momentum, stronger penalties",
      style: optimizerStyle("SGD+momentum"),
      arms: penaltySeries(plain).flatMap(({ arms: own }) => own),
    },
    {
      name: "SGD+momentum, narrower networks",
      style: { color: "#262626", symbol: "square", dash: "solid" },
      arms: mostAccurateBySize([...plain, ...narrow]),
    },
  ];
  return groupByOptimizer(studyRuns(full).where({ optimizer: not("SGD", "SGD+momentum") })).map(
    ([name, own]) => ({
      name,
      filters: most,
      references,
      series: penaltySeries(own).map((one) => ({ ...one, style: optimizerLook(one.name) })),
    }),
  );
}
