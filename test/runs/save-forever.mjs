// Saves run after run until it is killed.
import { parseRunConfig } from "../../lib/dist/runs/config.js";
import { saveRun } from "../../lib/dist/runs/save.js";
import { fakeRun } from "./fake-run.mjs";

const config = parseRunConfig({
  dataset: { name: "synthetic", source: "builtin", size: 16 },
  model: { widths: [64, 128] },
  optimizer: { name: "sgd", learningRate: 0.1 },
  steps: 100,
});
for (let seed = 1; ; seed++) {
  await saveRun(fakeRun(config, seed));
  process.send?.(seed);
}
