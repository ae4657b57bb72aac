import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { factorsOf } from "../../lib/study/factors.js";
import { asFirst, highest, lowest, not, type Selector, studyRuns } from "../../lib/study/study-runs.js";
import { madeUpArm, madeUpConfig } from "../support/made-up-runs.js";

const runs = studyRuns([
  madeUpArm({ optimizer: "Adam", lambda: 0 }),
  madeUpArm({ optimizer: "Adam", lambda: 1e-4 }),
  madeUpArm({ optimizer: "Adam", lambda: 1e-3 }),
  madeUpArm({ optimizer: "Adam", lambda: 1e-2, kind: "decoupled" }),
  madeUpArm({ optimizer: "SGD+momentum", lambda: 1e-2 }),
]);
const labels = (selector: Selector) => runs.where(selector).map(({ arm }) => arm.label);

describe("a study's runs are asked for by factors", () => {
  it.each<[string, Selector, string[]]>([
    ["a level", { optimizer: "SGD+momentum" }, ["SGD+momentum, L2 1e-2"]],
    ["several", { optimizer: "Adam", lambda: [0, 1e-3] }, ["Adam, no penalty", "Adam, L2 1e-3"]],
    ["any but", { optimizer: "Adam", penalty: not("none", "L2") }, ["Adam, decoupled 1e-2"]],
    ["the highest of what is left", { lambda: highest, penalty: "L2", optimizer: "Adam" }, ["Adam, L2 1e-3"]],
    ["the lowest of what is left", { lambda: lowest, penalty: "L2" }, ["Adam, L2 1e-4"]],
    ["as in the first arm", { penalty: asFirst }, ["Adam, no penalty"]],
    ["nothing that fits", { optimizer: "Lion" }, []],
  ])("%s", (_, selector, expected) => expect(labels(selector)).toEqual(expected));

  it("one at a time, or with the arms that there are", () => {
    expect(runs.one({ optimizer: "Adam", lambda: 1e-4 }).arm.label).toBe("Adam, L2 1e-4");
    expect(() => runs.one({ optimizer: "Lion" })).toThrow(/^No arm has optimizer Lion, .*"Adam, no penalty"/);
    expect(() => runs.one({ penalty: ["none", "L2"] })).toThrow(/^4 arms have penalty none or L2, /);
  });

  it("and print as one line", () => {
    expect(inspect(runs.where({ optimizer: "SGD+momentum" }))).toBe(
      "1 arm, 3 runs: SGD+momentum, L2 1e-2 (3)",
    );
  });

  it("and asked again", () => {
    const adam = runs.where({ optimizer: "Adam" });
    expect(adam.where({ lambda: highest }).map(({ arm }) => arm.label)).toEqual(["Adam, decoupled 1e-2"]);
    expect(adam.filter(({ arm }) => arm.lambda > 0).constructor).toBe(Array);
  });
});

describe("factors of a configuration", () => {
  const base = madeUpConfig();
  it("are named as tables and figures name them", () => {
    expect(factorsOf(base)).toMatchObject({
      ...{ optimizer: "Adam", rate: 3e-3, penalty: "none", lambda: 0, on: "all parameters" },
      ...{ schedule: "steps", batch: 40, steps: 15_000, images: 600_000, classes: "all" },
      ...{ network: "BasicNet", layers: 7, filters: 464, normalization: "BatchNorm", activation: "ReLU" },
    });
  });

  it.each([
    [{ schedule: { ...base.schedule, warmup: 0.1 } }, { schedule: "steps, warm-up" }],
    [{ schedule: { ...base.schedule, milestones: [] } }, { schedule: "constant" }],
    [
      { penalty: { ...base.penalty, lambda: 1e-3, on: ["gamma" as const, "beta" as const] } },
      { on: "γ and β only" },
    ],
    [{ dataset: { ...base.dataset, classes: ["cat+dog", "ship"] } }, { classes: 2 }],
  ])("%j", (changes, expected) => expect(factorsOf({ ...base, ...changes })).toMatchObject(expected));
});
