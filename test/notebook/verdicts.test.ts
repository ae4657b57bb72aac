import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluationRows } from "../../lib/cli/evaluation.js";
import { hypotheses, protocolSeeds, recordedHypothesis } from "../../lib/hypotheses/index.js";
import { unlessMissing } from "../../lib/hypotheses/unless-missing.js";
import { decides } from "../../lib/hypotheses/verdict.js";
import { verdictsJson } from "../../lib/hypotheses/verdict-json.js";
import { verdictNumbers } from "../../lib/hypotheses/verdict-text.js";
import { listNotebooks, type NotebookOutput, readNotebook, sourceOf } from "../../lib/notebook/notebooks.js";
import { shownVerdict } from "../../lib/notebook/verdict.js";
import type { Run } from "../../lib/runs/record.js";
import { listRuns } from "../../lib/runs/store.js";
import type { ArmRuns, Scale } from "../../lib/study/arm.js";

/*
 * The committed records and notebooks themselves: a notebook whose verdict is not what the records say by now was not
 * executed again after its runs, its hypothesis or the statistics changed.
 */

const notebooks = listNotebooks().map((path) => ({ name: basename(path, ".ipynb"), path }));
const stored = listRuns();
const known = new Map<string, Run>();
const judged = new Map<string, ReturnType<typeof recordedHypothesis>>();
const recorded = async (hypothesis: (typeof hypotheses)[number], scale: Scale = "lite") => {
  const { runs } = await stored;
  const name = `${hypothesis.id} ${scale}`;
  const before = judged.get(name);
  if (before) return before;
  const found = recordedHypothesis(hypothesis, { scale, seeds: protocolSeeds, stored: runs, known });
  judged.set(name, found);
  return found;
};

/** Every contrast that arms have the runs for, as a notebook shows it. */
const verdictsThere = (hypothesis: (typeof hypotheses)[number], arms: ArmRuns[]): string[] =>
  Object.keys(hypothesis.contrasts).flatMap((name) => {
    const verdict = unlessMissing(() => hypothesis.verdict(name, arms));
    return verdict ? [shownVerdict(verdict)] : [];
  });

const shownIn = (path: string): string[] =>
  readNotebook(path).cells.flatMap(({ outputs = [] }) => outputs.map(plainText));

const sourcesOf = (path: string): string => readNotebook(path).cells.map(sourceOf).join("\n");

function plainText({ data }: NotebookOutput): string {
  const text = data?.["text/plain"];
  return Array.isArray(text) ? text.join("") : String(text ?? "");
}

describe("the verdict that a notebook shows is the one that the records give", () => {
  for (const { name, path } of notebooks) {
    const hypothesis = hypotheses.find(({ notebook }) => notebook === name);
    if (!hypothesis) continue;
    it(`${name}: execute it again if not, npm run notebook -- ${name}`, async () => {
      const { arms, verdict } = await recorded(hypothesis);
      expect(verdict).toBeDefined();
      const shown = shownIn(path).filter((text) => text.startsWith("Verdict: "));
      expect(shown).toContain(shownVerdict(verdict!));
      const reduced = await recorded(hypothesis, "reduced");
      const larger = reduced.verdicts.filter(decides).map(shownVerdict);
      const right = [
        ...hypothesis.verdicts(arms).map(shownVerdict),
        ...verdictsThere(hypothesis, reduced.arms),
      ];
      for (const text of shown) expect(right).toContain(text);
      // A page that shows its specifications shows what a larger scale says.
      if (sourcesOf(path).includes("showSpecifications"))
        for (const text of larger) expect(shown).toContain(text);
    });
  }

  const overview = notebooks.find(({ name }) => name.startsWith("00-"));
  it.runIf(overview)(
    "00, where all runs are there: execute it again if not, npm run notebook -- 00",
    async () => {
      // Not the plain text, which breaks long cells.
      const tables = readNotebook(overview!.path).cells.flatMap(({ outputs = [] }) =>
        outputs.map(({ data }) => [data?.["text/html"] ?? ""].flat().join("")),
      );
      const rows = tables
        .flatMap((html) => html.split("<tr>"))
        .map((row) => [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => cell));
      let complete = 0;
      for (const hypothesis of hypotheses) {
        const { verdict, lack } = await recorded(hypothesis);
        if (!verdict || lack) continue;
        complete++;
        const { effect, interval } = verdictNumbers(verdict);
        const row = rows.find(([id]) => id === verdict.id);
        for (const part of [verdict.verdict, effect, interval!]) expect(row, verdict.id).toContain(part);
      }
      expect(complete).toBeGreaterThan(0);
    },
  );

  it("and the evaluators' script finds all of them there, part by part", async () => {
    const verdicts = [];
    for (const hypothesis of hypotheses) verdicts.push(...(await recorded(hypothesis)).verdicts);
    const { differs } = evaluationRows.find(({ id }) => id === "verdicts")!;
    const json = verdictsJson(verdicts);
    expect(differs(JSON.stringify(json))).toBeUndefined();
    const last = json.findLastIndex(({ part }) => part !== null);
    const other = json.with(last, { ...json[last]!, verdict: "undecided" });
    expect(differs(JSON.stringify(other))).toContain(`${json[last]!.part}, is "undecided"`);
    expect(differs(JSON.stringify(json.slice(3)))).toBe("no verdict on h01");
  });
});
