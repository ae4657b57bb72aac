import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Look, Report, Request } from "../../lib/live/messages.js";
import { Crew, workersFor } from "../../lib/live/page/crew.js";

/** A worker that does nothing but keep what it is told. */
class Silent {
  static all: Silent[] = [];
  told: Request[] = [];
  ended = false;
  onmessage: (event: { data: Report }) => void = () => {};
  constructor() {
    Silent.all.push(this);
  }
  postMessage(request: Request) {
    this.told.push(request);
  }
  terminate() {
    this.ended = true;
  }
  says(data: Report) {
    this.onmessage({ data });
  }
}

const request = (engine: "wasm" | "webgpu") =>
  ({
    type: "run",
    engine,
    assets: "/",
    configs: ["a", "b"],
    seed: 1,
    gradients: false,
  }) as unknown as Extract<Request, { type: "run" }>;
const start = (parameters: number) => ({ layers: [], parameters, steps: 10 });
const look = (step: number) => ({ arm: 0, step }) as Look;
const result = (step: number) => ({ step }) as never;

let reports: Report[];
let crew: Crew;
beforeEach(() => {
  Silent.all = [];
  reports = [];
  vi.stubGlobal("Worker", Silent);
  vi.stubGlobal("navigator", { hardwareConcurrency: 4 });
  crew = new Crew(new URL("http://localhost/worker.js"));
  crew.onReport = (report) => reports.push(report);
});
afterEach(() => vi.unstubAllGlobals());

it("has a worker for each arm and no more than cores", () => {
  expect([workersFor(2, 8), workersFor(2, 2), workersFor(2, 1), workersFor(2, undefined)]).toEqual([
    2, 2, 1, 1,
  ]);
});

it("trains each arm in a worker of its own and reports as one", () => {
  crew.run(request("wasm"));
  const [a, b] = Silent.all as [Silent, Silent];
  expect(Silent.all.map(({ told }) => told)).toEqual([
    [{ ...request("wasm"), configs: ["a"] }],
    [{ ...request("wasm"), configs: ["b"] }],
  ]);
  b.says({ type: "engine", version: "wasm" });
  a.says({ type: "engine", version: "wasm" });
  b.says({ type: "started", arms: [start(2)] });
  b.says({ type: "looks", looks: [look(1)] });
  expect(reports).toEqual([{ type: "engine", version: "wasm" }]);
  a.says({ type: "started", arms: [start(1)] });
  a.says({ type: "looks", looks: [look(1)] });
  b.says({ type: "done", results: [result(20)] });
  a.says({ type: "done", results: [result(10)] });
  expect(reports.slice(1)).toEqual([
    { type: "started", arms: [start(1), start(2)] },
    { type: "looks", looks: [{ ...look(1), arm: 1 }] },
    { type: "looks", looks: [look(1)] },
    { type: "done", results: [{ step: 10 }, { step: 20 }] },
  ]);
});

it("is stopped once all are, though one was done before", () => {
  crew.run(request("wasm"));
  const [a, b] = Silent.all as [Silent, Silent];
  a.says({ type: "done", results: [result(10)] });
  crew.stop();
  expect([a, b].map(({ told }) => told.at(-1)!.type)).toEqual(["run", "stop"]);
  b.says({ type: "stopped" });
  expect(reports).toEqual([{ type: "stopped" }]);
});

it("leaves WebGPU's arms to one worker, and keeps its workers for the next request", () => {
  crew.run(request("webgpu"));
  expect(Silent.all.map(({ told }) => told)).toEqual([[request("webgpu")]]);
  Silent.all[0]!.says({ type: "done", results: [result(1), result(2)] });
  crew.run(request("wasm"));
  expect(Silent.all).toHaveLength(2);
  crew.terminate();
  expect(Silent.all.every(({ ended }) => ended)).toBe(true);
});
