import {
  classPanels,
  deadShareByClasses,
  deadShareByLayer,
  deadShareOverTrainingByArm,
} from "../figures/index.js";
import { asFirst, lowest, type Selector } from "../study/study-runs.js";
import { isShort, l2, usualL2, vary } from "./arms.js";
import { type FactorContrast, levelText } from "./contrast.js";
import { scaleDefaults } from "./scales.js";
import { study } from "./study.js";

/** On Tiny ImageNet the penalty of the other arms outweighs what so few images of so many classes can teach. */
const weaker = 1e-4;

/** The fewest classes against all of them, on one dataset and under one penalty. */
const fewAgainstAll = (among: Selector): FactorContrast => ({
  among,
  more: { classes: lowest },
  less: { classes: "all" },
  of: "deadByActivation",
  comparison: ({ more }) =>
    `${levelText(more, "classes")} classes against all of ${levelText(more, "dataset")}, equally many training images, L2 ${levelText(more, "lambda")}: share of filters inactive by activation.`,
});

const onTinyImageNet = (lambda: number): FactorContrast => ({
  ...fewAgainstAll({ dataset: "tinyimagenet", lambda }),
  id: `tinyimagenet, lambda ${lambda}`,
  claim: "On Tiny ImageNet, the easier the task (fewer classes, equally many images), the more filters die.",
});

/** H10: the easier the task, the more dead filters. */
export const h10 = study({
  id: "h10",
  notebook: "10-task-difficulty",
  title: "The difficulty of the task",
  question:
    "Does a network keep more filters alive where there is more to tell apart, at the same number of images?",
  claim: "The easier the task (fewer classes, equally many images), the more filters die.",
  source: "notes",
  answers: {
    supported: "It does: on the easier task {} more filters die, at the same number of images.",
    contradicted:
      "The other way around: on the harder task {} more filters die, at the same number of images.",
    difference: "the difference in dead filters between an easy and a hard task",
  },
  arms(options) {
    const { scale, dataset, sources = {} } = options;
    const usual = usualL2[scale];
    const few = (isShort(options) ? [2] : [2, 5]).map((classes) => ({
      dataset: { classes },
      note: `${classes} classes`,
    }));
    const own = vary(options, "Adam", l2(usual), [...few, { note: "all classes" }]);
    if (isShort(options) || scaleDefaults[scale].dataset.name !== (dataset?.name ?? "cifar10")) return own;
    const tiny = { name: "tinyimagenet", source: sources.tinyimagenet ?? "jpeg" };
    const strengths = scale === "lite" ? [usual, weaker] : [usual];
    return [
      ...own,
      ...vary(options, "Adam", l2(...strengths), [
        { dataset: { ...tiny, classes: 100 }, note: "100 classes of Tiny ImageNet" },
        { dataset: tiny, note: "all 200 classes of Tiny ImageNet" },
      ]),
    ];
  },
  contrasts: {
    main: {
      ...fewAgainstAll({ dataset: asFirst }),
      part: "CIFAR-10",
      page: {
        words: ["with two classes", "with all"],
        caveat: "Here the two classes come with half of the images; the claim is about equally many.",
      },
      specification: {
        also: [{ choices: { data: "Tiny ImageNet" }, change: { among: { dataset: "tinyimagenet" } } }],
      },
    },
    tinyImageNet: { ...onTinyImageNet(usualL2.lite), part: "Tiny ImageNet" },
    tinyImageNetWeaker: onTinyImageNet(weaker),
  },
  figures: {
    "dead-share-by-classes": {
      caption:
        "Share of inactive filters against the number of classes, with equally many training images. Datasets differ in more than their classes: compare within one.",
      of: deadShareByClasses,
    },
    "dead-share-over-training": {
      caption: "Share of filters inactive by scale over training, by task.",
      of: (runs) =>
        deadShareOverTrainingByArm(classPanels(runs), {
          title: "When filters die, by number of classes",
          name: ({ runs: [run] }) => `${run!.record.dataset.classes.length} classes`,
        }),
    },
    "dead-share-by-layer": {
      caption: "Share of filters in each layer that are inactive by activation at the end of training.",
      of: (runs) => deadShareByLayer(runs, { measure: "activation" }),
    },
  },
});
