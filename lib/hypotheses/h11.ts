import type { NamedFigure } from "../figures/figure.js";
import {
  type CapacitySeries,
  deadShareByCapacity,
  deadShareByLayer,
  survivorsByLayer,
} from "../figures/index.js";
import { scaledBasicNetWidths } from "../models/widths.js";
import { shortNumber } from "../runs/describe.js";
import type { Run } from "../runs/record.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { arm } from "./arms.js";
import type { ArmOptions, Hypothesis, Verdict } from "./hypothesis.js";
import { armWhere, deadByActivation } from "./select.js";
import { decide } from "./verdict.js";

/** Width multipliers of BasicNet, the scale's own among them. */
const multipliers: Record<Scale, number[]> = {
  smoke: [1 / 16, 1 / 8],
  quick: [1 / 16, 1 / 8],
  lite: [1 / 8, 1 / 4, 1 / 2, 1],
  paper: [1 / 4, 1 / 2, 1],
};

/** A verdict takes three seeds; the full width at lite scale is shown by one, for its cost. */
const costly = 1;

/** H11: how the dead share moves with capacity. */
export const h11: Hypothesis = {
  id: "h11",
  notebook: "11-capacity",
  title: "Capacity: dead share and surviving filters against width and depth",
  question: "Do wider networks lose a larger or a smaller share of their filters, and how many survive?",
  claim: "The smaller the network, the larger the share of its filters that dies.",
  arms,
  figures: (runs) => figuresOf(atUsualPenalty(runs)),
  verdict: (runs, scale) =>
    compareSizes(atUsualPenalty(runs), scale, { id: "h11", claim: h11.claim, ...byShare }),
  sideVerdicts: (runs, scale) => [
    compareSizes(atUsualPenalty(runs), scale, {
      id: "h11, survivors",
      claim: "The larger the network, the more of its filters survive in number.",
      measure: survivors,
      share: "number of filters active at the end",
      unit: "filters",
      smallestEffect: 10,
      more: "most",
    }),
    ...compareDepths(atUsualPenalty(runs), scale),
    ...otherPenalties(runs).map((lambda) =>
      compareSizes(
        runs.filter(({ arm: a }) => a.lambda === lambda),
        scale,
        {
          id: `h11, L2 ${shortNumber(lambda)}`,
          claim: `${h11.claim.slice(0, -1)}, under L2 of ${shortNumber(lambda)} too.`,
          ...byShare,
        },
      ),
    ),
  ],
};

const byShare = {
  measure: deadByActivation,
  share: "share of filters inactive by activation",
  unit: "percentage points",
  smallestEffect: 5,
  more: "least",
} as const;

/** The runs that differ in width or depth alone: the first arm has their penalty. */
const atUsualPenalty = (runs: ArmRuns[]): ArmRuns[] =>
  runs.filter(({ arm: a }) => a.lambda === runs[0]!.arm.lambda);

/** Strengths at which the comparison is made again, ascending. */
const otherPenalties = (runs: readonly ArmRuns[]): number[] =>
  [...new Set(runs.map(({ arm: a }) => a.lambda))]
    .filter((lambda) => lambda !== runs[0]!.arm.lambda)
    .sort((a, b) => a - b);

const figuresOf = (runs: ArmRuns[]): NamedFigure[] => [
  {
    name: "dead-share-by-capacity",
    caption:
      "Share and number of filters that are dead and alive by activation at the end of training, against the size of the network, varied in width or in depth.",
    figure: deadShareByCapacity(families(runs)),
  },
  {
    name: "survivors-by-layer",
    caption:
      "Number of filters of each layer that some training image activates at the end, for BasicNets of seven layers by their width.",
    figure: survivorsByLayer(
      runs.filter(({ arm: a }) => depth(a) === usualDepth),
      { name: ({ arm: a }) => `${size(a).toLocaleString("en")} filters` },
    ),
  },
  {
    name: "dead-share-by-layer",
    caption: "Share of filters in each layer that are inactive by activation at the end of training.",
    figure: deadShareByLayer(runs, { measure: "activation" }),
  },
];

/** Layers of BasicNet. */
const usualDepth = 7;

const depth = ({ config }: Arm): number => config.model.widths.length;
const size = ({ config }: Arm): number => config.model.widths.reduce((sum, width) => sum + width, 0);

/** Filters that are active at the end. */
const survivors = ({ record: { model, final } }: Run): number =>
  (1 - final.deadByActivation) * model.layers.reduce((sum, { filters }) => sum + filters, 0);

interface SizeComparison extends Pick<Verdict, "id" | "claim" | "unit" | "smallestEffect"> {
  measure: (run: Run) => number;
  /** The measure in words. */
  share: string;
  /** Which network the claim says has more of it. */
  more: "least" | "most";
}

/** The smallest against the largest network of those that differ in width and have all seeds. */
function compareSizes(
  runs: readonly ArmRuns[],
  scale: Scale,
  { share, more, ...claim }: SizeComparison,
): Verdict {
  const compared = runs.filter(({ arm: a }) => depth(a) === usualDepth && !a.supporting);
  const sizes = compared.map(({ arm: a }) => size(a));
  const of = (filters: number) =>
    armWhere("h11", compared, `BasicNet of ${filters} filters`, (a) => size(a) === filters);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const [first, second] = more === "least" ? [least, most] : [most, least];
  return decide({
    ...claim,
    comparison: `BasicNet of ${first} filters against ${second}, Adam with the same L2: ${share}.`,
    more: of(first),
    less: of(second),
    scale,
  });
}

/** The shallowest against the deepest network, where depth varies. */
function compareDepths(runs: readonly ArmRuns[], scale: Scale): Verdict[] {
  const depths = runs.map(({ arm: a }) => depth(a));
  const [least, most] = [Math.min(...depths), Math.max(...depths)];
  if (least === most) return [];
  const of = (layers: number) =>
    armWhere("h11", runs, `BasicNet of ${layers} layers`, (a) => depth(a) === layers);
  return [
    decide({
      id: "h11, depth",
      claim: "The fewer layers, the larger the share of filters that dies.",
      comparison: `BasicNet of ${least} layers against ${most}, Adam with the same L2: share of filters inactive by activation.`,
      more: of(least),
      less: of(most),
      measure: deadByActivation,
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    }),
  ];
}

function arms(options: ArmOptions): Arm[] {
  const { scale } = options;
  const usual = { smoke: 1e-2, quick: 1e-2, lite: 3e-4, paper: 1e-4 }[scale];
  const make = (widths: number[], note: string, { lambda = usual, supporting = false } = {}) =>
    arm(options, "Adam", { penalty: { lambda }, model: { widths }, note, supporting });
  const ofWidth = (multiplier: number, more?: { lambda?: number; supporting?: boolean }) =>
    make(scaledBasicNetWidths(multiplier), `width ${ratio(multiplier)}`, more);
  const wide = multipliers[scale].map((multiplier) =>
    ofWidth(multiplier, { supporting: scale === "lite" && multiplier === costly }),
  );
  if (scale !== "lite" && scale !== "paper") return wide;
  const own = scaledBasicNetWidths(scale === "lite" ? 1 / 4 : 1);
  const deep = [make(own.slice(0, 5), "5 layers"), make([...own, ...own.slice(-2)], "9 layers")];
  if (scale === "paper") return [...wide, ...deep];
  // The verdict went against the claim: does it hang on the one strength of the penalty?
  const again = [1e-4, 1e-3].flatMap((lambda) => [1 / 8, 1 / 4].map((width) => ofWidth(width, { lambda })));
  return [...wide, ...deep, ...again];
}

/** BasicNets of seven layers by width; and of several depths at the width that those of another depth have. */
function families(runs: ArmRuns[]): CapacitySeries[] {
  const deeper = runs.find(({ arm: a }) => depth(a) !== usualDepth)?.arm;
  const width = runs.filter(({ arm: a }) => depth(a) === usualDepth);
  const sameWidth = runs.filter(({ arm: a }) => a.config.model.widths[0] === deeper?.config.model.widths[0]);
  return [
    { name: "7 layers, width varied", arms: width },
    ...(deeper ? [{ name: "same width, 5, 7 and 9 layers", arms: sameWidth }] : []),
  ];
}

const ratio = (multiplier: number): string => (multiplier === 1 ? "1" : `1/${Math.round(1 / multiplier)}`);
