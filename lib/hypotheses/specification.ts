import { runId } from "../runs/config.js";
import type { Run } from "../runs/record.js";
import { RunIndex } from "../runs/run-index.js";
import type { StoredRun } from "../runs/store.js";
import type { Arm, ArmRuns, Scale } from "../study/arm.js";
import { type StudyRuns, studyRuns } from "../study/study-runs.js";
import { type Contrast, type FactorContrast, sidesOf } from "./contrast.js";
import { familiesOf, familyArm, screeningArms, settingsOf } from "./families.js";
import type { FamilyContrast } from "./family-contrast.js";
import type { Hypothesis } from "./hypothesis.js";
import { hypotheses } from "./index.js";
import { rungArms, rungs } from "./ladder/arms.js";
import { preferredScales, recordedArms } from "./recorded.js";
import { type Asked, choicesOf, specificationsOfFactors, trained } from "./specification/enumerate.js";
import { likeArms } from "./specification/pool.js";
import { rowOf, type SpecificationRow, sorted } from "./specification/row.js";
import { unlessMissing } from "./unless-missing.js";
import { decidePairs } from "./verdict.js";

export { specificationCurve } from "./specification/curve.js";
export { specificationDots } from "./specification/dots.js";
export type { SpecificationRow } from "./specification/row.js";
export { specificationCounts, specificationText } from "./specification/sentence.js";

export interface SpecificationOptions {
  /** What is on record, where the caller knows. Default: as it is now. */
  stored?: RunIndex | readonly StoredRun[] | undefined;
  /** Runs that were read before, as `collectArmRuns` takes them. */
  known?: Map<string, Run> | undefined;
}

/**
 * The specification curve of a hypothesis (Simonsohn, Simmons and Nelson, Nature Human Behaviour 4, 2020): its main contrast
 * under every penalty, learning rate, definition of dead, scale and rule of matching that runs are on record for, by effect,
 * positive where it supports the claim. The main specification is the one that its verdict rests on. Trains nothing; empty
 * where there is no run.
 */
export async function specificationsOf(
  hypothesis: Hypothesis,
  { stored = new RunIndex(), known = new Map() }: SpecificationOptions = {},
): Promise<SpecificationRow[]> {
  const rows: SpecificationRow[] = [];
  let main: SpecificationRow | undefined;
  for (const scale of preferredScales) {
    const found = await recordedArms(hypothesis, { scale, stored, known });
    if (!found) continue;
    const own = studyRuns(found.arms);
    rows.push(...(await specificationsAt(hypothesis, own, { scale, stored, known })));
    main ??= mainOf(hypothesis, own);
  }
  return sorted(main ? [main, ...rows] : rows);
}

async function specificationsAt(
  hypothesis: Hypothesis,
  own: StudyRuns,
  { scale, stored, known }: Required<SpecificationOptions> & { scale: Scale },
): Promise<SpecificationRow[]> {
  const { contrasts, id } = hypothesis;
  const contrast: Contrast = contrasts.main;
  const asked: Asked = { id, claim: contrast.claim ?? hypothesis.claim, scale, ...unitOf(contrast) };
  const at = { scale, stored, known };
  if (!("pairs" in contrast)) return factorSpecifications(asked, contrast, own, at);
  const all = unlessMissing(() => contrast.specifications?.(own)) ?? [];
  const { untuned } = contrast as Partial<FamilyContrast>;
  return [
    ...all.map(({ choices, isMain: _, pairs, ...more }) =>
      rowOf(decidePairs({ ...asked, ...more, ...pairs }), choices),
    ),
    ...(untuned ? await factorSpecifications({ ...asked, ...unitOf(untuned) }, untuned, own, at) : []),
  ];
}

async function factorSpecifications(
  asked: Asked,
  contrast: FactorContrast,
  own: StudyRuns,
  { scale, stored, known }: Required<SpecificationOptions> & { scale: Scale },
): Promise<SpecificationRow[]> {
  const isOwn = ({ arm }: Pick<ArmRuns, "arm">) => !arm.supporting && arm.family === undefined;
  const supporting = own.filter(({ arm }) => arm.supporting).map(({ arm }) => runId(arm.config));
  const others = collectionArms(own[0]!.arm, scale).filter(
    ({ config }) => !supporting.includes(runId(config)),
  );
  const pool = await likeArms(own.filter(isOwn), others, {
    ...(stored instanceof RunIndex && { stored }),
    known,
    bothForms: contrast.specification?.bothForms ?? false,
  });
  return specificationsOfFactors(asked, contrast, { own, pool });
}

const unitOf = ({ unit = "percentage points", smallestEffect = 5 }: Contrast) => ({ unit, smallestEffect });

/** The contrast as its verdict has it; undefined where runs that it rests on are missing. */
function mainOf(hypothesis: Hypothesis, own: StudyRuns): SpecificationRow | undefined {
  const contrast: Contrast = hypothesis.contrasts.main;
  const verdict = unlessMissing(() => hypothesis.verdict("main", own));
  if (!verdict || verdict.seeds === 0) return undefined;
  const choices =
    "pairs" in contrast
      ? (unlessMissing(() => contrast.specifications?.(own))?.find(({ isMain }) => isMain)?.choices ?? {})
      : choicesOf(contrast, trained(sidesOf(contrast, own)));
  return rowOf(verdict, choices, { isMain: true });
}

/** Every arm that the collection has at a scale, on the images of one of them. */
function collectionArms({ config: { dataset } }: Arm, scale: Scale): Arm[] {
  const options = { scale, dataset: { name: dataset.name, source: dataset.source } };
  return [
    ...hypotheses.flatMap((one) => one.arms(options)),
    ...familiesOf(scale).flatMap((family) =>
      settingsOf(family).map((setting) => familyArm(options, family, setting)),
    ),
    ...screeningArms(options),
    ...(scale === "lite" ? rungArms(options, rungs[0]!) : []),
  ];
}
