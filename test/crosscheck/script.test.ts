import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { pytorchScript } from "../../lib/crosscheck/script.js";
import { vggWidths } from "../../lib/models/widths.js";
import { parseRunConfig, type RunConfigInput } from "../../lib/runs/config.js";

const base: RunConfigInput = {
  dataset: { name: "cifar10", source: "jpeg", size: 16, trainImages: 10_000 },
  model: { widths: [16, 32, 32, 64, 64, 128, 128] },
  optimizer: { name: "adam", learningRate: 1e-2 },
  steps: 5000,
};
const script = (changes: Partial<RunConfigInput>) =>
  pytorchScript(parseRunConfig({ ...base, ...changes }), { id: "0123456789ab" });

const adam = { learningRate: 1e-3 };
const optimizers: RunConfigInput["optimizer"][] = [
  { name: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: true },
  ...(["adam", "amsgrad", "adamax", "nadam", "adagrad", "adadelta", "rmsprop", "lion"] as const).map(
    (name) => ({
      name,
      ...adam,
    }),
  ),
];
const variants: Record<string, Partial<RunConfigInput>> = {
  ...Object.fromEntries(optimizers.map((optimizer) => [optimizer.name, { optimizer }])),
  ...Object.fromEntries(
    (["relu", "leaky-relu", "elu", "gelu", "silu"] as const).map((activation) => [
      activation,
      { model: { ...base.model, activation } },
    ]),
  ),
  ...Object.fromEntries(
    (["batch", "group", "layer", "none"] as const).map((normalization) => [
      normalization,
      { model: { ...base.model, normalization } },
    ]),
  ),
  "weights only": { penalty: { lambda: 1e-3, on: "weights" } },
  "decoupled, on gamma and beta": { penalty: { kind: "decoupled", lambda: 1e-3, on: ["gamma", "beta"] } },
  "L1 on gamma": { penalty: { lambda: 1e-4, l1Gamma: 1e-3 } },
  "steps, warm-up": { schedule: { name: "step", milestones: [0.6, 0.85], warmup: 0.1 } },
  cosine: { schedule: { name: "cosine", final: 0.01 } },
  "one cycle": { schedule: { name: "one-cycle" } },
  "augmented, held out": {
    dataset: { ...base.dataset, validationImages: 1000, augmentation: { crop: 2, flip: true } },
  },
  "two classes": { dataset: { ...base.dataset, classes: 2 } },
  "VGG-11": { model: { name: "vgg", widths: vggWidths(11, 1 / 4) } },
};

describe("the PyTorch script of a run", () => {
  test("is Python, whatever the configuration has", () => {
    const scripts = Object.fromEntries(Object.entries(variants).map(([name, own]) => [name, script(own)]));
    const check = `
import ast, json, sys
for name, text in json.load(sys.stdin).items():
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        print(name, error)
        continue
    defined = {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    named = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    given = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    known = set(dir(__builtins__)) | defined | named | given
    if called - known:
        print(name, "calls", called - known)
`;
    expect(execFileSync("python3", ["-c", check], { input: JSON.stringify(scripts), encoding: "utf8" })).toBe(
      "",
    );
  });

  test("carries what decides the result", () => {
    const text = script({ penalty: { lambda: 3e-4 }, schedule: { name: "step", milestones: [0.6, 0.85] } });
    expect(text).toContain("BATCH, STEPS, RATE = 40, 5000, 0.01");
    expect(text).toContain("PENALTY = 0.0003");
    expect(text).toContain("POOL_AFTER = [2, 4, 6]");
    expect(text).toContain('{"params": covered, "weight_decay": PENALTY}');
    expect(text).toContain("0.1 ** sum(step > round(share * STEPS) for share in [0.6, 0.85])");
    expect(text).not.toContain("mul_(1 - PENALTY");
    const decoupled = script({ penalty: { kind: "decoupled", lambda: 1e-3 } });
    expect(decoupled).toContain("p.mul_(1 - PENALTY * factor(step))");
    expect(decoupled).toContain('{"params": covered, "weight_decay": 0.0}');
  });

  test("refuses what it cannot say, by name", () => {
    const resnet = { name: "resnet" as const, stages: [1, 1, 1], widths: [4, 4, 4, 8, 8, 16, 16] };
    expect(() => script({ model: resnet })).toThrow("a residual network");
    expect(() => script({ optimizer: { name: "muon", learningRate: 0.02, adam } })).toThrow("Muon");
    expect(() => script({ dataset: { ...base.dataset, labelNoise: 0.1 } })).toThrow("label noise");
    expect(() => script({ dataset: { name: "synthetic", source: "builtin" } })).toThrow("synthetic images");
    const start = { run: base, prune: { method: "activation" as const } };
    expect(() => script({ start })).toThrow("a start from another run");
  });
});
