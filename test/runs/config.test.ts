import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalText, parseRunConfig, type RunConfigInput, runId } from "../../lib/runs/config.js";

const adam: RunConfigInput = {
  dataset: { name: "cifar10", source: "jpeg", size: 16, trainImages: 10_000 },
  model: { widths: [16, 32, 32, 64, 64, 128, 128] },
  optimizer: { name: "adam", learningRate: 0.003 },
  penalty: { lambda: 0.001 },
  schedule: { name: "step", milestones: [0.6, 0.8] },
  steps: 10_000,
};
const sgd: RunConfigInput = {
  dataset: { name: "synthetic", source: "builtin", size: 16 },
  model: { widths: [8, 16] },
  optimizer: { name: "sgd", learningRate: 0.1, momentum: 0.9 },
  steps: 1200,
};

const adamOf = (input: RunConfigInput): RunConfigInput => ({ ...adam, model: input.model });

describe("the id of a run", () => {
  // Records are stored under these: a change here means that every committed record is lost.
  it.each([
    [adam, "1fe97ea0a46b"],
    [sgd, "8ea3cbc7182b"],
    [{ ...sgd, penalty: { kind: "decoupled", lambda: 0.01 } } as RunConfigInput, "bc35c925f2e7"],
    [{ ...sgd, model: { widths: [8, 16], activation: "leaky-relu" } } as RunConfigInput, "3bf739589819"],
    [{ ...sgd, model: { widths: [8, 16], normalization: "none" } } as RunConfigInput, "5fb75e435f55"],
    [
      { ...sgd, model: { name: "resnet", stages: [1, 1], widths: [8, 8, 8, 16, 16] } } as RunConfigInput,
      "b7092d20499a",
    ],
    [{ ...sgd, dataset: { ...sgd.dataset, classes: 2, trainImages: 100 } } as RunConfigInput, "c0823dfeb055"],
    [
      { ...sgd, dataset: { ...sgd.dataset, classes: ["disc+cross", "square"] } } as RunConfigInput,
      "0e569c597376",
    ],
    [
      { ...sgd, dataset: { ...sgd.dataset, labelNoise: 0.2, validationImages: 400 } } as RunConfigInput,
      "9722d8cd9beb",
    ],
    [
      { ...sgd, dataset: { ...sgd.dataset, augmentation: { crop: 2, flip: true } } } as RunConfigInput,
      "292ce9190a34",
    ],
    [{ ...sgd, start: { run: adamOf(sgd), prune: { method: "scale" } } } as RunConfigInput, "3f7ed15940c5"],
    [
      {
        ...sgd,
        start: { run: sgd, prune: { method: "slimming", share: 0.5 }, weights: "initial", budget: "compute" },
      } as RunConfigInput,
      "25d862179483",
    ],
  ])("is pinned (%#)", (input, id) => {
    expect(runId(input)).toBe(id);
  });

  it("comes from sorted keys without defaults", () => {
    expect(canonicalText(sgd)).toBe(
      '{"dataset":{"name":"synthetic","size":16,"source":"builtin"},"model":{"widths":[8,16]},' +
        '"optimizer":{"learningRate":0.1,"momentum":0.9,"name":"sgd"},"steps":1200}',
    );
  });

  it("holds the whole configuration of what a run starts from, without defaults", () => {
    const start = {
      run: { ...sgd, batchSize: 40 },
      prune: { method: "activation" },
      weights: "kept",
    } as const;
    const own = canonicalText(sgd).slice(1, -1);
    expect(canonicalText({ ...sgd, start })).toBe(
      `{${own.replace(',"steps"', `,"start":{"prune":{"method":"activation"},"run":{${own}}},"steps"`)}}`,
    );
    expect(runId(parseRunConfig(JSON.parse(canonicalText({ ...sgd, start }))))).toBe(
      runId({ ...sgd, start }),
    );
  });

  it("ignores key order and defaults spelled out", () => {
    const { name, size, source } = sgd.dataset;
    const spelled: RunConfigInput = {
      steps: 1200,
      batchSize: 40,
      schedule: { factor: 0.1, milestones: [], name: "constant" },
      penalty: { lambda: 0, kind: "l2" },
      optimizer: { momentum: 0.9, learningRate: 0.1, name: "sgd" },
      model: { normalization: "batch", activation: "relu", name: "basicnet", widths: [8, 16] },
      dataset: {
        source,
        size,
        name,
        labelNoise: 0,
        validationImages: 0,
        augmentation: { flip: false, crop: 0 },
      },
    };
    expect(runId(spelled)).toBe(runId(sgd));
  });

  it("is the same for any penalty of strength 0", () => {
    expect(runId({ ...sgd, penalty: { kind: "decoupled", lambda: 0 } })).toBe(runId(sgd));
  });

  it("ignores constants that the model does not use", () => {
    const model: RunConfigInput["model"] = {
      ...{ widths: [8, 16], negativeSlope: 0.2, groups: 3, block: "bottleneck" },
    };
    expect(runId({ ...sgd, model })).toBe(runId(sgd));
  });

  it("differs where the result would", () => {
    const others: RunConfigInput[] = [
      { ...sgd, steps: 1201 },
      { ...sgd, batchSize: 20 },
      { ...sgd, penalty: { lambda: 1e-3 } },
      { ...sgd, penalty: { kind: "decoupled", lambda: 1e-3 } },
      { ...sgd, model: { widths: [16, 8] } },
      { ...sgd, model: { widths: [8, 16], activation: "leaky-relu" } },
      { ...sgd, model: { widths: [8, 16], activation: "leaky-relu", negativeSlope: 0.2 } },
      { ...sgd, model: { widths: [8, 16], activation: "gelu" } },
      { ...sgd, model: { widths: [8, 16], normalization: "none" } },
      { ...sgd, model: { widths: [8, 16], normalization: "group" } },
      { ...sgd, model: { widths: [8, 16], normalization: "group", groups: 4 } },
      { ...sgd, model: { name: "vgg", widths: Array(8).fill(8) } },
      { ...sgd, model: { name: "resnet", stages: [1], widths: [8, 8, 8] } },
      { ...sgd, dataset: { ...sgd.dataset, trainImages: 100 } },
    ];
    expect(new Set([sgd, ...others].map(runId)).size).toBe(others.length + 1);
  });
});

describe("a configuration that is not valid", () => {
  it.each([
    [{ ...sgd, steps: 0 }, /steps: .*>=1.*Correct it/],
    [{ ...sgd, learningRat: 1 }, /learningRat/],
    [{ ...sgd, optimizer: { name: "adamw", learningRate: 1 } }, /optimizer/],
    [{ ...sgd, optimizer: { name: "sgd", learningRate: Number.NaN } }, /optimizer\.learningRate/],
    [{ ...sgd, dataset: { name: "../etc" } }, /dataset\.name: .*lower-case/],
    [
      { ...sgd, dataset: { ...sgd.dataset, classes: 1 } },
      /dataset\.classes: expected a number of classes, 2 or more/,
    ],
    [
      { ...sgd, dataset: { ...sgd.dataset, classes: ["disc"] } },
      /dataset\.classes: expected .*two or more labels/,
    ],
    [{ ...sgd, dataset: { ...sgd.dataset, labelNoise: 1.5 } }, /dataset\.labelNoise: .*<=1/],
    [
      { ...sgd, dataset: { ...sgd.dataset, augmentation: { crop: 16 } } },
      /augmentation\.crop: must be less than/,
    ],
    [null, /config: /],
    [{ ...sgd, start: { run: sgd, prune: { method: "slimming" } } }, /start\.prune\.share/],
    [{ ...sgd, start: { run: { ...sgd, steps: 0 }, prune: { method: "scale" } } }, /steps: /],
    [{ ...sgd, start: { run: adam, prune: { method: "scale" } } }, /start\.run has another model/],
  ])("is refused with its field named (%#)", (input, message) => {
    expect(() => parseRunConfig(input)).toThrow(message);
  });
});

const anyConfig: fc.Arbitrary<RunConfigInput> = fc.record(
  {
    dataset: fc.record(
      {
        name: fc.constantFrom("synthetic", "cifar10", "my-images"),
        source: fc.constantFrom("official", "jpeg", "builtin"),
        size: fc.integer({ min: 1, max: 512 }),
        trainImages: fc.integer({ min: 1, max: 50_000 }),
        classes: fc.oneof(
          fc.integer({ min: 2, max: 10 }),
          fc.constantFrom<string[]>(["a+b", "c"], ["a", "b"]),
        ),
        validationImages: fc.integer({ min: 0, max: 1000 }),
        labelNoise: fc.double({ min: 0, max: 1, noNaN: true }),
        augmentation: fc.record({ flip: fc.boolean() }, { requiredKeys: [] }),
      },
      { requiredKeys: ["name"] },
    ),
    model: fc.record(
      {
        widths: fc.array(fc.integer({ min: 1, max: 4096 }), { minLength: 1, maxLength: 7 }),
        activation: fc.constantFrom("relu" as const, "leaky-relu" as const, "silu" as const),
        negativeSlope: fc.constantFrom(0.01, 0.2),
        normalization: fc.constantFrom("batch" as const, "layer" as const, "none" as const),
      },
      { requiredKeys: ["widths"] },
    ),
    optimizer: fc.oneof(
      fc.record(
        {
          name: fc.constant("sgd" as const),
          learningRate: fc.double({ min: 1e-9, max: 100, noNaN: true }),
          momentum: fc.double({ min: 0, max: 0.999, noNaN: true }),
        },
        { requiredKeys: ["name", "learningRate"] },
      ),
      fc.record(
        {
          name: fc.constant("adam" as const),
          learningRate: fc.double({ min: 1e-9, max: 100, noNaN: true }),
          epsilon: fc.constantFrom(1e-8, 1e-7),
        },
        { requiredKeys: ["name", "learningRate"] },
      ),
    ),
    penalty: fc.record(
      { kind: fc.constantFrom("l2" as const, "decoupled" as const), lambda: fc.constantFrom(0, 1e-4, 1e-2) },
      { requiredKeys: [] },
    ),
    schedule: fc.record(
      {
        name: fc.constantFrom("constant" as const, "step" as const),
        milestones: fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { maxLength: 3 }),
      },
      { requiredKeys: [] },
    ),
    batchSize: fc.integer({ min: 1, max: 512 }),
    steps: fc.integer({ min: 1, max: 1_000_000 }),
  },
  { requiredKeys: ["dataset", "model", "optimizer", "steps"] },
);

describe("the canonical text of any configuration", () => {
  it("reads back to the same configuration and text", () => {
    fc.assert(
      fc.property(anyConfig, (input) => {
        const text = canonicalText(input);
        expect(parseRunConfig(JSON.parse(text))).toEqual(parseRunConfig(input));
        expect(canonicalText(JSON.parse(text))).toBe(text);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it("does not change by filling the defaults in", () => {
    fc.assert(
      fc.property(anyConfig, (input) => {
        expect(canonicalText(parseRunConfig(input))).toBe(canonicalText(input));
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});
