import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { runId } from "../runs/config.js";
import type { Run } from "../runs/record.js";
import { remembered } from "../runs/remembered.js";
import type { RunIndex } from "../runs/run-index.js";
import type { Scale } from "../study/arm.js";
import type { Hypothesis } from "./hypothesis.js";
import { chosenArms, recordedHypothesis } from "./recorded.js";
import type { Verdict } from "./verdict.js";

/** What the runs on record say of a hypothesis, as `recordedHypothesis` puts it. */
export interface RecordedVerdicts {
  /** On every part of the claim that has its runs, the main one first. */
  verdicts: Verdict[];
  /** Whether the main one is among them. */
  decided: boolean;
  lack?: string;
}

/** Verdicts are computed by the sources of this build, and by no other. */
const build = /[\\/]\.builds[\\/]([0-9a-f]{16})[\\/]/.exec(fileURLToPath(import.meta.url))?.[1];

/**
 * The verdicts of `recordedHypothesis`. Where all runs of its arms lie there as they did when the same build of the library
 * judged them, they are not read again.
 * @param options.program what tells the program that judges from any other; undefined: nothing is remembered
 */
export async function recordedVerdicts(
  hypothesis: Hypothesis,
  {
    scale,
    stored,
    known,
    program = build,
  }: {
    scale: Scale | undefined;
    stored: RunIndex;
    /** Runs that were read before, as `collectArmRuns` takes them. */
    known: Map<string, Run>;
    program?: string | undefined;
  },
): Promise<RecordedVerdicts> {
  const memory = remembered<RecordedVerdicts>("verdicts-1");
  const [name, state] = [`${hypothesis.id} ${scale ?? "any"}`, stateOfArms(hypothesis, stored, scale)];
  const before = program && memory.get(name, `${program} ${state}`);
  if (before) return before;
  const { verdicts, verdict, lack } = await recordedHypothesis(hypothesis, { scale, stored, known });
  const found = { verdicts, decided: verdict !== undefined, ...(lack !== undefined && { lack }) };
  if (program && verdicts.every(isKept)) memory.set(name, `${program} ${state}`, found);
  return found;
}

/** JSON, in which it is remembered, has no infinity: the interval from one seed. */
const isKept = ({ p, effect, interval }: Verdict) => [p, effect, ...interval].every(Number.isFinite);

/** Of what is told, too: problems name folders from where the command runs. */
function stateOfArms(hypothesis: Hypothesis, stored: RunIndex, scale: Scale | undefined): string {
  const hash = createHash("sha256").update(process.cwd());
  const chosen = chosenArms(hypothesis, stored, scale);
  for (const { config } of chosen?.arms ?? []) {
    const id = runId(config);
    hash.update(`\n${id}\n${stored.stateOf(id)}`);
  }
  return hash.digest("hex");
}
