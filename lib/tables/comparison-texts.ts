import { shortNumber } from "../runs/describe.js";
import { mean, meanEstimate } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { completedRuns, requireRuns } from "../study/describe.js";
import { type PairedRow, paired, valuesOf } from "../study/paired.js";
import type { GapRow, LikeErrorRow } from "../study/rows.js";
import { penaltySeries } from "../study/series.js";
import { estimateText } from "./estimate-of-runs.js";
import type { FormRow } from "./forms.js";

const points = (values: readonly number[]): string => estimateText(meanEstimate(values), { unit: "points" });

const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

/** Values of each optimizer that has any. */
const valuesBy = <R extends PairedRow>(rows: readonly R[], value: (row: R) => number) =>
  paired(rows)
    .map((one): [optimizer: string, values: number[]] => [one.optimizer, valuesOf(one, value)])
    .filter(([, values]) => values.length > 0);

/** Of which methods the whole interval of the difference to SGD lies beyond the smallest effect, and of which it does not. */
export function likeErrorText(rows: readonly LikeErrorRow[], { smallest }: { smallest: number }): string {
  const differences = valuesBy(rows, ({ dead, sgd }) => dead - sgd);
  const isBeyond = ([, values]: [string, number[]]) => {
    const { mean: center, halfWidth } = meanEstimate(values);
    return center - halfWidth > smallest;
  };
  const named = (own: [string, number[]][]) =>
    list(own.map(([name, values]) => `${name} (${points(values)})`));
  const [beyond, rest] = [differences.filter(isBeyond), differences.filter((one) => !isBeyond(one))];
  return [
    `Taken one by one, the whole 95 % interval of the difference to SGD with momentum lies beyond ${smallest} points for ` +
      `${beyond.length} of ${differences.length} methods${beyond.length > 0 ? `: ${named(beyond)}` : ""}.`,
    rest.length > 0 ? `It does not for ${named(rest)}.` : "",
  ]
    .join(" ")
    .trim();
}

/** The weakest penalty tested at which at least `share` % of the filters die, for every optimizer and form. */
export function deadlyPenaltyText(arms: ArmRuns[], share = 10): string {
  requireRuns(arms, "the sentence on penalties");
  const found = penaltySeries(arms).map(({ name, arms: own }) => {
    const deadly = own.find((item) => {
      const dead = completedRuns(item).map(({ record }) => 100 * record.final.deadByActivation);
      return dead.length > 0 && mean(dead) >= share;
    });
    return { name, lambda: deadly?.arm.lambda };
  });
  const killing = found.filter(({ lambda }) => lambda !== undefined).sort((a, b) => a.lambda! - b.lambda!);
  const others = found.filter(({ lambda }) => lambda === undefined).map(({ name }) => name);
  return (
    `The weakest penalty tested at which at least ${share} % of the filters die: ` +
    `${list(killing.map(({ name, lambda }) => `${name} at λ = ${shortNumber(lambda!)}`))}` +
    `${others.length > 0 ? `; none tested for ${list(others)}` : ""}.`
  );
}

/** What each form of the penalty kills at matched test error, and whether the two agree within the smallest effect. */
export function formText(rows: readonly FormRow[], { smallest }: { smallest: number }): string {
  return valuesBy(rows, ({ l2, decoupled }) => l2 - decoupled)
    .map(([optimizer, values]) => {
      const { mean: center, halfWidth } = meanEstimate(values);
      const [low, high] = [center - halfWidth, center + halfWidth];
      const reading =
        low > smallest
          ? "L2 kills more"
          : high < -smallest
            ? "decoupled decay kills more"
            : low > -smallest && high < smallest
              ? `the two agree within ${smallest} points`
              : `too uncertain to tell whether they agree within ${smallest} points`;
      return `**${optimizer}**: L2 minus decoupled decay is ${points(values)}: ${reading}.`;
    })
    .join("\n\n");
}

/** Gaps to SGD averaged over the methods, seed by seed, and the share of them that a smaller network explains. */
export function gapText(rows: readonly GapRow[]): string {
  const seeds = [...new Set(rows.map(({ seed }) => seed))];
  const bySeed = (of: "best" | "equal" | "penalized") =>
    seeds
      .map((seed) => mean(rows.filter((row) => row.seed === seed).map((row) => row[of])))
      .filter(Number.isFinite);
  const [best, equal, penalized] = [bySeed("best"), bySeed("equal"), bySeed("penalized")];
  const said = (values: number[]) => (values.length > 0 ? points(values) : "not known yet");
  return [
    `Mean over the methods: they lose ${said(best)} of test error to the best of SGD with momentum, and ${said(equal)} to SGD in a ` +
      "narrower network with as many filters alive.",
    penalized.length > 0
      ? `Beside SGD that is penalized until it has lost as many filters the difference is ${points(penalized)}; there it is the penalty that costs SGD its accuracy.`
      : "SGD that is penalized until it has lost as many filters is no fair comparison: there it is the penalty that costs it its accuracy.",
  ].join(" ");
}
