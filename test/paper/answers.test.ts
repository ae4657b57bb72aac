import { expect, test } from "vitest";
import type { Verdict } from "../../lib/hypotheses/verdict.js";
import { largerScaleWords } from "../../lib/paper/answers.js";

test("an answer says how the same part came out at a larger scale, and nothing of other parts", () => {
  const verdict = { id: "h01", part: "deaths", scale: "lite", verdict: "supported" } as Verdict;
  const verdicts = [
    verdict,
    { ...verdict, part: "more deaths" },
    { ...verdict, scale: "reduced", verdict: "contradicted" },
    { ...verdict, scale: "reduced", part: "more deaths" },
    { ...verdict, scale: "reduced", id: "h01, SGD" },
  ] as Verdict[];
  expect(largerScaleWords({ verdict, verdicts })).toEqual(["at reduced scale: contradicted"]);
});
