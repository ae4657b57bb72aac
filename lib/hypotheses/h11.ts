import {
  type CapacitySeries,
  deadShareByCapacity,
  deadShareByLayer,
  survivorsByLayer,
} from "../figures/index.js";
import { scaledBasicNetWidths } from "../models/widths.js";
import { shortNumber } from "../runs/describe.js";
import type { Arm, Scale } from "../study/arm.js";
import { factorsOf } from "../study/factors.js";
import { asFirst, highest, lowest, not, type StudyRuns } from "../study/study-runs.js";
import { type ArmChanges, l2, usualL2, vary } from "./arms.js";
import { type FactorContrast, levelText, type Sides } from "./contrast.js";
import type { ArmOptions } from "./hypothesis.js";
import { study } from "./study.js";

/** Width multipliers of BasicNet, the scale's own among them. */
const multipliers: Record<Scale, number[]> = {
  smoke: [1 / 16, 1 / 8],
  quick: [1 / 16, 1 / 8],
  lite: [1 / 8, 1 / 4, 1 / 2, 1],
  reduced: [1 / 16, 1 / 8, 1 / 4, 1 / 2],
  paper: [1 / 4, 1 / 2, 1],
};

/** A verdict takes three seeds; the widest is shown by one, for its cost. */
const costly: Partial<Record<Scale, number>> = { lite: 1, reduced: 1 / 2 };

/** Layers of BasicNet. */
const usualDepth = 7;

/** The strength of the penalty at which width and depth vary. */
const usual = { lambda: asFirst };

const sizes =
  (share: string) =>
  ({ more, less }: Sides): string =>
    `BasicNet of ${levelText(more, "filters")} filters against ${levelText(less, "filters")}, Adam with the same L2: ${share}.`;

/** The smallest against the largest network of those that differ in width and have all seeds. */
const smallAgainstLarge: FactorContrast = {
  among: { ...usual, layers: usualDepth },
  more: { filters: lowest },
  less: { filters: highest },
  of: "deadByActivation",
  comparison: sizes("share of filters inactive by activation"),
  page: { words: ["in the smaller network", "in the larger"] },
};

/** Strengths at which the comparison is made again at lite scale: does the verdict hang on the one? */
const again = [1e-4, 1e-3] as const;

const under = (lambda: number): FactorContrast => ({
  ...smallAgainstLarge,
  id: `L2 ${shortNumber(lambda)}`,
  claim: `The smaller the network, the larger the share of its filters that dies, under L2 of ${shortNumber(lambda)} too.`,
  at: ["lite"],
  among: { lambda, layers: usualDepth },
});

/** H11: how the dead share moves with capacity. */
export const h11 = study({
  id: "h11",
  notebook: "11-capacity",
  title: "Capacity: width and depth",
  question: "Do wider networks lose a larger or a smaller share of their filters, and how many survive?",
  claim: "The smaller the network, the larger the share of its filters that dies.",
  source: "notes",
  answers: {
    supported:
      "Wider networks lose the smaller share of their filters: {} less than narrow ones under the same L2.",
    contradicted:
      "Wider networks lose the larger share of their filters: {} more than narrow ones under the same L2.",
    difference: "the difference in dead share between narrow and wide networks",
  },
  arms,
  contrasts: {
    main: smallAgainstLarge,
    survivors: {
      ...smallAgainstLarge,
      id: "survivors",
      claim: "The larger the network, the more of its filters survive in number.",
      more: { filters: highest },
      less: { filters: lowest },
      of: "survivors",
      unit: "filters",
      smallestEffect: 10,
      comparison: sizes("number of filters active at the end"),
    },
    depth: {
      id: "depth",
      claim: "The fewer layers, the larger the share of filters that dies.",
      at: ["lite", "paper"],
      among: usual,
      more: { layers: lowest },
      less: { layers: highest },
      of: "deadByActivation",
      comparison: ({ more, less }) =>
        `BasicNet of ${levelText(more, "layers")} layers against ${levelText(less, "layers")}, Adam with the same L2: share of filters inactive by activation.`,
    },
    weaker: under(again[0]),
    stronger: under(again[1]),
  },
  figures: {
    "dead-share-by-capacity": {
      caption:
        "Share and number of filters that are dead and alive by activation at the end of training, against the size of the network, varied in width or in depth.",
      of: (runs) => deadShareByCapacity(families(runs.where(usual))),
    },
    "survivors-by-layer": {
      caption:
        "Number of filters of each layer that some training image activates at the end, for BasicNets of seven layers by their width.",
      of: (runs) =>
        survivorsByLayer(runs.where({ ...usual, layers: usualDepth }), {
          name: ({ arm: { config } }) => `${factorsOf(config).filters.toLocaleString("en")} filters`,
        }),
    },
    "dead-share-by-layer": {
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      of: (runs) => deadShareByLayer(runs.where(usual), { measure: "activation" }),
    },
  },
});

function arms(options: ArmOptions): Arm[] {
  const { scale } = options;
  const ofWidth = (multiplier: number): ArmChanges => ({
    model: { widths: scaledBasicNetWidths(multiplier) },
    note: `width ${multiplier === 1 ? "1" : `1/${Math.round(1 / multiplier)}`}`,
    supporting: multiplier === costly[scale],
  });
  const own = scaledBasicNetWidths(scale === "paper" ? 1 : 1 / 4);
  const deep: ArmChanges[] = [
    { model: { widths: own.slice(0, 5) }, note: "5 layers" },
    { model: { widths: [...own, ...own.slice(-2)] }, note: "9 layers" },
  ];
  return [
    ...vary(options, "Adam", l2(usualL2[scale]), [
      ...multipliers[scale].map(ofWidth),
      ...(scale === "lite" || scale === "paper" ? deep : []),
    ]),
    ...(scale === "lite" ? vary(options, "Adam", l2(...again), [1 / 8, 1 / 4].map(ofWidth)) : []),
  ];
}

/** BasicNets of seven layers by width; and of several depths at the width that those of another depth have. */
function families(runs: StudyRuns): CapacitySeries[] {
  const [deeper] = runs.where({ layers: not(usualDepth) });
  const first = deeper?.arm.config.model.widths[0];
  const sameWidth = runs.filter(({ arm }) => arm.config.model.widths[0] === first);
  return [
    { name: "7 layers, width varied", arms: runs.where({ layers: usualDepth }) },
    ...(deeper ? [{ name: "same width, 5, 7 and 9 layers", arms: sameWidth }] : []),
  ];
}
