import { UserError } from "../errors.js";
import {
  deadShareByLayer,
  deadShareByPenalty,
  deadShareOverTraining,
  errorByPenalty,
  gammaHistograms,
} from "../figures/index.js";
import type { RunConfigInput } from "../runs/config.js";
import { describeArm, optimizerName, shortNumber } from "../runs/describe.js";
import type { Arm, ArmOptions, Hypothesis, Scale } from "./hypothesis.js";
import { configAt } from "./scales.js";
import { decide } from "./verdict.js";

/** Learning rates and penalties, calibrated at each scale so that the unpenalized and the overdone are both seen. */
const settings: Record<Scale, { adam: Setting; sgd: Setting }> = {
  smoke: {
    adam: { learningRate: 1e-2, lambdas: [0, 1e-2] },
    sgd: { learningRate: 5e-2, lambdas: [0, 1e-2] },
  },
  quick: {
    adam: { learningRate: 1e-2, lambdas: [0, 1e-3, 1e-2] },
    sgd: { learningRate: 5e-2, lambdas: [0, 1e-2] },
  },
  lite: {
    adam: { learningRate: 1e-2, lambdas: [0, 1e-4, 3e-4, 1e-3] },
    sgd: { learningRate: 5e-2, lambdas: [0, 1e-3, 5e-3, 2e-2] },
  },
  paper: {
    adam: { learningRate: 1e-3, lambdas: [0, 1e-5, 1e-4, 1e-3] },
    sgd: { learningRate: 5e-2, lambdas: [0, 1e-4, 1e-3, 5e-3] },
  },
};

interface Setting {
  learningRate: number;
  lambdas: number[];
}

/** H1: no penalty, no dead filters; more penalty, more dead. */
export const h01: Hypothesis = {
  id: "h01",
  notebook: "01-regularization",
  title: "Regularization makes filters die",
  question:
    "Do filters die only because the network is regularized, and do more die the stronger the penalty?",
  claim:
    "Without L2 regularization or weight decay no filter dies; with it filters do, and the stronger it is, the more.",
  arms,
  figures: (runs) => [
    {
      name: "dead-share-by-penalty",
      caption: "Share of inactive filters at the end of training against the strength of the L2 penalty.",
      figure: deadShareByPenalty(runs),
    },
    {
      name: "error-by-penalty",
      caption: "Test error against the strength of the L2 penalty.",
      figure: errorByPenalty(runs),
    },
    {
      name: "gamma-histograms",
      caption: "Distribution of |gamma| over all filters at the end of training.",
      figure: gammaHistograms(runs),
    },
    {
      name: "dead-share-over-training",
      caption: "Share of filters inactive by scale over training.",
      figure: deadShareOverTraining(runs),
    },
    {
      name: "dead-share-by-layer",
      caption: "Share of inactive filters in each layer at the end of training.",
      figure: deadShareByLayer(runs),
    },
  ],
  verdict(runs, scale) {
    const adam = runs
      .filter(({ arm }) => arm.optimizer === "Adam")
      .sort((a, b) => a.arm.lambda - b.arm.lambda);
    const [none] = adam;
    const strongest = adam.at(-1);
    if (!none || !strongest || none === strongest) {
      throw new UserError(
        "H1 needs Adam without penalty and with one. Train its arms: npm run reproduce -- h01.",
      );
    }
    return decide({
      id: "h01",
      claim: h01.claim,
      comparison:
        `Adam with L2 ${shortNumber(strongest.arm.lambda)} against Adam without penalty: share of filters inactive by ` +
        "activation at the end of training.",
      more: strongest,
      less: none,
      measure: ({ record }) => 100 * record.final.deadByActivation,
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    });
  },
};

function arms(options: ArmOptions): Arm[] {
  const { adam, sgd } = settings[options.scale];
  const armsOf = (lambdas: number[], optimizer: RunConfigInput["optimizer"]) =>
    lambdas.map((lambda) => {
      const config = configAt(options, { optimizer, penalty: { kind: "l2", lambda } });
      return { label: describeArm(config), optimizer: optimizerName(config.optimizer), lambda, config };
    });
  return [
    ...armsOf(adam.lambdas, { name: "adam", learningRate: adam.learningRate }),
    ...armsOf(sgd.lambdas, { name: "sgd", learningRate: sgd.learningRate, momentum: 0.9 }),
  ];
}
