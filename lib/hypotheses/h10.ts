import {
  classPanels,
  deadShareByClasses,
  deadShareByLayer,
  deadShareOverTrainingByArm,
} from "../figures/index.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { arm } from "./arms.js";
import type { ArmOptions, Hypothesis, Verdict } from "./hypothesis.js";
import { scaleDefaults } from "./scales.js";
import { armWhere, deadByActivation } from "./select.js";
import { decide } from "./verdict.js";

/** H10: the easier the task, the more dead filters. */
export const h10: Hypothesis = {
  id: "h10",
  notebook: "10-task-difficulty",
  title: "Easier tasks leave more filters dead",
  question:
    "Does a network keep more filters alive where there is more to tell apart, at the same number of images?",
  claim: "The easier the task (fewer classes, equally many images), the more filters die.",
  arms,
  figures: (runs) => [
    {
      name: "dead-share-by-classes",
      caption:
        "Share of inactive filters against the number of classes, with equally many training images. Datasets differ in more than their classes: compare within one.",
      figure: deadShareByClasses(runs),
    },
    {
      name: "dead-share-over-training",
      caption: "Share of filters inactive by scale over training, by task.",
      figure: deadShareOverTrainingByArm(classPanels(runs), {
        title: "When filters die, by number of classes",
        name: ({ runs: [run] }) => `${run!.record.dataset.classes.length} classes`,
      }),
    },
    {
      name: "dead-share-by-layer",
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      figure: deadShareByLayer(runs, { measure: "activation" }),
    },
  ],
  verdict(runs, scale) {
    const name = runs[0]?.arm.config.dataset.name;
    return compareClasses(
      runs.filter(({ arm: { config } }) => config.dataset.name === name),
      scale,
      { id: "h10", claim: h10.claim },
    );
  },
  /** The same on each further dataset and penalty that there are runs of. */
  sideVerdicts: (runs, scale) =>
    classPanels(runs)
      .slice(1)
      .map(({ arms: own }) => {
        const { dataset, penalty } = own[0]!.arm.config;
        return compareClasses(own, scale, {
          id: `h10, ${dataset.name}, lambda ${penalty.lambda}`,
          claim: h10.claim,
        });
      }),
};

/** The fewest classes against all of them, on one dataset and under one penalty. */
function compareClasses(
  runs: ArmRuns[],
  scale: Scale,
  { id, claim }: { id: string; claim: string },
): Verdict {
  const classes = ({ config }: Arm) =>
    typeof config.dataset.classes === "number" ? config.dataset.classes : Number.POSITIVE_INFINITY;
  const fewest = Math.min(...runs.map((item) => classes(item.arm)));
  const name = runs[0]?.arm.config.dataset.name;
  return decide({
    id,
    claim,
    comparison: `${fewest} classes against all of ${name}, equally many training images, L2 ${runs[0]?.arm.lambda}: share of filters inactive by activation.`,
    more: armWhere("h10", runs, `Adam on ${fewest} classes of ${name}`, (a) => classes(a) === fewest),
    less: armWhere(
      "h10",
      runs,
      `Adam on all classes of ${name}`,
      (a) => a.config.dataset.classes === undefined,
    ),
    measure: deadByActivation,
    unit: "percentage points",
    smallestEffect: 5,
    scale,
  });
}

/** On Tiny ImageNet the penalty of the other arms outweighs what so few images of so many classes can teach. */
const weaker = 1e-4;

function arms(options: ArmOptions): Arm[] {
  const { scale, sources = {} } = options;
  const lambda = { smoke: 1e-2, quick: 1e-2, lite: 3e-4, paper: 1e-4 }[scale];
  const penalty = { lambda };
  const on = (classes: number, note: string) => arm(options, "Adam", { penalty, dataset: { classes }, note });
  const all = arm(options, "Adam", { penalty, note: "all classes" });
  if (scale === "quick" || scale === "smoke") return [on(2, "2 classes"), all];
  if (scaleDefaults[scale].dataset.name !== (options.dataset?.name ?? "cifar10"))
    return [on(2, "2 classes"), on(5, "5 classes"), all];
  const tiny = (strength: number, classes: number | undefined, note: string) =>
    arm(options, "Adam", {
      penalty: { lambda: strength },
      dataset: { name: "tinyimagenet", source: sources.tinyimagenet ?? "jpeg", classes },
      note,
    });
  const strengths = scale === "lite" ? [lambda, weaker] : [lambda];
  return [
    on(2, "2 classes"),
    on(5, "5 classes"),
    all,
    ...strengths.flatMap((strength) => [
      tiny(strength, 100, "100 classes of Tiny ImageNet"),
      tiny(strength, undefined, "all 200 classes of Tiny ImageNet"),
    ]),
  ];
}
