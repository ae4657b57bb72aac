import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
// The built queue: its workers are processes of their own, which run the built files.
import { type Job, type QueueEvent, type QueueOptions, workQueue } from "../../lib/dist/runs/queue.js";
import { claimRun } from "../../lib/runs/claim.js";
import { runId } from "../../lib/runs/config.js";
import { saveRun } from "../../lib/runs/save.js";
import { listRuns } from "../../lib/runs/store.js";
import { fakeRun } from "./fake-run.mjs";
import { config, useTemporaryFolders } from "./support.js";

useTemporaryFolders();
const executor = fileURLToPath(new URL("./fake-executor.mjs", import.meta.url));
const job = (seed: number, steps = 20): Job => ({ label: `${steps} steps`, config: config({ steps }), seed });

async function work(jobs: Job[], options: QueueOptions = {}) {
  const events: QueueEvent[] = [];
  const onEvent = (event: QueueEvent) => {
    events.push(event);
    options.onEvent?.(event);
  };
  const result = await workQueue(jobs, { workers: 2, executor, place: "cache", ...options, onEvent });
  const { runs } = await listRuns();
  return { result, events, of: (type: QueueEvent["type"]) => events.filter((e) => e.type === type), runs };
}

describe("the queue", () => {
  it("trains what is missing, longest first, one thread a worker, and finds it the next time", async () => {
    const jobs = [job(1), job(2), job(3, 80), job(4)];
    const first = await work(jobs);
    expect(first.runs).toHaveLength(4);
    // Which worker is up first is chance; the longest run is the first of whichever got it.
    const starts = first.of("start").filter((event) => event.type === "start");
    const worker = starts.find(({ job }) => job.seed === 3)?.worker;
    expect(starts.find((event) => event.worker === worker)?.job.seed).toBe(3);
    expect(first.of("ready")).toHaveLength(2);
    expect(first.of("ready")[0]).toMatchObject({
      engine: "wasm",
      version: expect.stringMatching("fake, 1 threads"),
    });
    const second = await work(jobs);
    expect(second.of("hit")).toHaveLength(4);
    expect(second.of("ready")).toHaveLength(0);
  });

  it("trains what a run starts from before it, though it takes longer itself", async () => {
    const parent = job(1, 40);
    const start = { run: parent.config, prune: { method: "slimming", share: 0.5 } } as const;
    const child: Job = { label: "pruned", config: config({ steps: 80, start }), seed: 1 };
    const { result, events } = await work([child, job(2), parent]);
    expect(result.trained).toHaveLength(3);
    const at = (type: string, of: Job) =>
      events.findIndex((event) => event.type === type && "job" in event && event.job === of);
    expect(at("start", child)).toBeGreaterThan(at("done", parent));
  });

  it("trains what two arms share only once", async () => {
    const { result } = await work([job(1), { ...job(1), label: "the same by another name" }]);
    expect(result.trained).toHaveLength(1);
  });

  it("is not stopped by a run that fails or kills its worker", async () => {
    const { result, runs } = await work([job(13), job(66), job(1), job(2), job(3), job(4)]);
    expect(result.failed.map(({ job }) => job.seed).sort()).toEqual([13, 66]);
    const messages = result.failed.map(({ message }) => message).join("\n");
    expect(messages).toMatch("the loss came out purple");
    expect(messages).toMatch("the worker process died (signal SIGKILL");
    expect(runs.map(({ record }) => record.seed).sort()).toEqual([1, 2, 3, 4]);
  });

  it("stops when told to, keeps what is finished and continues there the next time", async () => {
    const stop = new AbortController();
    let done = 0;
    const stopped = await work([job(1, 60), job(2), job(99)], {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === "done" && ++done === 2) stop.abort();
      },
    });
    expect(stopped.runs.map(({ record }) => record.seed).sort()).toEqual([1, 2]);
    expect(stopped.result.left).toMatchObject([{ seed: 99 }]);
    expect(stopped.result.failed).toEqual([]);
    const next = await work([job(1, 60), job(2), job(3)]);
    expect(next.of("hit")).toHaveLength(2);
    expect(next.result.trained).toHaveLength(1);
  });

  it("leaves a run to the process that has claimed it, and takes over its record", async () => {
    const id = runId(config());
    const claim = await claimRun(id, 1);
    const other = setTimeout(async () => {
      await saveRun(fakeRun(config(), 1));
      if (claim.claimed) await claim.release();
    }, 500);
    const { result, of } = await work([job(1), job(2)]);
    clearTimeout(other);
    expect(of("wait")).toHaveLength(1);
    expect(result.trained).toMatchObject([{ seed: 2 }]);
    expect(result.found).toMatchObject([{ seed: 1 }]);
  });

  it("throws where no worker can open its engine", async () => {
    process.env.FAKE_ENGINE_FAILS = "1";
    await expect(work([job(1), job(2)])).rejects.toThrow("no such device");
    delete process.env.FAKE_ENGINE_FAILS;
    const claim = await claimRun(runId(config()), 1);
    expect(claim.claimed).toBe(true);
  });

  it("trains again what has a record when forced", async () => {
    await work([job(1)]);
    const { result, runs } = await work([job(1)], { force: true });
    expect(result.trained).toHaveLength(1);
    expect(runs).toHaveLength(1);
  });
});

/** Whether a process runs; one that has ended and waits for its parent to notice does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, "utf8"));
  } catch {
    return false;
  }
}

describe("a worker", () => {
  it("ends soon after its parent was killed, even in the middle of a long computation", async () => {
    const script = fileURLToPath(new URL("./queue-that-blocks.mjs", import.meta.url));
    const parent = fork(script, { execArgv: [], env: { ...process.env, FAKE_BLOCKS: "1" } });
    const [worker] = (await once(parent, "message")) as [number];
    parent.kill("SIGKILL");
    await once(parent, "close");
    expect(isAlive(worker)).toBe(true);
    await expect.poll(() => isAlive(worker), { timeout: 8000, interval: 200 }).toBe(false);
  });
});
