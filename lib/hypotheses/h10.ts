import { deadShareByClasses, deadShareByLayer } from "../figures/index.js";
import { arm } from "./arms.js";
import type { Arm, ArmOptions, Hypothesis } from "./hypothesis.js";
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
      name: "dead-share-by-layer",
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      figure: deadShareByLayer(runs, { measure: "activation" }),
    },
  ],
  verdict(runs, scale) {
    const own = runs.filter(({ arm }) => arm.config.dataset.name === runs[0]?.arm.config.dataset.name);
    const classes = ({ config }: Arm) =>
      typeof config.dataset.classes === "number" ? config.dataset.classes : Number.POSITIVE_INFINITY;
    const fewest = Math.min(...own.map(({ arm }) => classes(arm)));
    return decide({
      id: "h10",
      claim: h10.claim,
      comparison: `${fewest} classes against all of ${own[0]?.arm.config.dataset.name}, equally many training images: share of filters inactive by activation.`,
      more: armWhere("h10", own, `Adam on ${fewest} classes`, (a) => classes(a) === fewest),
      less: armWhere("h10", own, "Adam on all classes", (a) => a.config.dataset.classes === undefined),
      measure: deadByActivation,
      unit: "percentage points",
      smallestEffect: 5,
      scale,
    });
  },
};

function arms(options: ArmOptions): Arm[] {
  const { scale, sources = {} } = options;
  const penalty = { lambda: { smoke: 1e-2, quick: 1e-2, lite: 3e-4, paper: 1e-4 }[scale] };
  const on = (classes: number, note: string) => arm(options, "Adam", { penalty, dataset: { classes }, note });
  const all = arm(options, "Adam", { penalty, note: "all classes" });
  if (scale === "quick" || scale === "smoke") return [on(2, "2 classes"), all];
  if (scaleDefaults[scale].dataset.name !== (options.dataset?.name ?? "cifar10"))
    return [on(2, "2 classes"), on(5, "5 classes"), all];
  const tiny = (classes: number | undefined, note: string) =>
    arm(options, "Adam", {
      penalty,
      dataset: { name: "tinyimagenet", source: sources.tinyimagenet ?? "jpeg", classes },
      note,
    });
  return [
    on(2, "2 classes"),
    on(5, "5 classes"),
    all,
    tiny(100, "100 classes of Tiny ImageNet"),
    tiny(undefined, "all 200 classes of Tiny ImageNet"),
  ];
}
