import { describe, expect, it } from "vitest";
import { hypotheses } from "../../lib/hypotheses/index.js";
import { saveRun } from "../../lib/runs/save.js";
import { useTemporaryFolders } from "../runs/support.js";
import { madeUpRun } from "../support/made-up-runs.js";
import { command } from "./command.js";

useTemporaryFolders();

/** Invented runs of H1 at quick scale, 200 seconds each: more dead the stronger the penalty. */
async function saveH1(): Promise<number> {
  const arms = hypotheses[0]!.arms({ scale: "quick" });
  for (const { config } of arms) {
    const deadShare = Math.min(0.6, 100 * config.penalty.lambda);
    for (const seed of [1, 2, 3]) await saveRun(madeUpRun(config, { seed, deadShare }));
  }
  return 3 * arms.length;
}

describe("claims", () => {
  it("gives each claim its source, an answer for every part, cost and the command that tests it again", async () => {
    const runs = await saveH1();
    const { code, stdout, lines } = await command("claims --json");
    expect(code).toBe(0);
    const [h01] = JSON.parse(stdout);
    expect(h01).toMatchObject({
      id: "h01",
      source: "abstract",
      scale: "quick",
      scope: "toy",
      runs,
      command: "npm run reproduce -- h01 --scale quick --seeds 3",
    });
    expect(h01.coreHours).toBeCloseTo((runs * 200) / 3600);
    expect(h01.expectedSeconds).toBeGreaterThan(0);
    expect(h01.parts.map(({ part }: { part: string }) => part)).toEqual([
      "with a penalty, deaths",
      "no penalty, no deaths",
      "more penalty, more deaths",
    ]);
    expect(h01.answer).toMatch(
      /^With a penalty, deaths: supported.*, \+\d+\.?\d* percentage points \(.*\); no penalty, no deaths: .*; more penalty/,
    );
    expect(lines).toContain("note h02: no verdict follows from the runs on record");
  });

  it("is a table in the format asked for, and names what is not on record", async () => {
    await saveH1();
    const { code, stdout, lines } = await command("claims --only h01 h15 --format markdown");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\| Id \| Claim \| Source \| Answer \| Scope \| Runs \| Core-hours \| Rerun \|/m);
    expect(stdout).toMatch(/^\| h01 \|/m);
    expect(lines.at(-1)).toMatch(/^error No answer to h15: .*npm run reproduce -- h15/);
    expect((await command("claims --format word")).lines.at(-1)).toMatch(/format/);
  });
});
