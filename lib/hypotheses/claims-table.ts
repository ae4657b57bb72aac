import { capitalized } from "../capitalized.js";
import { describeDuration } from "../runs/describe.js";
import type { ArmRuns, Scale } from "../study/arm.js";
import type { Cell, Table } from "../tables/table.js";
import { type Answer, holmAnswers } from "./answer.js";
import { answerTo } from "./claim.js";
import type { Hypothesis } from "./hypothesis.js";
import { scopes } from "./scope.js";
import type { Verdict } from "./verdict.js";
import { verdictsJson } from "./verdict-json.js";
import { verdictNumbers } from "./verdict-text.js";

/** A claim at one scale, with what its runs cost and how to make them again. */
export interface ClaimRow {
  hypothesis: Pick<Hypothesis, "id" | "claim" | "source">;
  scale: Scale;
  /** On every part of the claim that has its runs. */
  verdicts: readonly Verdict[];
  arms: readonly ArmRuns[];
  /** What trains its runs again. */
  command: string;
  /** What that is expected to take here, in seconds; undefined where nothing is known of this machine. */
  expectedSeconds?: number;
}

/** Different runs, and hours of wall time that they took one worker each. */
export function costOf(arms: readonly ArmRuns[]): { runs: number; coreHours: number } {
  const runs = new Map(
    arms.flatMap(({ runs: own }) =>
      own.map(({ record }) => [`${record.id}/${record.seed}`, record] as const),
    ),
  );
  const seconds = [...runs.values()].reduce((sum, { timing }) => sum + timing.seconds, 0);
  return { runs: runs.size, coreHours: seconds / 3600 };
}

/** The one table of all claims, a row per claim and scale; Holm's correction is over all verdicts in it. */
export function claimsTable(rows: readonly ClaimRow[]): Table {
  const after = holmOf(rows);
  const all = costOf(rows.flatMap(({ arms }) => arms));
  return {
    columns: [
      { label: "Id" },
      { label: "Claim", width: 40 },
      { label: "Source" },
      { label: "Answer", width: 50 },
      { label: "Scope" },
      { label: "Runs", digits: 0 },
      { label: "Core-hours", digits: 1 },
      { label: "Rerun", width: 40 },
      { label: "Expected here", width: 12 },
    ],
    rows: rows.map((row): Cell[] => {
      const { hypothesis, scale, command, expectedSeconds } = row;
      const { runs, coreHours } = costOf(row.arms);
      return [
        hypothesis.id,
        hypothesis.claim,
        hypothesis.source,
        answerSentence(row.verdicts, after),
        scopes[scale],
        runs,
        coreHours,
        command,
        expectedSeconds === undefined ? null : `about ${describeDuration(expectedSeconds)}`,
      ];
    }),
    note:
      "Source: of the claim as a whole; notes are third-party reading notes on the paper, so that the claim is tested as noted. " +
      "Scope: toy, small images and few of them; reduced, a dataset whole and a narrow network; full, the paper's size. " +
      "Core-hours: wall time on record, one core a run. Claims share runs: " +
      `together they are ${all.runs.toLocaleString("en")} different ones of ${all.coreHours.toFixed(1)} core-hours.`,
  };
}

/** The same as data. */
export function claimsJson(rows: readonly ClaimRow[]) {
  const after = holmOf(rows);
  const all = rows.flatMap(({ verdicts }) => verdicts);
  const json = verdictsJson(all);
  const parts = new Map(all.map((verdict, index) => [verdict, json[index]!]));
  return rows.map(({ hypothesis: { id, claim, source }, scale, verdicts, arms, ...rerun }) => ({
    ...{ id, claim, source, answer: answerSentence(verdicts, after), scale, scope: scopes[scale] },
    ...costOf(arms),
    ...{ command: rerun.command, expectedSeconds: rerun.expectedSeconds ?? null },
    parts: verdicts.map((verdict) => parts.get(verdict)!),
  }));
}

function holmOf(rows: readonly ClaimRow[]): Map<Verdict, Answer> {
  const all = rows.flatMap(({ verdicts }) => verdicts);
  const answers = holmAnswers(all);
  return new Map(all.map((verdict, index) => [verdict, answers[index]!]));
}

/** "Supported, +70.0 percentage points (+67.9 to +72.0)."; of a claim in parts, each with its name. */
function answerSentence(verdicts: readonly Verdict[], after: ReadonlyMap<Verdict, Answer>): string {
  const parts = verdicts.map((verdict) => {
    const { effect, interval } = verdictNumbers(verdict);
    const [low, high] = verdict.interval;
    const range = interval === undefined ? "one seed" : low === high ? "in every seed" : interval;
    const corrected = after.get(verdict) === verdict.verdict ? "" : `, after Holm ${after.get(verdict)}`;
    const answer = `${answerTo(verdict.source, verdict.verdict)}${corrected}, ${effect} ${verdict.unit} (${range})`;
    return verdict.part === undefined ? answer : `${verdict.part}: ${answer}`;
  });
  const sentence = parts.join("; ");
  return `${capitalized(sentence)}.`;
}
