import { scaledBasicNetWidths } from "../../models/widths.js";
import type { Arm } from "../../study/arm.js";
import { type ArmChanges, arm, l2, vary } from "../arms.js";
import type { ArmOptions } from "../hypothesis.js";
import { optimizerSetting, type StudiedOptimizer } from "../optimizer-settings.js";
import { scaleDefaults } from "../scales.js";

/** One step of the way from `lite` to `reduced`: what it changes, and it keeps what those before it changed. */
export interface Rung {
  /** As a part of a command: "ladder-images". */
  name: string;
  /** What is new on it, on an axis. */
  title: string;
  /** What is still as at `lite` scale. */
  asLite: { images: boolean; size: boolean; steps: boolean; rate: boolean };
  /** One seed is enough, since each run takes long: it shows whether something turns here. The ends and the cheap rungs have all. */
  supporting: boolean;
}

const lite = { images: true, size: true, steps: true, rate: true };

/** From `lite`, the lowest, to `reduced`. */
export const rungs: readonly Rung[] = [
  { name: "lite", title: "lite", asLite: lite, supporting: false },
  { name: "images", title: "50,000 images", asLite: { ...lite, images: false }, supporting: false },
  {
    name: "size",
    title: "32\u00d732 pixels",
    asLite: { ...lite, images: false, size: false },
    supporting: false,
  },
  {
    name: "steps",
    title: "50,000 steps",
    asLite: { ...lite, images: false, size: false, steps: false },
    supporting: true,
  },
  {
    name: "reduced",
    title: "Adam's rate 1e-3: reduced",
    asLite: { images: false, size: false, steps: false, rate: false },
    supporting: false,
  },
];

/** Strengths of L2 that both ends have among H1's. */
export const strengths = { Adam: [0, 1e-4, 1e-3], "SGD+momentum": [0, 1e-3, 5e-3] } as const;
export type Compared = keyof typeof strengths;

/** Widths beside the ends' own, and the strength that both ends have them at. */
export const widths = { multipliers: [1 / 8, 1 / 2], lambda: 1e-3 };

/** Network slimming that `reduced` has, so that nothing is added where a run takes long; its fine-tuning has this share of the steps. */
const slimming = {
  lambdas: { Adam: 1e-4, "SGD+momentum": 5e-4 },
  ...{ l1Gamma: 1e-3, shares: [0.5, 0.7], fineTuning: 0.4 },
};

/**
 * The arms of a rung: H1's contrast under both optimizers, from whose runs H4's profile comes too, and as few more as H11's
 * widths and H12's network slimming take. The lowest rung's are those of `lite` scale, the highest one's those of `reduced`.
 */
export function rungArms({ dataset }: Omit<ArmOptions, "scale">, rung: Rung): Arm[] {
  const { asLite, supporting } = rung;
  const base: ArmOptions = { scale: rung.name === "lite" ? "lite" : "reduced", ...(dataset && { dataset }) };
  const start = scaleDefaults.lite;
  const steps = asLite.steps ? start.steps : scaleDefaults.reduced.steps;
  const ofRung = (name: StudiedOptimizer): ArmChanges => ({
    steps,
    optimizer: optimizerSetting(asLite.rate ? "lite" : "reduced", name).optimizer,
    dataset: {
      ...(asLite.images && { trainImages: start.dataset.trainImages }),
      ...(asLite.size && { size: start.dataset.size }),
    },
    note: rung.title,
    supporting,
  });
  const optimizers = Object.keys(strengths) as Compared[];
  return [
    ...optimizers.flatMap((name) => vary(base, name, l2(...strengths[name]), [ofRung(name)])),
    ...vary(
      base,
      "Adam",
      l2(widths.lambda),
      [ofRung("Adam")],
      widths.multipliers.map((multiplier) => ({
        model: { widths: scaledBasicNetWidths(multiplier) },
        note: `width 1/${1 / multiplier}`,
      })),
    ),
    ...optimizers.flatMap((name) => slimmedArms(base, name, ofRung(name), steps)),
  ];
}

/** A network trained with L1 on gamma, and what is left of it when shares of its filters are cut, fine-tuned. */
function slimmedArms(base: ArmOptions, name: Compared, changes: ArmChanges, steps: number): Arm[] {
  const { lambdas, l1Gamma, shares, fineTuning } = slimming;
  const penalty = { lambda: lambdas[name] };
  const slimmed = arm(base, name, { ...changes, penalty: { ...penalty, l1Gamma } });
  return [
    slimmed,
    ...shares.map((share) =>
      arm(base, name, {
        ...changes,
        penalty,
        steps: Math.round(fineTuning * steps),
        start: { run: slimmed.config, prune: { method: "slimming", share } },
      }),
    ),
  ];
}
