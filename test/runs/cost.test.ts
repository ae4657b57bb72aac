import { describe, expect, it } from "vitest";
import { createNetwork } from "../../lib/models/index.js";
import { publishedResNet, scaledBasicNetWidths, vggWidths } from "../../lib/models/widths.js";
import { parseRunConfig, type RunConfigInput } from "../../lib/runs/config.js";
import { trainingCost } from "../../lib/runs/cost.js";

const models: [string, RunConfigInput["model"]][] = [
  ["BasicNet", { widths: scaledBasicNetWidths(1 / 4) }],
  ["VGG-16", { name: "vgg", widths: vggWidths(16, 1 / 4) }],
  ["ResNet-20", { name: "resnet", ...modelOf(20) }],
  ["ResNet-50", { name: "resnet", ...modelOf(50) }],
];

function modelOf(depth: 20 | 50) {
  const { stages, block, widths } = publishedResNet(depth, 1 / 4);
  return { stages: [...stages], block, widths };
}

describe("the cost of a run", () => {
  it.each(models)("is about three forward passes of a %s a step and image", (_, model) => {
    const config = parseRunConfig({
      dataset: { name: "cifar10" },
      model,
      optimizer: { name: "sgd", learningRate: 0.1 },
      batchSize: 20,
      steps: 10,
    });
    const { macs } = createNetwork(config.model, {
      height: 32,
      width: 32,
      channels: 3,
      classes: Array.from({ length: 10 }, String),
    });
    const forward = trainingCost(config) / (3 * 20 * 10);
    expect(forward / macs).toBeGreaterThan(0.85);
    expect(forward / macs).toBeLessThan(1.02);
  });
});
