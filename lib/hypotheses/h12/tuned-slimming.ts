import { type Arm, confirmationSeedsAt } from "../../study/arm.js";
import { type ArmChanges, arm } from "../arms.js";
import type { ArmOptions } from "../hypothesis.js";
import { tunedArms } from "../tuned.js";

/** Optimizers with the family whose most accurate setting network slimming starts from, and strengths of L1 on gamma. */
const bases = [
  { optimizer: "Adam", family: "Adam, L2", l1Gammas: [3e-4, 1e-3, 3e-3] },
  { optimizer: "SGD+momentum", family: "SGD+momentum, L2", l1Gammas: [1e-3, 3e-3, 1e-2] },
] as const;

/** Families of the implicit method: what of their filters died is cut. */
export const implicitFamilies: readonly string[] = bases.map(({ family }) => family);

/** Of filters. */
const shares = [0.3, 0.5, 0.7];

/**
 * Network slimming as one would use it at one's best setting: L1 on gamma beside each optimizer's most accurate rate and L2
 * penalty, which held-out images chose; cut; fine-tuned for `steps` at the same rate. None where nothing was tuned, and none
 * at `reduced`, where it would be 72 runs more.
 */
export function tunedSlimming(options: ArmOptions, steps: number): Arm[] {
  if (options.scale === "reduced") return [];
  return bases.flatMap(({ optimizer, family, l1Gammas }) => {
    const [base] = tunedArms(options, [family]);
    if (base === undefined) return [];
    const { optimizer: setting, schedule, penalty } = base.config;
    const of = (changes: ArmChanges): Arm => ({
      ...arm(options, "Adam", { optimizer: setting, schedule, penalty, ...changes }),
      family: `${optimizer}, network slimming`,
      seeds: confirmationSeedsAt(options.scale),
    });
    return l1Gammas.flatMap((l1Gamma) => {
      const whole = of({ penalty: { ...penalty, l1Gamma }, note: "tuned" });
      const cut = shares.map((share) =>
        of({ start: { run: whole.config, prune: { method: "slimming", share } }, steps, note: "tuned" }),
      );
      return [whole, ...cut];
    });
  });
}
