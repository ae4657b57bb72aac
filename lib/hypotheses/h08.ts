import { activationByScale, bothMeasures, deadShareByLayer } from "../figures/index.js";
import { factorsOf } from "../study/factors.js";
import { highest } from "../study/study-runs.js";
import { type ArmChanges, isShort, l2, twoL2, vary } from "./arms.js";
import type { ArmOptions } from "./hypothesis.js";
import { study } from "./study.js";

/** H8: Leaky ReLU keeps filters active that ReLU would lose; their scale decays all the same. */
export const h08 = study({
  id: "h08",
  notebook: "08-activations",
  title: "Leaky ReLU against ReLU",
  question: "Do filters die because ReLU shuts them, or because their scale decays?",
  claim: "With Leaky ReLU fewer filters are inactive by activation than with ReLU at the same penalty.",
  source: "notes",
  answers: {
    supported: "ReLU shuts many of them: with Leaky ReLU {} fewer filters fall silent at the same penalty.",
    contradicted:
      "ReLU is not what shuts them: with Leaky ReLU {} more filters fall silent at the same penalty.",
    difference: "the difference in silent filters between ReLU and Leaky ReLU",
  },
  arms: (options) => activationArms(options, ["leaky-relu", "elu", "gelu", "silu"]),
  contrasts: {
    main: {
      part: "by activation",
      among: { lambda: highest },
      more: { activation: "ReLU" },
      less: { activation: "Leaky ReLU" },
      of: "deadByActivation",
      comparison:
        "Adam with the strongest L2, ReLU against Leaky ReLU: share of filters inactive by activation.",
      page: { words: ["with ReLU", "with Leaky ReLU"] },
      specification: { settled: ["definition"] },
    },
    byScale: {
      part: "by scale",
      source: "own",
      claim:
        "With Leaky ReLU as many filters fall below the scale threshold as with ReLU at the same penalty.",
      among: { lambda: highest },
      more: { activation: "Leaky ReLU" },
      less: { activation: "ReLU" },
      of: "deadByScale",
      smallestEffect: -5,
      comparison: "Adam with the strongest L2, Leaky ReLU against ReLU: share of filters inactive by scale.",
    },
  },
  figures: {
    "both-measures": {
      caption:
        "Share of filters inactive by activation and by scale for each activation, at the same penalty. Where the two part, scales decay without silencing their filters.",
      of: (runs) =>
        bothMeasures(runs, {
          title: "Dead by activation or by scale: ReLU against other activations",
          row: ({ config }) => factorsOf(config).activation,
        }),
    },
    "activation-by-scale": {
      caption:
        "Largest activation over the training images against |gamma| of every filter at the end of training, under the strongest penalty. ReLU silences a filter outright; the others let it fade with its scale.",
      of: (runs) =>
        activationByScale(runs.where({ lambda: highest }), {
          name: ({ config }) => factorsOf(config).activation,
        }),
    },
    "dead-share-by-layer": {
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      of: (runs) => deadShareByLayer(runs, { measure: "activation" }),
    },
  },
});

const others = { "leaky-relu": "Leaky ReLU", elu: "ELU", gelu: "GELU", silu: "SiLU" } as const;

/** ReLU and these under Adam's L2; ELU and SiLU are left out where a few arms have to do. */
export const activationArms = (options: ArmOptions, names: (keyof typeof others)[]) =>
  vary(options, "Adam", l2(...twoL2[options.scale]), [
    {},
    ...names
      .filter((activation) => !isShort(options) || activation === "leaky-relu" || activation === "gelu")
      .map((activation): ArmChanges => ({ model: { activation }, note: others[activation] })),
  ]);
