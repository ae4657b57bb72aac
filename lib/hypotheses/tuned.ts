import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { type DeadBy, type EndPoint, Envelope, endPoints } from "../study/envelope.js";
import { chosenSettings } from "./chosen-settings.js";
import { familiesOf, familyArm, familyNamed } from "./families.js";
import type { ArmOptions } from "./hypothesis.js";

/** Names of the families that were tuned at a scale. */
export const tunedFamilies = (scale: Scale): string[] => familiesOf(scale).map(({ name }) => name);

/**
 * The settings of some families that held-out images chose, as they are confirmed: on test images, with seeds of their own.
 * The most accurate of each family comes first. None where nothing was tuned.
 */
export const tunedArms = (options: ArmOptions, names: readonly string[]): Arm[] =>
  names.flatMap((name) =>
    (chosenSettings[options.scale]?.[name] ?? []).map((setting) =>
      familyArm(options, familyNamed(options.scale, name), setting),
    ),
  );

/** Those of some arms that belong to a family, in their order. */
export const ofFamily = (arms: readonly ArmRuns[], name: string): ArmRuns[] =>
  arms.filter(({ arm }) => arm.family === name);

/** Families of some arms that have any run, each once. */
export const familiesIn = (arms: readonly ArmRuns[]): string[] => [
  ...new Set(arms.flatMap(({ arm: { family }, runs }) => (runs.length > 0 ? (family ?? []) : []))),
];

/**
 * Whether all of some families are among the arms, and each of their settings has all of its seeds: a comparison of families
 * needs every one, and none is made before the last run that was set down for it is there.
 */
export const haveFamilies = (arms: readonly ArmRuns[], names: readonly string[]): boolean =>
  names.every((name) => {
    const settings = ofFamily(arms, name);
    return settings.length > 0 && settings.every(hasAllSeeds);
  });

/** Whether an arm has runs, and one of every seed that was fixed for it beforehand. */
export const hasAllSeeds = ({ arm: { seeds = [] }, runs }: ArmRuns): boolean =>
  runs.length > 0 && seeds.every((seed) => runs.some(({ record }) => record.seed === seed));

/**
 * What a family reaches on test images with one seed. Its most accurate setting is that of the held-out images. Without a point
 * where a run of the seed is missing: a part of the family would pass for the whole.
 */
export function envelopeOf(
  family: readonly ArmRuns[],
  { seed, by }: { seed: number; by?: DeadBy },
): Envelope {
  const points = family.map((item): EndPoint | "diverged" | undefined => {
    if (!item.runs.some(({ record }) => record.seed === seed)) return undefined;
    return endPoints([item], { seed, ...(by && { by }) })[0] ?? "diverged";
  });
  if (points.includes(undefined)) return new Envelope([]);
  const ends = points.filter((point): point is EndPoint => typeof point === "object");
  return new Envelope(ends, { best: points[0] === "diverged" ? undefined : (points[0] as EndPoint) });
}
