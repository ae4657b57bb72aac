import { beforeAll, describe, expect, it, type TestAPI } from "vitest";
import { type Engine, type EngineName, openEngine } from "../../lib/engine/index.js";
import { ParameterLayout, type ParameterRole } from "../../lib/models/layout.js";
import { adamW } from "../../lib/optimizers/index.js";
import type { RunConfigInput } from "../../lib/runs/config.js";
import {
  type FixtureParameters,
  type GroupsFixture,
  loadFixture,
  type OptimizersFixture,
  relativeDifference,
  type TorchConstants,
} from "./fixtures.js";
import { chainOf, optimize } from "./optimizer-runs.js";

const tolerance = 1e-4;

/**
 * Holds the optimizers on one engine against PyTorch in float64: 50 steps on given gradients. `test` may be one that
 * skips.
 *
 * @param brief for an engine that runs in software here: some of the cases, and their first steps
 */
export function describeOptimizerAgreement(
  name: EngineName,
  test: TestAPI = it,
  { brief = false } = {},
): void {
  const steps = brief ? 5 : 50;
  describe(`optimizers on ${name} agree with PyTorch`, () => {
    let engine: Engine;
    if (test === it) {
      beforeAll(async () => {
        engine = await openEngine({ name });
      });
    }

    const vectors = loadFixture("optimizers");
    const layout = new ParameterLayout([{ name: "theta", shape: [vectors.start.length], role: "weight" }]);
    const padded = (values: number[]) => {
      const vector = new Float32Array(layout.length);
      vector.set(values);
      return vector;
    };
    for (const { rule, penalty, constants, parameters } of vectors.cases) {
      if (brief && penalty !== "torch") continue;
      test(`${rule}, ${penalty === "torch" && rule !== "adamw" ? "L2" : penalty}`, async () => {
        const chain = chainOf(partsOf(rule, penalty, constants, vectors.lambda));
        const after = await optimize(engine, chain, layout, {
          start: padded(vectors.start),
          gradients: vectors.gradients.slice(0, steps).map(padded),
        });
        for (const [step, expected] of Object.entries(parameters)) {
          if (Number(step) > steps) continue;
          const actual = after[Number(step) - 1]!;
          for (const [coordinate, value] of expected.entries()) {
            const difference = relativeDifference([actual[coordinate]!], [value]);
            expect(difference, `coordinate ${coordinate} after step ${step}`).toBeLessThan(tolerance);
          }
          expect(
            actual.subarray(expected.length).every((value) => value === 0),
            "padding",
          ).toBe(true);
        }
      });
    }

    const groups = loadFixture("groups");
    const groupLayout = layoutOf(groups.start);
    const flat = (parameters: FixtureParameters) => {
      const vector = new Float32Array(groupLayout.length);
      for (const slot of groupLayout.slots) vector.set(parameters[slot.name]!.data, slot.offset);
      return vector;
    };
    const groupCases = groups.cases.filter((_, index) => !brief || index % 3 === 0);
    for (const { rule, options, penalty, parameters } of groupCases) {
      const title = [
        rule,
        ...[options, penalty].map((part) => JSON.stringify(part)).filter((t) => t !== "{}"),
      ];
      test(title.join(" "), async () => {
        const { l1, ...others } = penalty;
        const chain = chainOf({
          optimizer: groupOptimizer(rule, options, groups.constants),
          penalty: { ...others, l1Gamma: l1 },
          steps: 50,
        });
        const after = await optimize(engine, chain, groupLayout, {
          start: flat(groups.start),
          gradients: groups.gradients.slice(0, steps).map(flat),
        });
        for (const [step, expected] of Object.entries(parameters)) {
          if (Number(step) > steps) continue;
          for (const slot of groupLayout.slots) {
            const actual = groupLayout.view(after[Number(step) - 1]!, slot);
            const difference = relativeDifference(actual, expected[slot.name]!.data);
            expect(difference, `${slot.name} after step ${step}`).toBeLessThan(tolerance);
          }
        }
      });
    }
  });
}

function layoutOf(parameters: FixtureParameters): ParameterLayout {
  const specs = Object.entries(parameters).map(([name, { shape }]) => ({
    name,
    shape,
    role: name.split("/")[1] as ParameterRole,
  }));
  return new ParameterLayout(specs);
}

type Rule = OptimizersFixture["cases"][number]["rule"];
type Parts = Pick<RunConfigInput, "optimizer" | "penalty">;

/** A run's optimizer and penalty with the constants that PyTorch had. */
function partsOf(
  rule: Rule,
  penalty: "none" | "torch" | "decoupled",
  constants: TorchConstants,
  lambda: number,
): Parts {
  if (rule === "adamw" && penalty === "torch") {
    return adamW({ learningRate: Number(constants.lr), weightDecay: lambda, ...moments(constants) });
  }
  const kinds = {
    none: {},
    torch: { kind: "l2", lambda },
    decoupled: { kind: "decoupled", lambda },
  } as const;
  return { optimizer: optimizerOf(rule, constants), penalty: kinds[penalty] };
}

function optimizerOf(rule: Rule, constants: TorchConstants): RunConfigInput["optimizer"] {
  const learningRate = Number(constants.lr);
  const momentum = Number(constants.momentum);
  const epsilon = Number(constants.eps);
  switch (rule) {
    case "sgd":
    case "momentum":
    case "nesterov":
      return { name: "sgd", learningRate, momentum, nesterov: rule === "nesterov" };
    case "adagrad":
      return { name: rule, learningRate, epsilon };
    case "adadelta":
      return { name: rule, learningRate, rho: Number(constants.rho), epsilon };
    case "rmsprop":
    case "rmsprop+momentum":
      return { name: "rmsprop", learningRate, decay: Number(constants.alpha), epsilon, momentum };
    case "nadam": {
      const momentumDecay = Number(constants.momentum_decay);
      return { name: rule, learningRate, ...moments(constants), momentumDecay };
    }
    case "lion": {
      const { beta1, beta2 } = moments(constants);
      return { name: rule, learningRate, beta1, beta2 };
    }
    default:
      return { name: rule === "adamw" ? "adam" : rule, learningRate, ...moments(constants) };
  }
}

function moments(constants: TorchConstants): { beta1: number; beta2: number; epsilon: number } {
  const [beta1, beta2] = constants.betas as [number, number];
  return { beta1, beta2, epsilon: Number(constants.eps) };
}

function groupOptimizer(
  rule: GroupsFixture["cases"][number]["rule"],
  { nesterov, adjust_lr_fn: adjusted }: GroupsFixture["cases"][number]["options"],
  constants: GroupsFixture["constants"],
): RunConfigInput["optimizer"] {
  const learningRate = Number(constants[rule].lr);
  if (rule !== "muon") return { name: rule, learningRate };
  const { momentum, adam } = constants.muon;
  return {
    name: rule,
    learningRate,
    momentum,
    nesterov,
    adjustment: adjusted === "match_rms_adamw" ? "match-rms-adamw" : "original",
    adam: { learningRate: Number(adam.lr), ...moments(adam) },
  };
}
