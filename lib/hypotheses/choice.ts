import type { ArmRuns } from "../study/arm.js";
import { type EndPoint, endPoints } from "../study/envelope.js";
import type { Family, Setting } from "./families.js";

/** A setting with where it ended on held-out images. */
export interface Screened extends Setting, EndPoint {}

/** Seed of every screening run. */
export const screeningSeed = 1;

/** Least distance between two chosen settings, points of dead share: closer ones say the same. */
export const spacing = 10;

/** Error, points, above the family's lowest beyond which a setting is not worth confirming. */
export const tooDear = 20;

/** Where settings ended, of those that were screened; each run beside its setting. */
export const screenedSettings = (settings: readonly Setting[], runs: readonly ArmRuns[]): Screened[] =>
  settings.flatMap((setting, index) => {
    const [point] = endPoints([runs[index]!], { seed: screeningSeed });
    return point ? [{ ...setting, ...point }] : [];
  });

/**
 * The settings of a family that are confirmed: those that no other one beats in both error and dead share on held-out images,
 * from the most accurate on, no two closer than `spacing`, and none `tooDear`; and the most accurate one without a penalty. Of
 * a family that is compared by error alone, the most accurate one. A rule of the screening alone: it looks at no test image.
 */
export function chooseSettings(
  screened: readonly Screened[],
  { bestOnly = false }: Pick<Family, "bestOnly"> = {},
): Screened[] {
  const inOrder = screened.toSorted((a, b) => a.error - b.error || b.dead - a.dead);
  const [best] = inOrder;
  if (best === undefined) return [];
  if (bestOnly) return [best];
  const chosen = [best];
  for (const one of inOrder)
    if (one.error <= best.error + tooDear && one.dead >= chosen.at(-1)!.dead + spacing) chosen.push(one);
  const plain = inOrder.find(({ lambda }) => lambda === 0);
  return plain && !chosen.includes(plain) ? [...chosen, plain] : chosen;
}
