import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { optimizerName } from "../../lib/optimizers/config.js";
import { canonicalText, parseRunConfig, type RunConfigInput, runId } from "../../lib/runs/config.js";
import { describeArm } from "../../lib/runs/describe.js";
import { anyOptimizer, anyPenalty, anySchedule, reordered } from "../support/optimizer-configs.js";

const base = { dataset: { name: "synthetic", source: "builtin" }, model: { widths: [8, 16] }, steps: 1200 };
const adam = { name: "adam", learningRate: 1e-3 } as const;
const withParts = (parts: Partial<RunConfigInput>): RunConfigInput => ({
  ...base,
  optimizer: adam,
  ...parts,
});

describe("the id of a run", () => {
  // Records are stored under these.
  it.each<[Partial<RunConfigInput>, string]>([
    [{ optimizer: { name: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: true } }, "639819ee4958"],
    [{ optimizer: { name: "amsgrad", learningRate: 0.001 } }, "b5047d07102d"],
    [{ optimizer: { name: "adamax", learningRate: 0.002 } }, "6050f69f8907"],
    [{ optimizer: { name: "nadam", learningRate: 0.002 } }, "e905f522ba34"],
    [{ optimizer: { name: "adagrad", learningRate: 0.01 } }, "0dd42bc7feb8"],
    [{ optimizer: { name: "adadelta", learningRate: 1 } }, "bc201bb31f5f"],
    [{ optimizer: { name: "rmsprop", learningRate: 0.001 } }, "99968b6fc242"],
    [{ optimizer: { name: "rmsprop", learningRate: 0.001, momentum: 0.9 } }, "78fc7c0208a3"],
    [{ optimizer: { name: "lion", learningRate: 0.0003 } }, "87681878fe14"],
    [{ optimizer: { name: "muon", learningRate: 0.02 } }, "87d76a8ba90a"],
    [{ optimizer: { name: "muon", learningRate: 0.02, adam: { learningRate: 0.001 } } }, "0202c2fc9c7d"],
    [{ penalty: { lambda: 0.001, on: "weights" } }, "837e44da1037"],
    [{ penalty: { lambda: 0.001, on: ["gamma", "beta"] } }, "186c71cc2f18"],
    [{ penalty: { l1Gamma: 0.0001 } }, "806f425b6f60"],
    [{ schedule: { name: "cosine" } }, "8363c3692d15"],
    [{ schedule: { name: "cosine", final: 0.01, warmup: 0.05 } }, "24424e22a813"],
    [{ schedule: { name: "one-cycle" } }, "532cebcb217f"],
    [{ schedule: { warmup: 0.05 } }, "6c098d49381d"],
    [{ penalty: { lambda: 0.001, moments: "first" } }, "fd0f0aa5ec4c"],
    [{ penalty: { kind: "decoupled", lambda: 0.001, cautious: true } }, "6149a0e49f30"],
    [{ penalty: { lambda: 0.001, during: { until: 0.5, cycles: 10 } } }, "75a54a0608b7"],
    [{ filterNorm: 0.5 }, "6fdea4200a2a"],
  ])("is pinned: %j", (parts, id) => {
    expect(runId(withParts(parts))).toBe(id);
  });

  it("is the same however a set of parameters is written", () => {
    const idOn = (on: NonNullable<RunConfigInput["penalty"]>["on"]) =>
      runId(withParts({ penalty: { lambda: 0.01, on } }));
    const all = runId(withParts({ penalty: { lambda: 0.01 } }));
    expect(idOn("all")).toBe(all);
    expect(idOn(["bias", "beta", "gamma", "weight", "beta"])).toBe(all);
    expect(idOn("weights")).toBe(idOn(["weight"]));
    expect(idOn(["beta", "gamma"])).toBe(idOn(["gamma", "beta"]));
    expect(idOn("weights")).not.toBe(all);
  });

  it("does not depend on options that change nothing", () => {
    const same: [Partial<RunConfigInput>, Partial<RunConfigInput>][] = [
      [{ penalty: { kind: "decoupled", on: "weights", l1Gamma: 0.01 } }, { penalty: { l1Gamma: 0.01 } }],
      [{ penalty: { kind: "decoupled", cautious: true, during: { until: 0.3 } } }, {}],
      [{ penalty: { lambda: 1e-3, during: { cycles: 5 } } }, { penalty: { lambda: 1e-3 } }],
      [{ schedule: { name: "step", final: 0.5 } }, {}],
      [{ schedule: { name: "cosine", milestones: [0.5], factor: 0.5 } }, { schedule: { name: "cosine" } }],
      [{ schedule: { name: "step", warmup: 0.1 } }, { schedule: { warmup: 0.1 } }],
    ];
    for (const [one, other] of same) expect(runId(withParts(one))).toBe(runId(withParts(other)));
  });

  it("ignores the order of options, and reads back, for any optimizer, penalty and schedule", () => {
    fc.assert(
      fc.property(anyOptimizer, anyPenalty, anySchedule, (optimizer, penalty, schedule) => {
        const input = { ...base, optimizer, penalty, schedule } as RunConfigInput;
        const text = canonicalText(input);
        expect(canonicalText(reordered(input) as RunConfigInput)).toBe(text);
        expect(parseRunConfig(JSON.parse(text))).toEqual(parseRunConfig(input));
        expect(canonicalText(parseRunConfig(input))).toBe(text);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe("an optimizer, penalty or schedule that is not valid", () => {
  it.each([
    [{ optimizer: { name: "sgd", learningRate: 0.1, nesterov: true } }, /optimizer\.nesterov: needs a mom/],
    [{ optimizer: { name: "lion", learningRate: 0.1, beta2: 1 } }, /optimizer\.beta2/],
    [{ optimizer: { name: "muon", learningRate: 0.1, adam: { rate: 1 } } }, /optimizer\.adam: .*rate/],
    [{ penalty: { on: [] } }, /penalty\.on/],
    [{ penalty: { on: "gammas" } }, /penalty\.on/],
    [{ penalty: { on: ["weights"] } }, /penalty\.on\.0.*weight/],
    [{ penalty: { l1Gamma: -1 } }, /penalty\.l1Gamma/],
    [{ penalty: { kind: "decoupled", moments: "first" } }, /penalty\.moments: decoupled decay enters no mom/],
    [{ penalty: { cautious: true } }, /penalty\.cautious: only decay can be cautious/],
    [{ penalty: { during: { from: 0.5, until: 0.5 } } }, /penalty\.during\.until: has to come after from/],
    [
      { optimizer: { name: "lion", learningRate: 0.1 }, penalty: { lambda: 0.1, moments: "second" } },
      /only Adam has a first and a second moment; the optimizer is "lion"/,
    ],
    [{ penalty: { lambda: 0.1, moments: "first", on: "weights" } }, /goes for all parameters/],
    [{ filterNorm: 0 }, /filterNorm/],
    [{ schedule: { name: "one-cycle", warmup: 0.1 } }, /schedule\.warmup: one-cycle rises by itself/],
    [{ schedule: { name: "cosine", final: 1 } }, /schedule\.final/],
  ])("is refused with its field named: %j", (parts, message) => {
    expect(() => parseRunConfig({ ...base, optimizer: adam, ...parts })).toThrow(message);
  });
});

describe("the label of an arm", () => {
  it.each<[Partial<RunConfigInput>, string]>([
    [{}, "Adam, no penalty"],
    [{ penalty: { lambda: 1e-3 } }, "Adam, L2 1e-3"],
    [
      { optimizer: { name: "lion", learningRate: 1e-4 }, penalty: { kind: "decoupled", lambda: 1e-4 } },
      "Lion, WD 1e-4",
    ],
    [{ penalty: { lambda: 1e-3, on: "weights" } }, "Adam, L2 1e-3 on weights only"],
    [
      { penalty: { kind: "decoupled", lambda: 1e-3, on: ["beta", "gamma"] } },
      "Adam, WD 1e-3 on gamma and beta only",
    ],
    [{ penalty: { lambda: 1e-3, on: ["weight", "bias"] } }, "Adam, L2 1e-3 on weights and biases only"],
    [{ penalty: { l1Gamma: 1e-4 } }, "Adam, L1 on gamma 1e-4"],
    [{ penalty: { lambda: 0.01, l1Gamma: 1e-4 } }, "Adam, L2 1e-2, L1 on gamma 1e-4"],
    [{ penalty: { lambda: 1e-3, moments: "second" } }, "Adam, L2 1e-3 in the second moment only"],
    [{ penalty: { kind: "decoupled", lambda: 1e-3, cautious: true } }, "Adam, cautious WD 1e-3"],
    [{ penalty: { lambda: 1e-3, during: { until: 0.3 } } }, "Adam, L2 1e-3 in the first 30 %"],
    [{ penalty: { lambda: 1e-3, during: { from: 0.1 } } }, "Adam, L2 1e-3 after the first 10 %"],
    [
      { penalty: { lambda: 1e-3, during: { from: 0.2, until: 0.5, cycles: 4 } } },
      "Adam, L2 1e-3 from 20 % to 50 % of each of 4 cycles",
    ],
    [{ filterNorm: 0.25 }, "Adam, no penalty, weights held at 0.25 of their norm"],
  ])("says what differs: %j", (parts, label) => {
    expect(describeArm(parseRunConfig(withParts(parts)))).toBe(label);
  });

  it.each<[RunConfigInput["optimizer"], string]>([
    [{ name: "sgd", learningRate: 1 }, "SGD"],
    [{ name: "sgd", learningRate: 1, momentum: 0.9 }, "SGD+momentum"],
    [{ name: "sgd", learningRate: 1, momentum: 0.9, nesterov: true }, "SGD+Nesterov"],
    [{ name: "rmsprop", learningRate: 1, momentum: 0.9 }, "RMSProp"],
    [{ name: "nadam", learningRate: 1 }, "NAdam"],
  ])("names the optimizer as figures do: %j", (optimizer, name) => {
    expect(optimizerName(parseRunConfig(withParts({ optimizer })).optimizer)).toBe(name);
  });
});
