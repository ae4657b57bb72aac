import { describe, expect, it } from "vitest";
import { hypotheses } from "../../lib/hypotheses/index.js";
import { saveRun } from "../../lib/runs/save.js";
import { useTemporaryFolders } from "../runs/support.js";
import { madeUpRun } from "../support/made-up-runs.js";
import { command } from "./command.js";

useTemporaryFolders();

/** Invented runs of H1 at quick scale: enough for a verdict. */
async function saveH1(seeds: number[]): Promise<void> {
  const arms = hypotheses[0]!.arms({ scale: "quick" });
  for (const { config } of arms) {
    const deadShare = Math.min(0.6, 100 * config.penalty.lambda);
    for (const seed of seeds) await saveRun(madeUpRun(config, { seed, deadShare }));
  }
}

const keys = [
  ...["id", "part", "claim", "source", "verdict", "effect", "interval", "p", "holm"],
  ...["seeds", "scale", "scope", "dataset"],
];

describe("verdicts", () => {
  it("prints a list as JSON, and on stderr what lacks runs", async () => {
    await saveH1([1, 2, 3]);
    const { code, stdout, lines } = await command("verdicts --json");
    expect(code).toBe(0);
    const verdicts = JSON.parse(stdout);
    const h01 = verdicts.find(({ id }: { id: string }) => id === "h01");
    expect(Object.keys(h01).slice(0, keys.length)).toEqual(keys);
    expect(h01).toMatchObject({
      verdict: "supported",
      seeds: 3,
      scale: "quick",
      scope: "toy",
      source: "abstract",
      part: "with a penalty, deaths",
      dataset: "synthetic (builtin)",
    });
    const parts = verdicts.filter(({ id }: { id: string }) => id === "h01");
    expect(parts.map(({ part }: { part: string }) => part)).toEqual([
      "with a penalty, deaths",
      "no penalty, no deaths",
      "more penalty, more deaths",
    ]);
    const [low, high] = h01.interval;
    expect(low).toBeLessThan(h01.effect);
    expect(high).toBeGreaterThan(h01.effect);
    const missing = lines.find((line) => line.startsWith("note h15: "));
    expect(missing).toMatch(/No verdict: .*npm run sweep -- h15/);
    expect(verdicts.some(({ id }: { id: string }) => id === "h15")).toBe(false);
  });

  it("prints a table, and says which arms lack seeds", async () => {
    await saveH1([1]);
    const { code, stdout, lines } = await command("verdicts --only h01");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^h01 .* abstract +undecided .* 1 +quick +toy +synthetic/m);
    expect(stdout).toContain(
      "3 verdicts: 0 supported, 0 contradicted, 0 no difference that matters, 3 undecided.",
    );
    expect(lines).toEqual([
      expect.stringMatching(/^note h01: 5 of its 5 arms lack seeds; .*npm run sweep -- h01/),
    ]);
  });

  it("fails where the one asked for has no verdict, and where none has, the list intact", async () => {
    const none = await command("verdicts --json");
    expect([none.code, none.stdout]).toEqual([1, "[]\n"]);
    await saveH1([1]);
    const named = await command("verdicts --json --only h01 h02 --scale quick");
    expect(named.code).toBe(1);
    expect(JSON.parse(named.stdout)).toHaveLength(3);
    expect(named.lines.at(-1)).toMatch(/^error No verdict on h02/);
  });
});
