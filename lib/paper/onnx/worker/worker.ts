import { messageOf } from "../../../errors.js";
import { ModelImages, normalizationOf } from "../../../onnx/images.js";
import { inspectModel } from "../../../onnx/inspect.js";
import { modelBytes, parseModel } from "../../../onnx/model.js";
import { compareLatency } from "../../../onnx/proof.js";
import { type CutReport, prove } from "../../../onnx/prove.js";
import type { NetworkReport, NetworkRequest } from "../messages.js";
import { reportBody, reportPage } from "../report.js";
import { pictureSources } from "./pictures.js";

/** The part of a worker's global scope that is used here; the library's types are a page's. */
const port = globalThis as unknown as {
  postMessage(report: NetworkReport): void;
  onmessage: ((event: MessageEvent<NetworkRequest>) => void) | null;
};

port.onmessage = ({ data }) => {
  run(data).then(
    (report) => port.postMessage(report),
    (error: unknown) => port.postMessage({ type: "failed", message: messageOf(error) }),
  );
};

const tell = (text: string) => port.postMessage({ type: "stage", text });

/** Seconds of timing for each model. */
const seconds = 1;

async function run({ model: file, images: files, mean, std, size }: NetworkRequest): Promise<NetworkReport> {
  tell("Reading the model");
  const model = parseModel(new Uint8Array(await file.arrayBuffer()), file.name);
  const own = normalizationOf(model);
  const images = ModelImages.of(pictureSources(files), model.input, {
    ...{ mean: mean ?? own.mean, std: std ?? own.std, size },
  });
  tell("Loading ONNX Runtime and running the model");
  const [indices] = images.split();
  const options = { by: "activation", indices, histograms: true } as const;
  const { inspection, ...inspected } = await inspectModel(model, images, options);
  const { metadata } = model;
  const found: CutReport = {
    ...{ model: file.name, metadata, out: null, by: "activation", round: null },
    ...inspection,
  };
  if (inspected.choice.removed.size === 0) return done(found, undefined);
  tell("Comparing the smaller model with it");
  const proof = await prove(model, inspected, { images, by: "activation" });
  tell("Timing both in turns");
  const smaller = inspected.cut.model;
  const timed = await compareLatency([model, smaller], images, { threads: 1, seconds });
  const latency = {
    processor: "in this browser",
    runtime: "ONNX Runtime in WebAssembly",
    latencies: [timed],
  };
  return done({ ...found, out: smallerName(file.name), proof, latency }, modelBytes(smaller));
}

const smallerName = (name: string): string => name.replace(/(\.onnx)?$/i, "-smaller.onnx");

const done = (report: CutReport, model: Uint8Array | undefined): NetworkReport => ({
  type: "done",
  report: reportBody(report).text,
  page: reportPage(report),
  model: model && new Uint8Array(model),
});
