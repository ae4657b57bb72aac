import { describe, expect, it } from "vitest";
import { rungArms, rungs } from "../../../lib/hypotheses/ladder/arms.js";
import { ladderQuestions } from "../../../lib/hypotheses/ladder/questions.js";
import { ladderFigure, ladderSteps, ladderTable, ladderText } from "../../../lib/hypotheses/ladder.js";
import { studyRuns } from "../../../lib/study/study-runs.js";
import { madeUpRunsOf } from "../../support/made-up-runs.js";

const dataset = { name: "cifar10", source: "jpeg" };

/** Made-up runs of some rungs: those whose name is not there have none. */
const ladderOf = (trained: Readonly<Record<string, number[]>>) =>
  rungs.map((rung) => {
    const arms = rungArms({ dataset }, rung);
    const seeds = trained[rung.name];
    return {
      rung,
      runs: studyRuns(seeds ? madeUpRunsOf(arms, { seeds }) : arms.map((arm) => ({ arm, runs: [] }))),
    };
  });

describe("the ladder", () => {
  const whole = ladderSteps(
    ladderOf({ lite: [1, 2, 3], images: [1, 2, 3], size: [1, 2, 3], steps: [1], reduced: [1, 2, 3] }),
  );

  it("answers every question on every rung, without an interval from one seed", () => {
    expect(whole).toHaveLength(rungs.length * ladderQuestions.length);
    for (const { rung, verdict, seeds } of whole) {
      expect(seeds).toHaveLength(rung.name === "steps" ? 1 : 3);
      expect(Number.isFinite(verdict.interval[0]), rung.name).toBe(rung.name !== "steps");
    }
  });

  it("compares the penalized arm with the plain one of the same rung, not with network slimming's", () => {
    const [control] = whole;
    const labels = new Set(["Adam, L2 1e-3, lite", "Adam, no penalty, lite"]);
    const { runs } = ladderOf({ lite: [1, 2, 3] })[0]!;
    const arms = runs.filter(({ arm: { label } }) => labels.has(label));
    const dead = arms.map(({ runs: own }) => own.map(({ record }) => 100 * record.final.deadByActivation));
    expect(control!.seeds.map(({ effect }) => effect)).toEqual(
      dead[1]!.map((share, i) => share - dead[0]![i]!),
    );
  });

  it("says which rungs are missing, and draws and tabulates those that are there in their places", () => {
    const part = ladderSteps(ladderOf({ lite: [1, 2, 3], reduced: [1, 2, 3] }));
    expect(ladderText(part)).toContain("Not trained yet: 50,000 images; 32×32 pixels; 50,000 steps.");
    const { rows } = ladderTable(part);
    for (const [, , ...cells] of rows)
      expect(cells.map((cell) => cell === null)).toEqual([false, true, true, true, false]);
    expect(ladderFigure(part).layout.yaxis!.ticktext).toEqual(rungs.map(({ title }) => title));
  });

  it("draws every interval whole", () => {
    const { layout } = ladderFigure(whole);
    const titles = [...new Set(whole.map(({ question }) => question.title))];
    for (const [place, title] of titles.entries()) {
      const [low, high] = layout[`xaxis${place === 0 ? "" : place + 1}` as "xaxis"]!.range as [
        number,
        number,
      ];
      const ends = whole
        .filter((step) => step.question.title === title && step.verdict.seeds > 1)
        .flatMap(({ verdict }) => verdict.interval);
      expect(ends.length).toBeGreaterThan(0);
      expect(Math.min(...ends)).toBeGreaterThan(low);
      expect(Math.max(...ends)).toBeLessThan(high);
    }
  });

  it("names the rung on which a direction turns", () => {
    const [first, second, third] = whole;
    const turned = { ...second!, verdict: { ...second!.verdict, effect: -30 } };
    const same = { ...third!, verdict: { ...third!.verdict, effect: -20 } };
    expect(ladderText([first!, turned, same])).toContain(
      "as claimed on lite, the other way from 50,000 images on.",
    );
    expect(ladderText([first!, second!, third!])).toContain("as claimed on all 3 rungs.");
  });

  it("has no figure of nothing", () => {
    expect(ladderSteps(ladderOf({}))).toEqual([]);
    expect(() => ladderFigure([])).toThrow("npm run sweep -- ladder");
  });
});
