import { deadShareByLayer, gammaBetaScatter, gammaHistograms } from "../figures/index.js";
import { parameterRoles } from "../runs/config/penalty.js";
import { arm } from "./arms.js";
import type { Arm, ArmOptions, Hypothesis } from "./hypothesis.js";
import { possibleFigures } from "./possible-figures.js";
import { armWhere, deadByActivation } from "./select.js";
import { decide } from "./verdict.js";

/** H7: sparsity comes by way of BatchNorm's gamma and beta. */
export const h07: Hypothesis = {
  id: "h07",
  notebook: "07-batch-normalization",
  title: "Filters die by way of BatchNorm's gamma and beta",
  question: "Does sparsity need the penalty to reach gamma and beta, and does it need BatchNorm at all?",
  claim:
    "Filters die because the penalty reaches BatchNorm's gamma and beta: with gamma and beta left out, fewer die.",
  arms,
  figures: (runs) =>
    possibleFigures([
      () => ({
        name: "gamma-beta",
        caption:
          "Scale and shift of every filter at the end of training, colored by its state, for penalties on all parameters, on weights only, and without BatchNorm.",
        figure: gammaBetaScatter(runs.filter(({ arm }) => arm.lambda > 0)),
      }),
      () => ({
        name: "gamma-histograms",
        caption: "Distribution of |gamma| over all filters at the end of training.",
        figure: gammaHistograms(
          runs.filter(({ arm }) => arm.config.model.normalization !== "none"),
          { row: (a) => (a.lambda === 0 || penalizesAll(a) ? "all parameters" : "weights only") },
        ),
      }),
      () => ({
        name: "dead-share-by-layer",
        caption: "Share of filters in each layer that are inactive by activation at the end of training.",
        figure: deadShareByLayer(runs, { measure: "activation" }),
      }),
    ]),
  verdict(runs, scale) {
    const strength = Math.max(...runs.filter(({ arm }) => penalizesAll(arm)).map(({ arm }) => arm.lambda));
    const batch = (a: Arm) => a.config.model.normalization === "batch" && a.lambda === strength;
    return decide({
      id: "h07",
      claim: h07.claim,
      comparison:
        "Adam with L2 on all parameters against the same L2 on weights only: share of filters inactive by activation.",
      more: armWhere("h07", runs, "Adam with L2 on all parameters", (a) => batch(a) && penalizesAll(a)),
      less: armWhere("h07", runs, "Adam with L2 on weights only", (a) => batch(a) && !penalizesAll(a)),
      measure: deadByActivation,
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    });
  },
};

const penalizesAll = ({ config: { penalty } }: Arm): boolean =>
  penalty.lambda > 0 && penalty.on.length === parameterRoles.length;

/** Without BatchNorm the rate that suits it makes training diverge. */
const bareRate = 1e-3;

function arms(options: ArmOptions): Arm[] {
  const short = options.scale === "quick" || options.scale === "smoke";
  const lambdas = { smoke: [1e-2], quick: [1e-2], lite: [3e-4, 1e-3], paper: [1e-4, 1e-3] }[options.scale];
  const bare = {
    optimizer: { name: "adam" as const, learningRate: bareRate },
    model: { normalization: "none" as const },
    note: "no BatchNorm",
  };
  return [
    arm(options, "Adam", { supporting: true }),
    ...lambdas.flatMap((lambda) => [
      arm(options, "Adam", { penalty: { lambda } }),
      arm(options, "Adam", { penalty: { lambda, on: "weights" } }),
      arm(options, "Adam", { penalty: { lambda }, ...bare }),
    ]),
    ...(short ? [] : [arm(options, "Adam", { ...bare, supporting: true })]),
  ];
}
