import { type SpawnOptions, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, openEngine } from "../../lib/engine/index.js";
import { requireFromHere } from "../../lib/engine/native/package.js";
import { nativeStatus } from "../../lib/engine/native/status.js";
import { browserHint, findBrowser, launchBrowser } from "../../lib/export/browser.js";
import { projectRoot } from "../../lib/paths.js";
import { deviation } from "../../lib/pruning/exactness.js";
import { fuseNormalization } from "../../lib/pruning/fuse.js";
import { layersModel } from "../../lib/pruning/layers-model.js";
import type { TrainedModel } from "../../lib/pruning/model.js";
import { Predictor } from "../../lib/pruning/predictor.js";
import { saveLayersModel } from "../../lib/pruning/save.js";
import { encodeTensorFlow } from "../../lib/pruning/saved-model.js";
import { optional } from "../support/optional.js";
import { models, randomModel } from "./support.js";

const native = await nativeStatus();
const withNative = optional("TensorFlow", native.loads, "npm run engine -- build");
const withBrowser = optional("Chromium", findBrowser() !== undefined, browserHint);
const tfjs = createRequire(import.meta.url).resolve("@tensorflow/tfjs/dist/tf.min.js");
const normalization = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.3] };
const shape: [number, number, number, number] = [3, 8, 8, 3];

let engine: Engine;
let images: number[];
let folder: string;
let server: Server;
let origin: string;

beforeAll(async () => {
  engine = await openEngine({ name: native.loads ? "tensorflow" : "wasm" });
  images = [...(tf.tidy(() => tf.randomNormal(shape, 0, 1, "float32", 3).dataSync()) as Float32Array)];
  folder = mkdtempSync(join(tmpdir(), "pruned-model-"));
  server = createServer((request, response) => {
    if (request.url === "/") response.setHeader("content-type", "text/html").end("<title>a page</title>");
    else if (request.url === "/tf.js") response.end(readFileSync(tfjs));
    else if (request.url === "/favicon.ico") response.writeHead(404).end();
    else response.end(readFileSync(join(folder, request.url!)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function ownLogits(model: TrainedModel): number[] {
  const predictor = new Predictor(engine, model, [shape[0]]);
  const [input, logits] = tf.tidy(() => {
    const input = tf.tensor4d(images, shape);
    return [input, predictor.predict(input)].map((tensor) => tf.keep(tensor));
  }) as [tf.Tensor, tf.Tensor];
  const values = [...logits.dataSync()];
  tf.dispose([input, logits]);
  predictor.dispose();
  return values;
}

const expectClose = (logits: readonly number[], expected: readonly number[]) => {
  expect(logits).toHaveLength(expected.length);
  const labels = new Array<number>(shape[0]).fill(0);
  const { largest } = deviation(Float32Array.from(expected), Float32Array.from(logits), labels);
  expect(largest).toBeLessThan(1e-5);
};

describe("a model in tfjs' layers", () => {
  it.each([
    ...Object.values(models).map((model) => ({ ...model, activation: "leaky-relu" as const })),
    ...(["elu", "gelu", "silu"] as const).map((activation) => ({ widths: [4, 5], activation })),
  ])("gives the same logits, with batch normalization and fused (%#)", (input) => {
    const model = randomModel({ ...input, widths: [...input.widths] } as Parameters<typeof randomModel>[0]);
    for (const own of [model, fuseNormalization(model)]) {
      const layers = layersModel(own);
      const logits = tf.tidy(() => (layers.predict(tf.tensor4d(images, shape)) as tf.Tensor).dataSync());
      layers.dispose();
      expectClose([...logits], ownLogits(own));
    }
  });
});

describe("a saved model", () => {
  const model = fuseNormalization(randomModel(models.basic));

  it("is loaded by plain tfjs in Node", async () => {
    expect(await saveLayersModel(model, folder, { normalization })).toEqual(["model.json", "weights.bin"]);
    const script = fileURLToPath(new URL("./load-layers.mjs", import.meta.url));
    const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "ignore"] });
    child.stdin.end(JSON.stringify({ url: `${origin}/model.json`, images, shape }));
    const { logits, backend } = JSON.parse(await text(child.stdout));
    expect(backend).toBe("cpu");
    expectClose(logits, ownLogits(model));
    const { userDefinedMetadata } = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
    expect(userDefinedMetadata).toEqual({ classes: ["a", "b", "c"], ...normalization });
  });

  it("is loaded by plain tfjs in Node from its files, as the documentation shows", async () => {
    await saveLayersModel(model, folder, { normalization });
    const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
    const [, shown] = /^Plain tfjs reads no files in Node.*?```js\n(.*?)```$/ms.exec(readme)!;
    const program = `${shown!.replaceAll("DIR/", `${folder}/`)}
      const output = model.predict(tf.tensor4d(${JSON.stringify(images)}, ${JSON.stringify(shape)}));
      console.log(JSON.stringify({ classes, mean, std, logits: [...output.dataSync()] }));`;
    const options: SpawnOptions = { cwd: projectRoot, stdio: ["ignore", "pipe", "ignore"] };
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], options);
    const [best, result] = (await text(child.stdout!)).trimEnd().split("\n").slice(-2);
    expect(["a", "b", "c"]).toContain(best);
    const { logits, ...metadata } = JSON.parse(result!);
    expect(metadata).toEqual({ classes: ["a", "b", "c"], ...normalization });
    expectClose(logits, ownLogits(model));
  });

  withBrowser("is loaded by plain tfjs in a browser", async () => {
    await saveLayersModel(model, folder, { normalization });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`${origin}/`);
      await page.addScriptTag({ url: `${origin}/tf.js` });
      const logits = await page.evaluate(
        async ({ images, shape }) => {
          const { tf } = globalThis as unknown as { tf: typeof import("@tensorflow/tfjs") };
          await tf.setBackend("cpu");
          const loaded = await tf.loadLayersModel("/model.json");
          return [
            ...(await (
              loaded.predict(tf.tensor4d(images, shape)) as import("@tensorflow/tfjs").Tensor
            ).data()),
          ];
        },
        { images, shape },
      );
      expectClose(logits, ownLogits(model));
    } finally {
      await browser.close();
    }
  });

  withNative("is a SavedModel, too, that tfjs-node finds by its signature", async () => {
    const bytes = await encodeTensorFlow(engine, model);
    writeFileSync(join(folder, "saved_model.pb"), bytes!);
    const { node } = requireFromHere(native.packageName!) as {
      node: {
        loadSavedModel(path: string): Promise<{ predict(input: tf.Tensor): tf.Tensor; dispose(): void }>;
      };
    };
    const loaded = await node.loadSavedModel(folder);
    const logits = tf.tidy(() => (loaded.predict(tf.tensor4d(images, shape)) as tf.Tensor).dataSync());
    loaded.dispose();
    expectClose([...logits], ownLogits(model));
  });

  // Wide enough for the project's own kernels, with batch normalization: other programs do not know them.
  withNative("holds TensorFlow's own nodes only", async () => {
    const bytes = await encodeTensorFlow(engine, randomModel({ widths: [8, 8], activation: "relu" }));
    const { SavedModel } = requireFromHere(`${native.packageName}/dist/proto/api_pb`);
    const [graph] = SavedModel.deserializeBinary(bytes).getMetaGraphsList();
    const nodes: { getOp(): string }[] = graph.getGraphDef().getNodeList();
    const ops = new Set(nodes.map((node) => node.getOp()));
    for (const op of ["Conv2D", "FusedBatchNormV3"]) expect(ops).toContain(op);
    expect([...ops].filter((op) => op.startsWith("FilterSparsity"))).toEqual([]);
  });
});
