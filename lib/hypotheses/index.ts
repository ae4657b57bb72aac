import { UsageError } from "../errors.js";
import type { Run } from "../runs/record.js";
import { RunIndex } from "../runs/run-index.js";
import type { ArmRuns } from "../study/arm.js";
import { type StudyRuns, studyRuns } from "../study/study-runs.js";
import { screeningArms } from "./families.js";
import { h01 } from "./h01.js";
import { h02 } from "./h02.js";
import { h03 } from "./h03.js";
import { h04 } from "./h04.js";
import { h05 } from "./h05.js";
import { h06 } from "./h06.js";
import { h07 } from "./h07.js";
import { h08 } from "./h08.js";
import { h09 } from "./h09.js";
import { h10 } from "./h10.js";
import { h11 } from "./h11.js";
import { h12 } from "./h12.js";
import { h13 } from "./h13.js";
import { h15 } from "./h15.js";
import { h16 } from "./h16.js";
import { h17 } from "./h17.js";
import { h18 } from "./h18.js";
import { h19 } from "./h19.js";
import { h20 } from "./h20.js";
import { h21 } from "./h21.js";
import { h22 } from "./h22.js";
import { h23 } from "./h23.js";
import { h24 } from "./h24.js";
import type { Hypothesis } from "./hypothesis.js";
import { rungArms, rungs } from "./ladder/arms.js";
import { type RecordedHypothesis, type RecordedOptions, recordedHypothesis } from "./recorded.js";
import { tunedArms, tunedFamilies } from "./tuned.js";

export type { NamedFigure } from "../figures/figure.js";
export type { Arm, ArmRuns, Scale } from "../study/arm.js";
export type { ArmOptions, Hypothesis } from "./hypothesis.js";
export { leverTable } from "./lever-table.js";
export { plainAnswer } from "./plain-answer.js";
export { protocolSeeds, type RecordedHypothesis, recordedArms, recordedHypothesis } from "./recorded.js";
export { scaleDefaults } from "./scales.js";
export type { Verdict } from "./verdict.js";
export { type Claim, type Comparison, decide, decidePairs } from "./verdict.js";
export { verdictTable } from "./verdict-table.js";

/** All hypotheses, in the order of the collection. */
export const hypotheses: readonly Hypothesis[] = [
  h01,
  h02,
  h03,
  h04,
  h05,
  h06,
  h07,
  h08,
  h09,
  h10,
  h11,
  h12,
  h13,
  h15,
  h16,
  h17,
  h18,
  h19,
  h20,
  h21,
  h22,
  h23,
  h24,
];

/** Runs that are no hypothesis' own. */
type FurtherStudy = Pick<Hypothesis, "id" | "title" | "arms">;

/** What rates and penalties are chosen by; no verdict rests on it. */
const screening: FurtherStudy = {
  id: "screening",
  title: "Every family at every rate and penalty, on held-out images",
  arms: screeningArms,
};

/** What was chosen, on test images: what the verdicts on families rest on. */
const confirmation: FurtherStudy = {
  id: "confirmation",
  title: "Every family at the settings chosen, on test images",
  arms: (options) => tunedArms(options, tunedFamilies(options.scale)),
};

/** From `lite` to `reduced` one step at a time, all rungs or one. It is asked for at scale reduced, where it ends. */
const ladder: readonly FurtherStudy[] = [
  { id: "ladder", title: "From lite to reduced, one step at a time", chosen: rungs },
  ...rungs.map((rung) => ({
    id: `ladder-${rung.name}`,
    title: `Of the ladder: ${rung.title}`,
    chosen: [rung],
  })),
].map(({ id, title, chosen }) => ({
  id,
  title,
  arms(options) {
    if (options.scale === "reduced") return chosen.flatMap((rung) => rungArms(options, rung));
    throw new UsageError(`The ladder goes from lite to reduced. Ask for it at the end: --scale reduced.`);
  },
}));

/** What is trained by name beside the hypotheses. */
export const furtherStudies: readonly FurtherStudy[] = [screening, confirmation, ...ladder];

/** Every arm of the collection with runs on record, each once, whatever hypotheses it serves; options as `recordedHypothesis`. */
export async function allRecordedRuns(options: RecordedOptions = {}): Promise<StudyRuns> {
  const arms = (await recordedHypotheses(options)).flatMap((recorded) => recorded.arms);
  const trained = arms.filter(({ runs }) => runs.length > 0);
  // A tuned arm may be another one's with seeds of its own.
  const key = ({ arm: { seeds }, runs }: ArmRuns) => `${runs[0]!.record.id}/${seeds?.join() ?? ""}`;
  return studyRuns([...new Map(trained.map((item) => [key(item), item])).values()]);
}

/** All of them as far as their runs are on record, in the order of the collection; options as `recordedHypothesis`. */
export async function recordedHypotheses(options: RecordedOptions = {}): Promise<RecordedHypothesis[]> {
  const stored = options.stored ?? new RunIndex();
  const known = options.known ?? new Map<string, Run>();
  const found: RecordedHypothesis[] = [];
  for (const hypothesis of hypotheses)
    found.push(await recordedHypothesis(hypothesis, { ...options, stored, known }));
  return found;
}

/** Finds a hypothesis by what a reader writes: "h01", "h1", "01", "1" or a notebook's name. */
export function findHypothesis(name: string): Hypothesis {
  const number = /^h?0*(\d+)$/i.exec(name.trim())?.[1];
  const id = number === undefined ? name : `h${number.padStart(2, "0")}`;
  const found = hypotheses.find((hypothesis) => hypothesis.id === id || hypothesis.notebook === name);
  if (found === undefined) {
    const known = hypotheses.map((hypothesis) => `${hypothesis.id} (${hypothesis.title})`).join(", ");
    throw new UsageError(`Unknown hypothesis "${name}". Known: ${known}.`);
  }
  return found;
}
