import { describe, expect, it } from "vitest";
import { h09 } from "../../lib/hypotheses/h09.js";
import { hypotheses } from "../../lib/hypotheses/index.js";
import { tracesOf } from "../support/figure-points.js";
import { madeUpRunsOf } from "../support/made-up-runs.js";

/** What Plotly draws of what it is given: numbers that are not finite would vanish without a word. */
const unfinished = (figure: unknown): boolean =>
  JSON.stringify(figure, (_key, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? "not finite" : value,
  ).includes("not finite");

describe.each(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis] as const))(
  "figures of %s",
  (_, hypothesis) => {
    const all = madeUpRunsOf(hypothesis.arms({ scale: "smoke" }), { seeds: [1, 2] });

    it("are drawn from its arms, each with a name and a caption of its own", () => {
      const figures = hypothesis.figures(all);
      expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length);
      for (const { caption, figure } of figures) {
        expect(caption).toMatch(/^[A-Z|].+\.$/);
        expect(unfinished(figure)).toBe(false);
      }
    });

    it("show what they can while arms are missing", () => {
      for (const missing of all.keys()) {
        const arms = all.map((item, i) => (i === missing ? { ...item, runs: [] } : item));
        const left: string[] = [];
        const drawn = hypothesis.figures(arms, (sentence) => left.push(sentence));
        expect(drawn.length).toBeGreaterThan(0);
        expect(drawn.length + left.length).toBe(hypothesis.figureNames.length);
        for (const { name, number } of drawn) expect(hypothesis.figureNames[number - 1]).toBe(name);
        for (const sentence of left) expect(sentence).toMatch(/^Figure \d of h\d\d \(.*\) is left out\. ./);
      }
    });
  },
);

it("H9 puts its first arm in both panels", () => {
  const arms = madeUpRunsOf(h09.arms({ scale: "lite" }), { seeds: [1] });
  const lines = tracesOf(h09.figures(arms)[0]!.figure).filter(
    ({ name, mode }) => name === "dead by scale" && mode === "lines+markers",
  );
  expect(lines.map(({ x }) => x.length)).toEqual([4, 4]);
});
