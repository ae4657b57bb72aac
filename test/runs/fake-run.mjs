import { openRandom } from "../../lib/dist/random.js";
import { runId } from "../../lib/dist/runs/config.js";
import { emptyFilters } from "../../lib/dist/runs/filters.js";

const gradients = [
  "weightNorm",
  "gammaGradient",
  "weightGradient",
  "gammaSecondMoment",
  "weightSecondMoment",
];

export function fakeRun(config, seed, probes = 12) {
  const random = openRandom(seed, "fake run");
  const { widths } = config.model;
  const filters = widths.reduce((sum, width) => sum + width, 0);
  const spread = Array.from({ length: probes }, (_, probe) => config.steps ** ((probe + 1) / probes));
  const steps = [...new Set(spread.map(Math.round))];
  const table = emptyFilters(filters * steps.length);
  let row = 0;
  for (const step of steps) {
    widths.forEach((width, layer) => {
      for (let filter = 0; filter < width; filter++, row++) {
        table.step[row] = step;
        table.layer[row] = layer;
        table.filter[row] = filter;
        table.gamma[row] = 1 + random.normal() / 3;
        table.beta[row] = random.normal() / 3;
        table.maxActivation[row] = Math.exp(random.normal());
        table.selectivity[row] = random.uniform();
        for (const name of gradients) table[name][row] = Math.exp(3 * random.normal());
      }
    });
  }
  const layers = widths.map((width, index) => ({ name: `C${index + 1}`, filters: width }));
  const dead = Math.min(0.9, config.penalty.lambda * 100);
  const deadByScale = widths.map((width) => Math.round(dead * width));
  const share = deadByScale.reduce((sum, count) => sum + count, 0) / filters;
  const record = {
    version: 2,
    id: runId(config),
    seed,
    status: "finished",
    config,
    environment: {
      engine: "wasm",
      engineVersion: "wasm SIMD",
      tfjs: "4.22.0",
      node: process.version,
      machine: "linux x64, test",
    },
    dataset: {
      name: config.dataset.name,
      source: config.dataset.source,
      checksum: "0".repeat(64),
      classes: ["a", "b", "c", "d"],
      trainImages: 2000,
      testImages: 400,
      evaluatedOn: "test",
      mean: [0.5, 0.5, 0.5],
      std: [0.2, 0.2, 0.2],
    },
    model: { parameters: 10_000, macs: 1_000_000, layers },
    epochs: Array.from({ length: Math.min(40, config.steps) }, (_, index) => ({
      epoch: index + 1,
      step: Math.round((config.steps * (index + 1)) / Math.min(40, config.steps)),
      learningRate: config.optimizer.learningRate,
      trainLoss: Math.exp(-index / 10) + random.uniform() / 100,
      trainError: 0.5 * Math.exp(-index / 10),
      testLoss: Math.exp(-index / 12) + random.uniform() / 100,
      testError: 0.5 * Math.exp(-index / 12) + 0.1,
      deadByScale,
    })),
    probes: { steps, images: steps.map(() => 2000), gradientImages: 160 },
    final: {
      step: config.steps,
      trainLoss: 0.1,
      testLoss: 0.5,
      testError: 0.15 + random.uniform() / 50,
      layers: layers.map((layer, index) => ({
        ...layer,
        deadByScale: deadByScale[index],
        deadByActivation: deadByScale[index],
      })),
      deadByScale: share,
      deadByActivation: share,
    },
    timing: {
      startedAt: new Date().toISOString(),
      seconds: 10,
      trainSeconds: 8,
      evaluationSeconds: 1,
      probeSeconds: 1,
      millisecondsPerStep: 8000 / config.steps,
      resumes: 0,
    },
  };
  return { record, filters: table };
}
