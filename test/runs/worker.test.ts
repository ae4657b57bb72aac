import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Job, type QueueEvent, workQueue } from "../../lib/dist/runs/queue.js";
import { checkpointFolder } from "../../lib/runs/checkpoint-folder.js";
import { runId } from "../../lib/runs/config.js";
import type { TrainMessage, WorkerMessage } from "../../lib/runs/messages.js";
import { smokeConfig, useTemporaryFolders } from "./support.js";

useTemporaryFolders();
const entry = fileURLToPath(new URL("../../lib/dist/runs/worker.js", import.meta.url));
const endless = smokeConfig({ steps: 100_000 });
const id = runId(endless);

/** Sends the signal to a worker in the middle of its training; resolves to its exit code and messages. */
async function interrupt(signal: NodeJS.Signals) {
  const worker = fork(entry, ["wasm"], { execArgv: [] });
  const messages: WorkerMessage[] = [];
  const message: Omit<TrainMessage, "type" | "config"> = {
    seed: 1,
    place: "cache",
    replace: false,
    locations: {},
  };
  worker.on("message", (received: WorkerMessage) => {
    messages.push(received);
    if (received.type === "ready") worker.send({ type: "train", config: endless, ...message });
    if (received.type === "progress" && received.progress.step > 20) worker.kill(signal);
  });
  const [code] = (await once(worker, "close")) as [number];
  return { code, messages };
}

describe("a worker that is told to end", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("leaves a checkpoint (%s)", async (signal) => {
    const first = await interrupt(signal);
    expect(first.code).toBe(128 + constants.signals[signal]);
    expect(first.messages.at(-1)).toMatchObject({
      type: "stopped",
      message: expect.stringMatching(signal),
    });
    expect(readdirSync(checkpointFolder(id, 1))).toEqual([expect.stringMatching(/^step-\d+\.checkpoint$/)]);
  });
});

describe("a queue that is told to end", () => {
  it("leaves the runs at work with a checkpoint, and removes it once their record is written", async () => {
    const config = smokeConfig({ steps: 400 });
    const folder = checkpointFolder(runId(config), 1);
    const jobs: Job[] = [{ label: "smoke", config, seed: 1 }];
    const stop = new AbortController();
    const onEvent = (event: QueueEvent) => {
      if (event.type === "progress" && event.progress.step > 20) stop.abort();
    };
    const options = { engine: "wasm", place: "cache" } as const;
    const stopped = await workQueue(jobs, { ...options, onEvent, signal: stop.signal });
    expect(stopped).toMatchObject({ left: [{ seed: 1 }], failed: [], trained: [] });
    expect(readdirSync(folder)).toHaveLength(1);
    const events: QueueEvent[] = [];
    await workQueue(jobs, { ...options, onEvent: (event) => events.push(event) });
    expect(events.map(({ type }) => type)).toContain("note");
    expect(events.at(-1)?.type).toBe("done");
    expect(existsSync(folder)).toBe(false);
  });
});
