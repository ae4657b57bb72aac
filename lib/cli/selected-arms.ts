import { messageOf, UsageError } from "../errors.js";
import type { ArmOptions } from "../hypotheses/hypothesis.js";
import { parseRunConfig } from "../runs/config.js";
import { cuttingText } from "../runs/describe.js";
import type { Arm, Scale } from "../study/arm.js";
import type { Locations } from "./options.js";

/** A verdict rests on at least three seeds. */
const defaultSeeds: Record<Scale, number> = { smoke: 1, quick: 3, lite: 3, reduced: 3, paper: 3 };

/** 1, 2, ... up to `count`; default: as many as a verdict takes at this scale. */
export const seedsUpTo = (scale: Scale, count = defaultSeeds[scale]): number[] =>
  Array.from({ length: count }, (_, index) => index + 1);

/**
 * Options of a hypothesis' arms. Of the datasets given, the one that the scale is made for takes its place, else the
 * first; the others serve arms that ask for them by name. Where none is given, `source` says which copy of the scale's
 * own is meant (default: the official one). Throws `UserError` where a folder holds no dataset.
 */
export async function armOptions(scale: Scale, data: Locations, source?: string): Promise<ArmOptions> {
  const names = Object.keys(data);
  const [{ detectSource }, { scaleDefaults }] = await Promise.all([
    import("../datasets/index.js"),
    import("../hypotheses/index.js"),
  ]);
  const own = scaleDefaults[scale].dataset;
  if (names.length === 0) {
    const isFixed = source === undefined || own.source === "builtin";
    return isFixed ? { scale } : { scale, dataset: { name: own.name, source } };
  }
  const sources: Record<string, string> = {};
  for (const name of names) sources[name] = await detectSource(data[name]!);
  const name = names.includes(own.name) ? own.name : names[0]!;
  return { scale, dataset: { name, source: sources[name]! }, sources };
}

/**
 * The arms with dead filters cut out of their runs, in a look every so many steps; as they are where that is undefined. Throws
 * `UsageError` naming the first that does not allow it.
 */
export function withCutting(arms: Arm[], every: number | undefined): Arm[] {
  if (every === undefined) return arms;
  const cutDead = { every };
  return arms.map((arm) => {
    try {
      const config = parseRunConfig({ ...arm.config, cutDead });
      return { ...arm, config, label: `${arm.label}, ${cuttingText(cutDead)}` };
    } catch (error) {
      throw new UsageError(
        `--cut-dead is ${every}, and arm "${arm.label}" cannot be cut: ${messageOf(error)}`,
      );
    }
  });
}
