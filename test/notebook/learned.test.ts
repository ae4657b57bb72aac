import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { findHypothesis, type Verdict } from "../../lib/hypotheses/index.js";
import { collectionMap } from "../../lib/notebook/collection.js";
import { whatWeLearned } from "../../lib/notebook/learned.js";

const folder = mkdtempSync(join(tmpdir(), "learned-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (text: string) => {
  const path = join(folder, "learned.md");
  writeFileSync(path, text);
  return path;
};

const answered = (id: string, verdict: Verdict["verdict"]) => ({
  hypothesis: findHypothesis(id),
  verdict: {
    source: findHypothesis(id).source,
    verdict,
    effect: 12,
    interval: [10, 14],
    unit: "points",
    smallestEffect: 5,
  } as unknown as Verdict,
});

describe("what we learned", () => {
  const path = written(
    "# Learned\n\n- Penalties kill. (h01: supported)\n- Both hold. (h01: supported, h04: contradicted)\n",
  );

  it("keeps what the verdicts bear out, and tells what they no longer do", () => {
    const all = whatWeLearned([answered("h01", "supported"), answered("h04", "contradicted")], path);
    expect(all).toEqual({ text: "- Penalties kill.\n- Both hold.", stale: [] });
    const turned = whatWeLearned([answered("h01", "supported"), answered("h04", "undecided")], path);
    expect(turned.text).toBe("- Penalties kill.");
    expect(turned.stale).toEqual([
      expect.stringMatching(/"Both hold." for h04 .*contradicted.*undecided now/),
    ]);
  });

  it("refuses an item that rests on nothing", () => {
    const loose = written("- Nobody knows why.\n");
    expect(() => whatWeLearned([], loose)).toThrow(UserError);
    expect(() => whatWeLearned([], written("- So. (h01: likely)\n"))).toThrow(/supported, contradicted/);
  });

  it("reads the collection's own", () => {
    expect(whatWeLearned([]).stale.length).toBeGreaterThan(3);
  });
});

describe("the map of the collection", () => {
  it("says the verdict and the answer, or that there is none yet", () => {
    const map = collectionMap([answered("h04", "contradicted")]);
    expect(map).toContain(
      "[H4 · Where filters die](04-layers.ipynb): *contradicted (as noted)*. Late layers lose more",
    );
    expect(map).toContain("(01-regularization.ipynb): *no verdict yet*. Do filters die only");
    expect(map.indexOf("The paper's claims")).toBeLessThan(map.indexOf("Beyond the paper"));
  });
});
