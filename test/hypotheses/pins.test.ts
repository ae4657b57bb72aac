import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hypotheses, recordedArms, type Verdict } from "../../lib/hypotheses/index.js";
import { armsOfPair, pairOf } from "../../lib/live/pairs.js";
import { runId } from "../../lib/runs/config.js";
import type { Run } from "../../lib/runs/record.js";
import { listRuns, type StoredRun } from "../../lib/runs/store.js";
import type { ArmRuns } from "../../lib/study/arm.js";

/*
 * What must not change while hypotheses are rewritten: which runs they are about, under which ids and labels, and what the
 * records say of every claim. After a change that is meant: npx vitest run test/hypotheses/pins.test.ts -u. Verdicts are of
 * the runs that their fixture lists; without the fixture, of all on record, which are then listed.
 */
const scales = ["smoke", "quick", "lite", "reduced", "paper"] as const;
const fixture = (name: string) => join(import.meta.dirname, "..", "fixtures", `${name}.json`);
const text = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;

it("every arm at every scale: id, label, and whether a verdict rests on it", async () => {
  const arms = hypotheses.map((hypothesis) => [
    hypothesis.id,
    Object.fromEntries(
      scales.map((scale) => [
        scale,
        hypothesis
          .arms({ scale })
          .map(({ label, config, supporting }) => `${runId(config)} ${label}${supporting ? " *" : ""}`),
      ]),
    ),
  ]);
  await expect(text(Object.fromEntries(arms))).toMatchFileSnapshot(fixture("arms"));
});

it("the pair of arms that a page reruns, and what it says of them", async () => {
  const pairs = hypotheses.map((hypothesis) => {
    const pair = pairOf(hypothesis);
    const labels = (["smoke", "quick", "lite"] as const).map((scale) => [
      scale,
      armsOfPair(pair, hypothesis.arms({ scale }))!.map(({ label }) => label),
    ]);
    const { judgment, caveat } = pair;
    return [hypothesis.id, { ...Object.fromEntries(labels), judgment, caveat }];
  });
  await expect(text(Object.fromEntries(pairs))).toMatchFileSnapshot(fixture("pairs"));
});

describe("every verdict", () => {
  const nameOf = ({ record: { id, seed } }: Pick<StoredRun, "record">) => `${id}/${seed}`;
  /** As far as any processor computes the same. */
  const rounded = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(9)) : String(value));

  const pinned = (one: Verdict) => ({
    ...one,
    ...{ p: rounded(one.p), effect: rounded(one.effect), interval: one.interval.map(rounded) },
  });

  it("is what the listed runs give", async () => {
    const path = fixture("verdicts");
    const all = (await listRuns()).runs;
    const listed = existsSync(path)
      ? (JSON.parse(readFileSync(path, "utf8")) as { runs: string[] }).runs
      : all.map(nameOf).sort();
    const own = new Set(listed);
    const stored = all.filter((run) => own.has(nameOf(run)));
    const known = new Map<string, Run>();
    const verdicts = [];
    for (const hypothesis of hypotheses) {
      const found = await recordedArms(hypothesis, { scale: "lite", stored, known });
      const arms = found!.arms.map(
        ({ arm, runs }): ArmRuns => ({ arm, runs: runs.filter((run) => own.has(nameOf(run))) }),
      );
      verdicts.push(...hypothesis.verdicts(arms).map(pinned));
    }
    await expect(text({ runs: listed, verdicts })).toMatchFileSnapshot(path);
  });
});
