import { activationByScale, bothMeasures, deadShareByLayer } from "../figures/index.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { arm } from "./arms.js";
import type { ArmOptions, Hypothesis } from "./hypothesis.js";
import { armWhere, deadByActivation, deadByScale, strongest } from "./select.js";
import { decide } from "./verdict.js";

/** H8: Leaky ReLU keeps filters active that ReLU would lose; their scale decays all the same. */
export const h08: Hypothesis = {
  id: "h08",
  notebook: "08-activations",
  title: "Leaky ReLU: fewer dead by activation, scales still decay",
  question: "Do filters die because ReLU shuts them, or because their scale decays?",
  claim: "With Leaky ReLU fewer filters are inactive by activation than with ReLU at the same penalty.",
  arms,
  figures: (runs) => [
    {
      name: "both-measures",
      caption:
        "Share of filters inactive by activation and by scale for each activation, at the same penalty. Where the two part, scales decay without silencing their filters.",
      figure: bothMeasures(runs, {
        title: "Dead by activation or by scale: ReLU against other activations",
        row: ({ config }) => names[config.model.activation],
      }),
    },
    {
      name: "activation-by-scale",
      caption:
        "Largest activation over the training images against |gamma| of every filter at the end of training, under the strongest penalty. ReLU silences a filter outright; the others let it fade with its scale.",
      figure: activationByScale(strongest(runs), { name: ({ config }) => names[config.model.activation] }),
    },
    {
      name: "dead-share-by-layer",
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      figure: deadShareByLayer(runs, { measure: "activation" }),
    },
  ],
  verdict: (runs, scale) =>
    decide({
      id: "h08",
      claim: h08.claim,
      comparison:
        "Adam with the strongest L2, ReLU against Leaky ReLU: share of filters inactive by activation.",
      more: withActivation(runs, "relu"),
      less: withActivation(runs, "leaky-relu"),
      measure: deadByActivation,
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    }),
  sideVerdicts: (runs, scale) => [
    decide({
      id: "h08, by scale",
      claim:
        "With Leaky ReLU as many filters fall below the scale threshold as with ReLU at the same penalty.",
      comparison: "Adam with the strongest L2, Leaky ReLU against ReLU: share of filters inactive by scale.",
      more: withActivation(runs, "leaky-relu"),
      less: withActivation(runs, "relu"),
      measure: deadByScale,
      unit: "percentage points",
      smallestEffect: -5,
      scale,
    }),
  ],
};

/** Adam's arm with an activation, under the strongest penalty. */
const withActivation = (runs: readonly ArmRuns[], activation: string): ArmRuns =>
  armWhere(
    "h08",
    strongest(runs),
    `Adam with ${activation}`,
    ({ config }) => config.model.activation === activation,
  );

/** Activations as they are written. */
export const names = {
  relu: "ReLU",
  "leaky-relu": "Leaky ReLU",
  elu: "ELU",
  gelu: "GELU",
  silu: "SiLU",
} as const;

function arms(options: ArmOptions): Arm[] {
  const short = options.scale === "quick" || options.scale === "smoke";
  const lambdas = { smoke: [1e-2], quick: [1e-2], lite: [3e-4, 1e-3], paper: [1e-4, 1e-3] }[options.scale];
  const others = short ? (["leaky-relu", "gelu"] as const) : (["leaky-relu", "elu", "gelu", "silu"] as const);
  return lambdas.flatMap((lambda) => [
    arm(options, "Adam", { penalty: { lambda } }),
    ...others.map((activation) =>
      arm(options, "Adam", { penalty: { lambda }, model: { activation }, note: names[activation] }),
    ),
  ]);
}
