// Runs a queue whose only worker computes for a minute without a pause; tells its process id once it has begun.
import { fileURLToPath } from "node:url";
import { parseRunConfig } from "../../lib/dist/runs/config.js";
import { workQueue } from "../../lib/dist/runs/queue.js";

const config = parseRunConfig({
  dataset: { name: "synthetic", source: "builtin", size: 16 },
  model: { widths: [8] },
  optimizer: { name: "sgd", learningRate: 0.1 },
  steps: 20,
});
let worker;
await workQueue([{ label: "blocks", config, seed: 1 }], {
  executor: fileURLToPath(new URL("./fake-executor.mjs", import.meta.url)),
  onEvent({ type, version }) {
    if (type === "ready") worker = Number(version.split("process ")[1]);
    if (type === "progress") process.send?.(worker);
  },
});
