import type { RunConfigInput } from "../runs/config.js";
import { shortNumber } from "../runs/describe.js";
import { type Arm, confirmationSeedsAt, type Scale } from "../study/arm.js";
import { type ArmChanges, arm } from "./arms.js";
import type { ArmOptions } from "./hypothesis.js";
import { optimizerSetting, type StudiedOptimizer } from "./optimizer-settings.js";
import { scaleDefaults } from "./scales.js";

/**
 * One way to train, over all that it is tuned by. A comparison of optimizers, of forms of the penalty or of normalizations is
 * one of families: each is taken at what it reaches at its best, so that no rate suits one of them alone.
 */
export interface Family {
  /** "Adam, L2" */
  name: string;
  /** Without its learning rate. */
  optimizer: StudiedOptimizer | "Lion" | "Muon";
  penalty: "l2" | "decoupled";
  normalization?: "group" | "layer";
  /** Of the scale's widths, where the network is narrower. */
  width?: number;
  /** Whether only its most accurate setting is confirmed: it is compared by error alone. */
  bestOnly?: boolean;
  /** A factor of about 3 apart. */
  rates: readonly number[];
  /** Shares of the steps over which the rate rises first. */
  warmups: readonly number[];
  /** From none to too much. */
  lambdas: readonly number[];
  /**
   * Least and greatest product of rate and penalty that are screened, beside no penalty; default: all. The product is what a
   * penalty does to a parameter in one of SGD's steps, so that what is left out is far too weak or too strong at its rate.
   */
  products?: readonly [least: number, greatest: number];
  /** Settings set down after those were trained, where they ended before the penalty was too much. Default: none. */
  further?: readonly Pick<Setting, "rate" | "lambda">[];
}

/**
 * Training images held out for tuning. At `lite` the screening trains on as many others as what is confirmed trains on; at
 * `reduced`, where that is all 50,000, on the 45,000 that are left, as many steps.
 */
const heldOut: Partial<Record<Scale, number>> = { lite: 5000, reduced: 5000 };

const withWarmup = [0, 0.1] as const;
const adamRates = [1e-3, 3e-3, 1e-2] as const;
const l2Lambdas = [0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1] as const;

/** What is tuned at `lite` scale, in the order in which it decides verdicts. */
const lite: readonly Family[] = [
  {
    name: "Adam, L2",
    optimizer: "Adam",
    penalty: "l2",
    rates: adamRates,
    warmups: withWarmup,
    lambdas: l2Lambdas,
  },
  {
    name: "SGD+momentum, L2",
    optimizer: "SGD+momentum",
    ...{ penalty: "l2", rates: [0.015, 0.05, 0.15], warmups: [0] },
    lambdas: [0, 5e-4, 1e-3, 3e-3, 5e-3, 1e-2, 1.5e-2, 2e-2, 4e-2],
  },
  {
    name: "Adam, decoupled decay",
    optimizer: "Adam",
    ...{ penalty: "decoupled", rates: adamRates, warmups: withWarmup },
    lambdas: [0, 3e-4, 1e-3, 2e-3, 4e-3, 8e-3],
  },
  {
    name: "SGD+momentum, decoupled decay",
    optimizer: "SGD+momentum",
    ...{ penalty: "decoupled", rates: [0.015, 0.05, 0.15], warmups: [0] },
    lambdas: [0, 1e-3, 2.5e-3, 5e-3, 7e-3, 1e-2],
  },
  {
    name: "RMSProp, L2",
    optimizer: "RMSProp",
    ...{ penalty: "l2", rates: [5e-4, 1.5e-3, 5e-3], warmups: [0], lambdas: l2Lambdas },
  },
  {
    name: "AMSGrad, L2",
    optimizer: "AMSGrad",
    ...{ penalty: "l2", rates: adamRates, warmups: [0], lambdas: l2Lambdas },
  },
  {
    name: "Adamax, L2",
    optimizer: "Adamax",
    ...{ penalty: "l2", rates: adamRates, warmups: [0], lambdas: [0, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1] },
  },
  {
    name: "AdaGrad, L2",
    optimizer: "AdaGrad",
    ...{ penalty: "l2", rates: [1e-2, 3e-2, 0.1], warmups: [0], lambdas: [0, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1] },
  },
  {
    name: "Adadelta, L2",
    optimizer: "Adadelta",
    ...{ penalty: "l2", rates: [0.3, 1, 3], warmups: [0], lambdas: [0, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1] },
  },
  {
    name: "Lion, decoupled decay",
    optimizer: "Lion",
    ...{
      penalty: "decoupled",
      rates: [3e-4, 1e-3, 3e-3],
      warmups: [0],
      lambdas: [0, 1e-3, 3e-3, 1e-2, 2e-2],
    },
  },
  {
    name: "Muon, decoupled decay",
    optimizer: "Muon",
    ...{
      penalty: "decoupled",
      rates: [7e-3, 2e-2, 6e-2],
      warmups: [0],
      lambdas: [0, 1e-3, 3e-3, 1e-2, 2e-2],
    },
  },
  ...[0.75, 0.5, 0.25].map(
    (width): Family => ({
      name: `SGD+momentum, L2, ${100 * width} % as wide`,
      optimizer: "SGD+momentum",
      ...{ penalty: "l2", rates: [0.015, 0.05, 0.15], warmups: [0], lambdas: [0, 1e-3, 3e-3, 1e-2] },
      ...{ width, bestOnly: true },
    }),
  ),
  ...(["group", "layer"] as const).map(
    (normalization): Family => ({
      name: `Adam, L2, ${{ group: "GroupNorm", layer: "LayerNorm" }[normalization]}`,
      optimizer: "Adam",
      ...{
        penalty: "l2",
        normalization,
        rates: adamRates,
        warmups: withWarmup,
        lambdas: [0, 1e-4, 3e-4, 1e-3, 3e-3],
      },
    }),
  ),
  {
    name: "SGD, L2",
    optimizer: "SGD",
    ...{ penalty: "l2", rates: [0.06, 0.2, 0.6], warmups: [0], lambdas: [0, 1e-3, 3e-3, 1e-2, 3e-2] },
  },
];

/**
 * At a tenth of Adam's rates and ten times the steps. A run takes a quarter of an hour, so that there is no warm-up, and at every
 * rate only those penalties that go with it.
 */
const reduced: readonly Family[] = [
  {
    name: "Adam, L2",
    optimizer: "Adam",
    ...{ penalty: "l2", rates: [3e-4, 1e-3, 3e-3], warmups: [0], lambdas: [0, 3e-4, 1e-3, 3e-3, 1e-2] },
    products: [8e-7, 1.2e-5],
  },
  {
    name: "SGD+momentum, L2",
    optimizer: "SGD+momentum",
    ...{ penalty: "l2", rates: [0.015, 0.05, 0.15], warmups: [0], lambdas: [0, 3e-4, 1e-3, 3e-3, 1e-2] },
    products: [4e-5, 1.6e-4],
    // Within the band SGD's errors end about where Adam's begin: how many die where it is as inaccurate was not to be seen.
    further: [
      { rate: 0.015, lambda: 1.5e-2 },
      { rate: 0.05, lambda: 5e-3 },
      { rate: 0.15, lambda: 1.5e-3 },
    ],
  },
];

/** What is tuned at a scale; nothing at those that no verdict rests on. */
export const familiesOf = (scale: Scale): readonly Family[] => ({ lite, reduced })[scale as string] ?? [];

/** A family by its name. Throws `RangeError` where the scale has none of it. */
export function familyNamed(scale: Scale, name: string): Family {
  const found = familiesOf(scale).find((family) => family.name === name);
  if (found === undefined) throw new RangeError(`No family "${name}" is tuned at ${scale} scale.`);
  return found;
}

/** Muon's own rate, and that of the Adam beside it. */
const muonRates: Readonly<Record<number, number>> = { 0.007: 1e-3, 0.02: 3e-3, 0.06: 1e-2 };

function optimizerOf({ optimizer }: Family, scale: Scale, learningRate: number): RunConfigInput["optimizer"] {
  if (optimizer === "Lion") return { name: "lion", learningRate };
  if (optimizer === "Muon")
    return { name: "muon", learningRate, adam: { learningRate: muonRates[learningRate]! } };
  return { ...optimizerSetting(scale, optimizer).optimizer, learningRate } as RunConfigInput["optimizer"];
}

/** One setting of a family. */
export interface Setting {
  rate: number;
  warmup: number;
  lambda: number;
}

/** Every setting of a family, weakest penalties first within each rate. */
export function settingsOf(family: Family): Setting[] {
  const { rates, warmups, lambdas, products: [least, greatest] = [0, Infinity], further = [] } = family;
  const lambdasAt = (rate: number): number[] => {
    const own = lambdas.filter(
      (lambda) => lambda === 0 || (rate * lambda >= least && rate * lambda <= greatest),
    );
    return [...own, ...further.filter((one) => one.rate === rate).map(({ lambda }) => lambda)];
  };
  return warmups.flatMap((warmup) =>
    rates.flatMap((rate) => lambdasAt(rate).map((lambda): Setting => ({ rate, warmup, lambda }))),
  );
}

/** Widths of a network that is narrower in every layer. */
export const narrowed = (widths: readonly number[], share: number): number[] =>
  widths.map((width) => Math.max(1, Math.round(share * width)));

/** A family at a setting: as it is screened, on held-out training images, or as it is confirmed, on test images. */
export function familyArm(
  options: ArmOptions,
  family: Family,
  { rate, warmup, lambda }: Setting,
  { screening = false } = {},
): Arm {
  const { scale } = options;
  const { schedule, widths } = scaleDefaults[scale];
  const { normalization, width } = family;
  const validationImages = heldOut[scale] ?? 0;
  const notes = [
    ...(normalization ? [{ group: "GroupNorm", layer: "LayerNorm" }[normalization]] : []),
    ...(width === undefined ? [] : [`${100 * width} % as wide`]),
    `rate ${shortNumber(rate)}`,
    ...(warmup > 0 ? ["warm-up"] : []),
    ...(screening ? ["validation"] : []),
  ];
  const changes: ArmChanges = {
    optimizer: optimizerOf(family, scale, rate),
    penalty: { kind: family.penalty, lambda },
    note: notes.join(", "),
    ...(normalization && { model: { normalization } }),
    ...(width !== undefined && { model: { widths: narrowed(widths, width) } }),
    ...(warmup > 0 && { schedule: { ...schedule, warmup } }),
    ...(screening && { dataset: { validationImages }, supporting: true }),
  };
  const own = arm(options, "Adam", changes);
  return screening ? own : { ...own, family: family.name, seeds: confirmationSeedsAt(scale) };
}

/** All families of a scale at all their settings, on held-out images, one seed each: what settings are chosen by. */
export const screeningArms = (options: ArmOptions): Arm[] =>
  familiesOf(options.scale).flatMap((family) =>
    settingsOf(family).map((setting) => familyArm(options, family, setting, { screening: true })),
  );
