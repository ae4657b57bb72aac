import { describe, expect, it } from "vitest";
import { h01 } from "../../../lib/hypotheses/h01.js";
import { h11 } from "../../../lib/hypotheses/h11.js";
import { h12 } from "../../../lib/hypotheses/h12.js";
import { furtherStudies } from "../../../lib/hypotheses/index.js";
import { rungArms, rungs } from "../../../lib/hypotheses/ladder/arms.js";
import { runId } from "../../../lib/runs/config.js";
import type { Arm } from "../../../lib/study/arm.js";

const dataset = { name: "cifar10", source: "jpeg" };
const ids = (arms: readonly Arm[]) => arms.map(({ config }) => runId(config));

describe("the ladder's arms", () => {
  const byRung = rungs.map((rung) => rungArms({ dataset }, rung));

  it("change one thing a rung, and keep what was changed before", () => {
    const adam = byRung.map((arms) => arms[0]!.config);
    const told = adam.map(({ dataset: { trainImages, size }, steps, optimizer: { learningRate } }) => [
      trainImages,
      size,
      steps,
      learningRate,
    ]);
    expect(told).toEqual([
      [10_000, 16, 5000, 1e-2],
      [undefined, 16, 5000, 1e-2],
      [undefined, 32, 5000, 1e-2],
      [undefined, 32, 50_000, 1e-2],
      [undefined, 32, 50_000, 1e-3],
    ]);
    const rest = adam.map(({ dataset: { trainImages, size, ...data }, steps, optimizer, ...own }) => ({
      ...own,
      data,
      optimizer: { ...optimizer, learningRate: 0 },
    }));
    for (const own of rest) expect(own).toEqual(rest[0]);
  });

  it("are H1's own at both ends, so that these are trained once", () => {
    for (const [rung, scale] of [
      [0, "lite"],
      [-1, "reduced"],
    ] as const) {
      const control = ids(byRung.at(rung)!.slice(0, 6));
      expect(ids(h01.arms({ scale, dataset }))).toEqual(expect.arrayContaining(control));
    }
    const others = [h11, h12].flatMap((one) => ids(one.arms({ scale: "reduced", dataset })));
    expect(others).toEqual(expect.arrayContaining(ids(byRung.at(-1)!.slice(6))));
  });

  it("are those of SGD with momentum at scale reduced once only Adam's rate is left to change", () => {
    const ofSgd = (arms: readonly Arm[]) => ids(arms.filter(({ optimizer }) => optimizer === "SGD+momentum"));
    expect(ofSgd(byRung.at(-2)!)).toEqual(ofSgd(byRung.at(-1)!));
  });

  it("are asked for at the scale where the ladder ends, all or a rung", () => {
    const named = (name: string) => furtherStudies.find(({ id }) => id === name)!;
    expect(ids(named("ladder").arms({ scale: "reduced", dataset }))).toEqual(byRung.flatMap(ids));
    expect(ids(named("ladder-size").arms({ scale: "reduced", dataset }))).toEqual(ids(byRung[2]!));
    expect(() => named("ladder").arms({ scale: "lite", dataset })).toThrow("--scale reduced");
  });
});
