import { parameterRoles } from "../optimizers/penalty-config.js";
import type { Arm } from "../study/arm.js";
import type { Judgment, Side } from "./catalog.js";
import type { MeasureName } from "./messages.js";

/** Which two arms of a hypothesis a page reruns, and what it says of them at the end. */
export interface Pair {
  first: Pick;
  second: Pick;
  judgment: Judgment;
  /** What one pair cannot show of the claim, in a sentence. */
  caveat?: string;
}

type Pick = (arms: readonly Arm[]) => Arm | undefined;
type Condition = (arm: Arm) => boolean;

/** Of the arms for which all of this holds, the first with the strongest penalty. */
const strongest =
  (...conditions: Condition[]): Pick =>
  (arms) =>
    arms
      .filter((arm) => conditions.every((holds) => holds(arm)))
      .reduce<Arm | undefined>((best, arm) => (best && best.lambda >= arm.lambda ? best : arm), undefined);

/** Of the arms with runs of several seeds for which the condition holds, the one with the least of something. */
const least =
  (measure: (arm: Arm) => number, condition: Condition): Pick =>
  (arms) =>
    arms
      .filter((arm) => !arm.supporting && condition(arm))
      .reduce<Arm | undefined>(
        (best, arm) => (best && measure(best) <= measure(arm) ? best : arm),
        undefined,
      );

const isL2 = ({ lambda, config: { penalty } }: Arm) => lambda > 0 && penalty.kind === "l2";
const isDecoupled = ({ lambda, config: { penalty } }: Arm) => lambda > 0 && penalty.kind === "decoupled";
const isAdam = ({ optimizer }: Arm) => optimizer === "Adam";
const isMomentum = ({ optimizer }: Arm) => optimizer === "SGD+momentum";
const isPlain = ({ lambda, config: { penalty } }: Arm) => lambda === 0 && penalty.l1Gamma === 0;
const onAll = ({ config: { penalty } }: Arm) => penalty.on.length === parameterRoles.length;
const activation =
  (name: Arm["config"]["model"]["activation"]) =>
  ({ config }: Arm) =>
    config.model.activation === name;
const normalization =
  (name: Arm["config"]["model"]["normalization"]) =>
  ({ config }: Arm) =>
    config.model.normalization === name;
const noted =
  (text: string): Condition =>
  ({ label }) =>
    label.includes(text);
const atEqualEpochs: Condition = ({ label }) => !label.endsWith("equal steps");
const batchSize = ({ config }: Arm) => config.batchSize;
const sevenLayers: Condition = ({ config }) => config.model.widths.length === 7;
const filters = ({ config }: Arm) => config.model.widths.reduce((sum, width) => sum + width, 0);

const adamL2 = strongest(isAdam, isL2);
const adamPlain = strongest(isAdam, isPlain);
const momentumL2 = strongest(isMomentum, isL2);
const momentumPlain = strongest(isMomentum, isPlain);

const shares = {
  deadByActivation: "share of filters inactive by activation",
  deadByScale: "share of filters inactive by scale",
  selectivity: "mean selectivity",
  testError: "test error",
  macsLeft: "multiply-accumulates left once silent filters are cut",
  cameBack: "share of the filters once found dead that came back",
} satisfies Partial<Record<MeasureName, string>>;

/** One measure of both arms; `words` say what sets the arms apart. */
function between(
  measure: keyof typeof shares,
  words: readonly [string, string],
  changes: Partial<Judgment> = {},
): Judgment {
  const [more, less] = words.map((own, arm) => ({ arm, measure, words: own })) as [Side, Side];
  return { what: shares[measure], unit: "%", more, less, smallestEffect: 5, decides: true, ...changes };
}

const likeError = "The claim compares at like test error; one pair compares at these settings only.";

const ownPairs: Record<string, Pair> = {
  h01: {
    ...{ first: adamL2, second: adamPlain },
    judgment: between("deadByActivation", ["with L2", "without"]),
  },
  h02: {
    ...{ first: adamL2, second: momentumL2 },
    judgment: between("deadByActivation", ["with Adam", "with SGD+momentum"]),
    caveat: likeError,
  },
  h03: {
    ...{ first: adamL2, second: strongest(isAdam, isDecoupled) },
    judgment: between("deadByActivation", ["with L2", "with decoupled decay"]),
    caveat: likeError,
  },
  h04: {
    ...{ first: adamL2, second: momentumL2 },
    judgment: {
      what: "share of filters inactive by activation, under A",
      unit: "%",
      more: { arm: 0, measure: "deadEarly", words: "in the first half of the layers" },
      less: { arm: 0, measure: "deadLate", words: "in the second" },
      smallestEffect: 5,
      decides: true,
    },
    caveat: "B shows where filters die under another optimizer; the line above is about A alone.",
  },
  h05: {
    ...{ first: adamL2, second: momentumL2 },
    judgment: {
      what: "median of log10(pull of the penalty on gamma / pull of the objective) just before deaths, under A",
      unit: "decades",
      more: { arm: 0, measure: "pullDying", words: "for filters about to die" },
      less: { arm: 0, measure: "pullSurviving", words: "for those that live" },
      smallestEffect: 0.3,
      decides: true,
    },
    caveat: "B shows the same penalty under another optimizer; the line above is about A alone.",
  },
  h06: {
    ...{ first: adamPlain, second: momentumPlain },
    judgment: between("selectivity", ["with Adam", "with SGD+momentum"], { smallestEffect: 2 }),
  },
  h07: {
    first: strongest(isAdam, isL2, onAll, normalization("batch")),
    second: strongest(isAdam, isL2, (arm) => !onAll(arm), normalization("batch")),
    judgment: between("deadByActivation", ["with L2 on all parameters", "on weights only"]),
  },
  h08: {
    first: strongest(isAdam, isL2, activation("relu")),
    second: strongest(isAdam, isL2, activation("leaky-relu")),
    judgment: between("deadByActivation", ["with ReLU", "with Leaky ReLU"]),
  },
  h09: {
    // The smallest batches of the quick scale do not learn under its penalty.
    first: strongest(({ label }) => /batch \d+$/.test(label)),
    second: least((arm) => -batchSize(arm), atEqualEpochs),
    judgment: between("deadByActivation", ["with small mini-batches", "with large ones"]),
  },
  h10: {
    first: strongest(noted("2 classes")),
    second: strongest(noted("all classes")),
    judgment: between("deadByActivation", ["with two classes", "with all"]),
    caveat: "Here the two classes come with half of the images; the claim is about equally many.",
  },
  h11: {
    first: least(filters, sevenLayers),
    second: least((arm) => -filters(arm), sevenLayers),
    judgment: between("deadByActivation", ["in the smaller network", "in the larger"]),
  },
  h12: {
    first: strongest(isAdam, ({ config }) => config.penalty.l1Gamma > 0 && !config.start),
    second: strongest(isAdam, isL2, ({ config }) => config.penalty.l1Gamma === 0 && !config.start),
    judgment: between("macsLeft", ["with slimming's L1 on gamma", "with L2 alone"], { decides: false }),
    caveat:
      "The claim compares at equal test error, after network slimming has cut more and fine-tuned; the page only trains.",
  },
  h13: {
    ...{ first: adamPlain, second: momentumPlain },
    judgment: between("testError", ["with Adam", "with SGD+momentum"], { decides: false }),
    caveat:
      "The claim is about how this gap changes with the share of dead filters, which takes a range of penalties.",
  },
  h15: {
    first: adamL2,
    second: strongest(({ optimizer }) => optimizer === "Lion", isDecoupled),
    judgment: between("deadByActivation", ["with Adam and L2", "with Lion and decoupled decay"]),
    caveat: likeError,
  },
  h16: {
    first: strongest(isAdam, isL2, normalization("batch")),
    second: strongest(isAdam, isL2, normalization("group")),
    judgment: between("deadByActivation", ["with BatchNorm", "with GroupNorm"]),
  },
  h17: {
    first: strongest(isAdam, isL2, activation("relu")),
    second: strongest(isAdam, isL2, activation("gelu")),
    judgment: between("deadByScale", ["with ReLU", "with GELU"]),
  },
  h18: {
    first: strongest(noted("step schedule")),
    second: strongest(noted("cosine decay")),
    judgment: between("deadByActivation", ["with the step schedule", "with cosine decay"]),
  },
  h19: {
    ...{ first: adamL2, second: adamPlain },
    judgment: between("deadByActivation", ["with L2", "without"], { decides: false }),
    caveat:
      "The claim is about predictions for many arms; here you can watch how much a tenth of the steps gives away.",
  },
  h20: {
    ...{ first: adamL2, second: momentumL2 },
    judgment: between("cameBack", ["with Adam", "with SGD+momentum"], { decides: false }),
    caveat:
      "The claim is about when filters come back: watch the yellow squares as the rate drops at 60 % of the steps.",
  },
};

/** Where no pair was chosen: the strongest penalty against none, from which no verdict follows. */
const anyPair: Pair = {
  first: adamL2,
  second: (arms) => adamPlain(arms) ?? momentumL2(arms) ?? arms.find((arm) => arm !== adamL2(arms)),
  judgment: between("deadByActivation", ["in A", "in B"], { decides: false }),
  caveat: "One pair shows what training does here; it does not decide the claim.",
};

export const pairOf = (id: string): Pair => ownPairs[id] ?? anyPair;

/** The two arms, where the scale has both. */
export function armsOfPair({ first, second }: Pair, arms: readonly Arm[]): [Arm, Arm] | undefined {
  const [a, b] = [first(arms), second(arms)];
  return a && b && a !== b ? [a, b] : undefined;
}
