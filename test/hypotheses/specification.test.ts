import { describe, expect, it } from "vitest";
import type { FactorContrast } from "../../lib/hypotheses/contrast.js";
import { atLikeError, sidesOf } from "../../lib/hypotheses/contrast.js";
import { familiesOf, familyArm, settingsOf } from "../../lib/hypotheses/families.js";
import { familyContrast } from "../../lib/hypotheses/family-contrast.js";
import { h01 } from "../../lib/hypotheses/h01.js";
import { h03 } from "../../lib/hypotheses/h03.js";
import { h08 } from "../../lib/hypotheses/h08.js";
import { h09 } from "../../lib/hypotheses/h09.js";
import { h18 } from "../../lib/hypotheses/h18.js";
import type { Hypothesis } from "../../lib/hypotheses/hypothesis.js";
import { choicesOf, specificationsOfFactors } from "../../lib/hypotheses/specification/enumerate.js";
import { likeArms } from "../../lib/hypotheses/specification/pool.js";
import { rowOf, type SpecificationRow, sorted } from "../../lib/hypotheses/specification/row.js";
import { specificationCounts, specificationText } from "../../lib/hypotheses/specification/sentence.js";
import { specificationCurve, specificationDots } from "../../lib/hypotheses/specification.js";
import { runId } from "../../lib/runs/config.js";
import { RunIndex } from "../../lib/runs/run-index.js";
import type { Arm, ArmRuns } from "../../lib/study/arm.js";
import { studyRuns } from "../../lib/study/study-runs.js";
import { madeUpRunsOf } from "../support/made-up-runs.js";

const options = { scale: "lite" as const, dataset: { name: "cifar10", source: "jpeg" } };
const asked = {
  id: "h",
  claim: "more",
  unit: "percentage points",
  smallestEffect: 5,
  scale: "lite" as const,
};

const adam = familiesOf("lite")[0]!;
const adamAt = (rate: number, lambda: number, screening = false): Arm =>
  familyArm(options, adam, { rate, warmup: 0, lambda }, { screening });

function rowsOf(
  hypothesis: Hypothesis,
  { more = [] as ArmRuns[], own = madeUpRunsOf(hypothesis.arms(options)) } = {},
) {
  const contrast = hypothesis.contrasts.main as FactorContrast;
  return sorted(specificationsOfFactors(asked, contrast, { own, pool: [...own, ...more] }));
}

const told = (rows: readonly SpecificationRow[], ...names: (keyof SpecificationRow)[]) =>
  rows.map((row) => names.map((name) => row[name]).join(", ")).sort();

describe("specifications of a contrast", () => {
  it("are every strength that both sides have, by both definitions of dead", () => {
    expect(told(rowsOf(h01), "penalty", "rate", "definition")).toEqual([
      "L2 1e-3, 1e-2, by activation",
      "L2 1e-3, 1e-2, by scale",
      "L2 1e-4, 1e-2, by activation",
      "L2 1e-4, 1e-2, by scale",
      "L2 3e-4, 1e-2, by activation",
      "L2 3e-4, 1e-2, by scale",
    ]);
  });

  it("take further rates where both sides have them there, and nothing between two that have not", () => {
    const pairs = madeUpRunsOf([adamAt(3e-3, 0), adamAt(3e-3, 1e-3), adamAt(1e-3, 1e-3)]);
    const rates = rowsOf(h01, { more: pairs }).map(({ rate }) => rate);
    expect(rates.filter((rate) => rate === "3e-3")).toHaveLength(2);
    expect(rates).not.toContain("1e-3");
  });

  it("take screening runs only where there are none on test images, and never both in one", () => {
    const screened = madeUpRunsOf(
      [adamAt(1e-2, 0, true), adamAt(1e-2, 1e-3, true), adamAt(3e-3, 0, true), adamAt(3e-3, 1e-3, true)],
      { seeds: [1] },
    );
    const rows = rowsOf(h01, { more: [...screened, ...madeUpRunsOf([adamAt(3e-3, 3e-4)])] });
    const of = (rate: string) => rows.filter((row) => row.rate === rate);
    expect(of("1e-2").every(({ seeds }) => seeds === 3)).toBe(true);
    expect(told(of("3e-3"), "penalty", "seeds")).toEqual(["L2 1e-3, 1", "L2 1e-3, 1"]);
  });

  it("take a tuned setting only when all of its seeds are there", async () => {
    const own = madeUpRunsOf(h01.arms(options));
    const tuned = adamAt(2e-3, 1e-3);
    const runs = madeUpRunsOf([tuned])[0]!.runs;
    const like = (trained: typeof runs) =>
      likeArms(own, [tuned], {
        stored: Object.assign(new RunIndex(), { has: () => true }),
        known: new Map(trained.map((run) => [`${runId(tuned.config)}/${run.record.seed}`, run])),
      });
    expect(await like(runs.slice(1))).toHaveLength(own.length);
    expect((await like(runs)).at(-1)!.arm).toBe(tuned);
  });

  it("have no interval and no verdict of one seed", () => {
    const own = madeUpRunsOf(h01.arms(options), { seeds: [2] });
    for (const { interval, verdict, effect } of rowsOf(h01, { own })) {
      expect(interval).toBeNull();
      expect(verdict).toBeUndefined();
      expect(Number.isFinite(effect)).toBe(true);
    }
  });

  it("leave alone what the claim is about", () => {
    expect(new Set(rowsOf(h08).map(({ definition }) => definition))).toEqual(new Set(["by activation"]));
  });

  it("take what else the contrast says it could be", () => {
    expect(new Set(rowsOf(h09).map(({ matching }) => matching))).toEqual(
      new Set(["equal epochs", "equal steps"]),
    );
  });

  it("compare schedules at one rate, which is not another for its warm-up", () => {
    const rows = rowsOf(h18);
    expect(new Set(rows.map(({ rate }) => rate))).toEqual(new Set(["1e-2"]));
    expect(
      told(
        rows.filter(({ definition }) => definition === "by scale"),
        "against",
      ),
    ).toEqual(["both", "cosine decay", "warm-up"]);
  });

  it("are none where a mean would be over fewer levels than the claim's", () => {
    const own = madeUpRunsOf(h18.arms(options)).map((item) =>
      item.arm.label.includes("cosine") ? { ...item, runs: [] } : item,
    );
    expect(new Set(rowsOf(h18, { own }).map(({ against }) => against))).toEqual(new Set(["warm-up"]));
  });

  it("hold equal by every rule where the contrast holds something equal, error the other way round", () => {
    const contrast: FactorContrast = {
      more: { optimizer: "Adam" },
      less: { optimizer: "SGD+momentum" },
      of: "deadByActivation",
      pairing: atLikeError,
      comparison: "Adam against SGD.",
    };
    const own = madeUpRunsOf(h01.arms(options));
    const rows = specificationsOfFactors(asked, contrast, { own, pool: own });
    expect(
      told(
        rows.filter(({ definition }) => definition === "by activation"),
        "matching",
        "unit",
      ),
    ).toEqual([
      "each at its best, percentage points",
      "equal dead share, points of test error",
      "test error within 0.5 points, percentage points",
      "test error within 1 point, percentage points",
      "test error within 2 points, percentage points",
    ]);
  });

  it("hold nothing equal with a side of which only the unpenalized end is trained", () => {
    const contrast: FactorContrast = {
      more: { penalty: ["none", "L2"] },
      less: { penalty: ["none", "decoupled"] },
      among: { optimizer: "Adam" },
      of: "deadByActivation",
      pairing: atLikeError,
      comparison: "L2 against decoupled decay.",
    };
    const own = madeUpRunsOf(h03.arms(options));
    const of = (arms: ArmRuns[]) => specificationsOfFactors(asked, contrast, { own: arms, pool: arms });
    expect(of(own)).toHaveLength(10);
    const untrained = ({ arm }: ArmRuns) => arm.config.penalty.kind === "decoupled" && arm.lambda > 0;
    expect(of(own.map((item) => (untrained(item) ? { ...item, runs: [] } : item)))).toEqual([]);
  });

  it("of tuned families hold equal what can be held, by both definitions, the contrast's own among them", () => {
    const [more, less] = [familiesOf("lite")[0]!, familiesOf("lite")[1]!];
    const runs = studyRuns(
      madeUpRunsOf(
        [more, less].flatMap((family) =>
          settingsOf(family)
            .filter(({ rate, warmup }) => rate === family.rates[1] && warmup === 0)
            .map((setting) => familyArm(options, family, setting)),
        ),
      ),
    );
    const contrast = familyContrast({ more: [more.name], less: [less.name], held: "deadShare", of: "h02" });
    const found = contrast.specifications!(runs);
    expect(found).toHaveLength(10);
    const [main, ...others] = found.filter(({ isMain }) => isMain);
    expect(others).toEqual([]);
    expect(main!.choices).toMatchObject({ matching: "equal dead share", definition: "by activation" });
    expect(main!.unit).toBe(contrast.unit);
    expect(main!.pairs.pair(11)).toEqual(contrast.pairs(runs).pair(11));
  });

  it("of tuned families leave out those that are not tuned, and are then not the contrast's own", () => {
    const [adam, momentum] = [familiesOf("lite")[0]!, familiesOf("lite")[1]!];
    const runs = studyRuns(
      madeUpRunsOf([adam, momentum].map((family) => familyArm(options, family, settingsOf(family)[1]!))),
    );
    const both = { more: [adam.name, "RMSProp, L2"], less: [momentum.name] };
    const found = familyContrast({ ...both, held: "testError", of: "h02" }).specifications!(runs);
    expect(found).toHaveLength(10);
    expect(found.filter(({ isMain }) => isMain)).toEqual([]);
    expect(new Set(found.map(({ choices }) => choices.optimizer))).toEqual(new Set(["Adam"]));
    expect(found[0]!.pairs.comparison).not.toContain("RMSProp");
    const turned = { more: [momentum.name], less: [adam.name, "RMSProp, L2"] };
    expect(familyContrast({ ...turned, held: "testError", of: "h02" }).specifications!(runs)).toEqual([]);
  });

  it("have the verdict's own among them", () => {
    const own = madeUpRunsOf(h01.arms(options));
    const verdict = h01.verdict("main", own);
    const choices = choicesOf(
      h01.contrasts.main as FactorContrast,
      sidesOf(h01.contrasts.main as FactorContrast, own),
    );
    const main = rowOf(verdict, choices, { isMain: true });
    const rows = sorted([...rowsOf(h01, { own }), main]);
    expect(rows).toHaveLength(6);
    expect(rows.filter(({ isMain }) => isMain)).toEqual([main]);
    const same = rowsOf(h01, { own }).find(
      (row) => row.penalty === main.penalty && row.definition === main.definition,
    );
    expect(same).toMatchObject({ effect: main.effect, interval: main.interval, verdict: main.verdict });
  });
});

describe("what is said of specifications", () => {
  const row = (changes: Partial<SpecificationRow>): SpecificationRow => ({
    ...{ penalty: "L2 1e-3", rate: "1e-2", definition: "by activation", scale: "lite", data: "CIFAR-10" },
    ...{ matching: null, against: null, optimizer: null, network: null, seen: null },
    ...{ effect: 20, interval: [18, 22], verdict: "supported", seeds: 3, unit: "percentage points" },
    ...{ smallestEffect: 5, isMain: false, comparison: "" },
    ...changes,
  });
  const single = { seeds: 1, interval: null, verdict: undefined };
  const rows = [
    row({ effect: 0, definition: "by scale", verdict: "undecided", penalty: "L2 1e-4" }),
    row({ effect: 1, definition: "by scale", verdict: "no difference that matters" }),
    row({ penalty: "L2 1e-4" }),
    row({ isMain: true, effect: 40 }),
    row({ ...single, rate: "3e-3", effect: 3 }),
    row({ ...single, rate: "1e-3", effect: 9 }),
  ];

  it("counts those that decide, and apart from them those of one seed", () => {
    expect(specificationCounts(rows)).toBe(
      "2 of 4 specifications support the claim, 1 finds no difference that matters, 1 leaves it open. 2 more have one seed: 1 of them points the claim's way",
    );
    expect(specificationCounts([row({ verdict: "contradicted" }), row({ verdict: "undecided" })])).toBe(
      "Of 2 specifications none supports the claim: 1 contradicts it, 1 leaves it open",
    );
    expect(specificationCounts([rows[3]!])).toBe("The only specification supports the claim");
  });

  it("names the choice that decides", () => {
    expect(specificationText(rows)).toMatch(/By scale none of 2 does\.$/);
  });

  it("keeps another unit apart", () => {
    const other = row({ unit: "points of test error", verdict: "contradicted", effect: -2 });
    expect(specificationText([...rows, other])).toContain(
      "Measured in points of test error: the only specification contradicts the claim.",
    );
    const others = rows.map((one) => ({ ...one, unit: "points of test error" }));
    expect(specificationText([row({ isMain: true }), ...others])).toMatch(
      /Of these, by scale none of 2 does\.$/,
    );
  });

  it("is a curve in the order of the effects, with a mark below each for what it chose, and another for another unit", () => {
    const other = row({
      unit: "points of test error",
      verdict: "contradicted",
      effect: -2,
      matching: "equal dead share",
    });
    const { data, layout } = specificationCurve([...rows, other]);
    expect(layout.meta!.arrangement!.panels.map(({ name }) => name)).toEqual([
      "Effects in percentage points",
      "",
      "Effects in points of test error",
    ]);
    const effects = data.flatMap((trace) =>
      trace.type === "scatter" && !trace.xaxis && trace.x?.[0] !== null
        ? (trace.x as number[]).map((x, i): [number, number] => [x, (trace.y as number[])[i]!])
        : [],
    );
    expect(effects.sort(([a], [b]) => a - b).map(([, effect]) => effect)).toEqual([0, 1, 3, 9, 20, 40]);
    const levels = layout.yaxis2!.ticktext as string[];
    expect(levels).toEqual([
      "L2 1e-4",
      "L2 1e-3",
      "rate 1e-3",
      "rate 3e-3",
      "rate 1e-2",
      "by activation",
      "by scale",
    ]);
    const grid = data.filter((trace) => trace.type === "scatter" && trace.xaxis === "x2");
    expect(grid.flatMap((trace) => (trace as { x: number[] }).x)).toHaveLength(3 * rows.length);
  });

  it("is also a small picture with the same words, in which every dot of the unit has its place", () => {
    const svg = specificationDots([...rows, row({ unit: "points of test error" })]);
    expect(svg.match(/<circle/g)).toHaveLength(rows.length);
    expect(svg).toContain(`aria-label="${specificationCounts(rows)}"`);
    const places = [...svg.matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThanOrEqual(120);
    expect(specificationDots([])).toBe("");
  });
});
