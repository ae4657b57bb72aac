import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openProgressView } from "../../lib/cli/progress.js";
import type { Job } from "../../lib/runs/queue.js";
import { config } from "../runs/support.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] }));
afterEach(() => void vi.useRealTimers());

const job = (seed: number): Job => ({ label: "Adam, L2 1e-3", config: config({ steps: 100 }), seed });

/** A view without a terminal, and what it has written since the last look. */
function plainView() {
  let text = "";
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const view = openProgressView({ stream: stream as NodeJS.WriteStream });
  const written = () => {
    const news = text;
    text = "";
    return news;
  };
  return { view, written };
}

const train = (step: number) => ({ phase: "train" as const, step, steps: 100, loss: 0.5, deadShare: 0.25 });

describe("progress without a terminal", () => {
  it("is a line for each worker and one for all, every ten seconds", () => {
    const { view, written } = plainView();
    const jobs = [job(1), job(2)];
    for (const each of jobs) view.handle({ type: "miss", job: each, why: "no record" });
    view.handle({ type: "start", job: jobs[0]!, worker: 0 });
    view.handle({ type: "progress", job: jobs[0]!, worker: 0, progress: train(0) });
    vi.advanceTimersByTime(5000);
    view.handle({ type: "progress", job: jobs[0]!, worker: 0, progress: train(50) });
    expect(written()).toBe("miss Adam, L2 1e-3, seed 1; Adam, L2 1e-3, seed 2: no record\n");
    vi.advanceTimersByTime(5000);
    const lines = written().trimEnd().split("\n");
    expect(lines[0]).toMatch(/^run {3}Adam, L2 1e-3, seed 1 +50\/100 {2}loss 0\.500 {2}dead 25 %/);
    expect(lines[1]).toBe("total 0 done, 2 left; 10 s so far, about 10 s left");
    view.close();
  });

  it("counts a run that is still loading its images among those to come", () => {
    const { view, written } = plainView();
    const jobs = [job(1), job(2)];
    for (const each of jobs) view.handle({ type: "miss", job: each, why: "no record" });
    jobs.forEach((each, worker) => {
      view.handle({ type: "start", job: each, worker });
    });
    view.handle({ type: "progress", job: jobs[0]!, worker: 0, progress: train(0) });
    vi.advanceTimersByTime(9900);
    view.handle({ type: "progress", job: jobs[0]!, worker: 0, progress: train(99) });
    view.handle({ type: "progress", job: jobs[1]!, worker: 1, progress: { ...train(0), phase: "data" } });
    vi.advanceTimersByTime(100);
    expect(written()).toMatch("about 10 s left");
    view.close();
  });

  it("keeps a line of every run that ends, and of those that fail why", () => {
    const { view, written } = plainView();
    view.handle({ type: "done", job: job(1), worker: 0, seconds: 75, diverged: false });
    view.handle({ type: "done", job: job(2), worker: 0, seconds: 5, diverged: true });
    view.handle({ type: "failed", job: job(3), worker: 0, message: "out of luck" });
    expect(written().split("\n").slice(0, 3)).toEqual([
      "done Adam, L2 1e-3, seed 1 in 1 min 15 s",
      "diverged Adam, L2 1e-3, seed 2 in 5 s; FILTER_SPARSITY_CHECK=1 names where the first NaN goes in",
      "fail Adam, L2 1e-3, seed 3: out of luck",
    ]);
    view.close();
  });
});
