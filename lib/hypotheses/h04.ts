import {
  deadShareByLayer,
  earlyOrLate,
  foretoldDeaths,
  layerLines,
  selectivityByLayer,
} from "../figures/index.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, describeData, describeSeeds } from "../study/describe.js";
import type { DeadBy } from "../study/envelope.js";
import { penaltyPace } from "../study/layer-profile.js";
import { measures } from "../study/measures.js";
import { halfOf, survivorSelectivity } from "../study/selectivity.js";
import { type StudyRuns, studyRuns } from "../study/study-runs.js";
import { isShort, penaltySweep } from "./arms.js";
import { h03 } from "./h03.js";
import { foretoldRows, signShare } from "./h04/layer-profile.js";
import { adamL2 } from "./select.js";
import { definitionNames } from "./specification/definitions.js";
import { study } from "./study.js";

/** The two halves by both definitions; of a run that lost no filter there is nothing to tell. */
const earlyAgainstLate = (["deadByActivation", "deadByScale"] as const).map((by) => {
  const share = (half: "early" | "late") => (run: Run) =>
    run.record.final[by] > 0 ? deadShareOfHalf(run, half, by) : Number.NaN;
  return { definition: definitionNames[by], of: [share("early"), share("late")] as const };
});

/** H4: where in the network filters die. */
export const h04 = study({
  id: "h04",
  notebook: "04-layers",
  title: "Where filters die",
  question: "Do deaths spread evenly over the layers, and does the optimizer decide where they fall?",
  claim: "Under Adam with L2, early layers lose a larger share of their filters than late ones.",
  source: "notes",
  answers: {
    supported: "Early layers lose more: under Adam with L2 their dead share is {} above that of late layers.",
    contradicted:
      "Late layers lose more: under Adam with L2 their dead share is {} above that of early layers.",
    difference: "the difference in dead share between early and late layers under Adam with L2",
  },
  /** The runs of H1 to H3 that have both an L2 arm and one of decoupled decay, and two more adaptive methods. */
  arms: (options) => [
    ...h03.arms(options),
    ...(isShort(options)
      ? []
      : (["AMSGrad", "RMSProp"] as const).flatMap((name) => penaltySweep(options, name))),
  ],
  contrasts: {
    main: {
      part: "early layers lose more",
      more: adamL2,
      of: [(run) => deadShareOfHalf(run, "early"), (run) => deadShareOfHalf(run, "late")],
      comparison:
        "Share of filters inactive by activation in the first half of the layers against the second half, mean over Adam's L2 penalties.",
      specification: { definitions: earlyAgainstLate },
    },
    lateSelectivity: {
      part: "late layers more selective",
      claim:
        "With Adam and L2 the surviving features of late layers are more selective than with SGD with momentum and L2.",
      among: { penalty: "L2" },
      more: { optimizer: "Adam" },
      less: { optimizer: "SGD+momentum" },
      of: [lateSelectivity, lateSelectivity],
      comparison:
        "Mean selectivity of the filters that survive in the second half of the layers: Adam with L2 against SGD with momentum and L2, each the mean over its penalties.",
    },
  },
  figures: {
    "dead-share-by-layer": {
      caption:
        "Share of filters in each layer that are inactive by activation at the end of training, by optimizer and penalty; arms that lost at least 2 % of all filters.",
      of: (runs) => deadShareByLayer(runs.filter(losing), { measure: "activation" }),
    },
    "early-or-late": {
      caption:
        "Dead share of the first three layers minus that of the last three, against the dead share of all filters.",
      of: (runs) =>
        earlyOrLate(runs, {
          difference: (run) => deadShareOfHalf(run, "early") - deadShareOfHalf(run, "late"),
        }),
    },
    "penalty-pace": {
      caption:
        "What share of gamma the penalty alone takes away at each step, layer by layer, early in training.",
      of: (runs) =>
        layerLines(
          compared(runs).filter(({ arm }) => arm.lambda > 0),
          {
            title: "How fast the penalty alone shrinks γ, layer by layer",
            reading:
              "Early in training, median over the filters of each layer. Higher: a filter that the objective leaves alone dies sooner.",
            axisTitle: "γ lost to the penalty per step (%, log)",
            values: (run) => penaltyPace(run)?.map((pace) => (Number.isFinite(pace) ? pace : null)) ?? [],
            log: true,
            digits: 3,
          },
        ),
    },
    "foretold-deaths": {
      caption:
        "Pairs of filters of one layer, one that dies and one that lives: how often an early sign points at the one that dies.",
      of: (runs) =>
        foretoldDeaths(foretoldRows(runs), {
          seeds: describeSeeds(runs),
          data: describeData(runs),
          at: `at ${Math.round(100 * signShare)} % of training`,
        }),
    },
    "selectivity-by-layer": {
      caption:
        "Mean selectivity of the filters of each layer that are alive at the end, under Adam with L2, Adam with decoupled decay, and SGD with momentum and L2.",
      of: (runs) => selectivityByLayer(compared(runs)),
    },
  },
});

/** Whether an arm lost enough filters for a share of them in a layer to mean something. */
const losing = (item: ArmRuns): boolean => {
  const runs = completedRuns(item);
  return runs.length > 0 && mean(runs.map(measures.deadByActivation.of)) >= 2;
};

/** Adam and SGD with momentum, the latter with L2 alone, which decoupled decay agrees with. */
function compared(runs: StudyRuns): StudyRuns {
  const plain = runs.where({ optimizer: "SGD+momentum", penalty: ["none", "L2"] });
  return studyRuns(runs.filter((item) => item.arm.optimizer === "Adam" || plain.includes(item)));
}

/** Mean over the layers of the second half, those without survivors left out, of their survivors' selectivity, %. */
function lateSelectivity(run: Run): number {
  return mean(halfOf(survivorSelectivity(run), "late").filter((value) => value !== null));
}

/** Mean over the layers of one half of the share of dead filters, %; a middle layer belongs to neither half. */
export function deadShareOfHalf(
  { record }: Run,
  half: "early" | "late",
  by: DeadBy = "deadByActivation",
): number {
  return mean(halfOf(record.final.layers, half).map(({ [by]: dead, filters }) => (100 * dead) / filters));
}
