import { expect, test } from "vitest";
import type { Verdict } from "../../lib/hypotheses/verdict.js";
import { furtherVerdicts, type Judged, largerScaleWords } from "../../lib/paper/answers.js";

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

test("a verdict that a page shows twice is told once, and leads to the first", () => {
  const verdict = { id: "h06", scale: "lite", verdict: "supported", effect: 1 } as Verdict;
  const larger = { ...verdict, scale: "reduced", effect: -3 } as Verdict;
  const further = { ...verdict, id: "h06, each at its most accurate", effect: 2 } as Verdict;
  const verdicts = [verdict, further, larger, { ...verdict }, { ...larger }, { ...further }];
  expect(largerScaleWords({ verdict, verdicts })).toEqual(["at reduced scale: supported"]);
  const told = String(furtherVerdicts({ verdict, verdicts } as unknown as Judged));
  expect(told.match(/href="[^"]+"/g)).toEqual(['href="#verdict-2"', 'href="#verdict-3"']);
});
