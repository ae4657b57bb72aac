import { beforeAll, describe, expect, type TestAPI, test } from "vitest";
import { loadDataset } from "../../lib/datasets/index.js";
import { type Engine, type EngineName, openEngine } from "../../lib/engine/index.js";
import { Checkpoints } from "../../lib/runs/checkpoint-folder.js";
import { type RunConfig, runId } from "../../lib/runs/config.js";
import { executeRun, type RunProgress } from "../../lib/runs/execute.js";
import { keepLast } from "../../lib/runs/last-dataset.js";
import type { Run } from "../../lib/runs/record.js";
import { smokeConfig, useTemporaryFolders } from "./support.js";

const plain = smokeConfig({ steps: 60 });
/** What acts on a step besides, and has to go on where it was. */
const withOptions = smokeConfig({
  ...{ steps: 60, filterNorm: 0.5 },
  penalty: { lambda: 1e-2, moments: "first", during: { until: 0.5, cycles: 3 } },
});
const load = keepLast(loadDataset);

/** All of a run that does not depend on when and how fast it was trained. */
const result = ({ record: { timing: _, ...record }, filters, weights }: Run) => ({
  record,
  filters,
  weights,
});

type Moment = [name: string, when: (progress: RunProgress) => boolean];

const betweenSteps: Moment = ["between two steps", ({ phase, step }) => phase === "train" && step === 20];
const inProbe: Moment = ["in a probe", ({ phase, step }) => phase === "probe" && step > 10];
const otherMoments: Moment[] = [
  ["in an epoch's evaluation", ({ phase, step }) => phase === "evaluate" && step === 30],
  ["at its end", ({ phase, step }) => phase === "probe" && step === 60],
];

/** Cuts runs off on one engine; `thorough`: at every kind of moment, and again and again. */
export function describeResuming(
  name: EngineName,
  { it = test, thorough = false }: { it?: TestAPI; thorough?: boolean } = {},
): void {
  const moments = [betweenSteps, inProbe, ...(thorough ? otherMoments : [])];
  describe(`a run that is cut off, on ${name}`, () => {
    useTemporaryFolders();
    let engine: Engine;
    let whole: Run;
    beforeAll(async () => {
      engine = await openEngine({ name });
      whole = await executeRun(plain, { engine, seed: 1, load });
    }, 60_000);

    /** Trains until `when`, or to the end; tells what was logged besides. */
    async function train(
      when: (progress: RunProgress) => boolean = () => false,
      every = 1e9,
      config: RunConfig = plain,
    ) {
      const lines: string[] = [];
      const stop = new AbortController();
      const run = await executeRun(config, {
        engine,
        seed: 1,
        load,
        checkpoints: new Checkpoints(runId(config), 1, { every, log: (line) => lines.push(line) }),
        signal: stop.signal,
        onProgress: (progress) => when(progress) && stop.abort(),
      }).catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
      return { run, lines };
    }

    it.each(moments)("%s ends as if it had not been", async (_, when) => {
      expect((await train(when)).run).toBeUndefined();
      const { run, lines } = await train();
      expect(lines).toEqual([expect.stringMatching(/^goes on from the checkpoint of step \d+$/)]);
      expect(result(run!)).toEqual(result(whole));
      expect(run!.record.timing.resumes).toBe(1);
    });

    it("with weights held at a norm and L2 now and then in one moment ends as if it had not been", async () => {
      const uncut = await executeRun(withOptions, { engine, seed: 1, load });
      expect((await train(betweenSteps[1], 1e9, withOptions)).run).toBeUndefined();
      const { run } = await train(undefined, 1e9, withOptions);
      expect(run!.record.timing.resumes).toBe(1);
      expect(result(run!)).toEqual(result(uncut));
    });

    if (!thorough) return;
    it("again and again ends as if it had not been, its times added up", async () => {
      let stops = 0;
      let outcome = await train(({ phase, step }) => phase === "train" && step >= 10, 0);
      while (!outcome.run) {
        const last = Number(/\d+$/.exec(outcome.lines[0] ?? "0")?.[0]);
        outcome = await train(({ phase, step }) => phase === "train" && step > last + 10, 0);
        stops++;
      }
      expect(stops).toBeGreaterThan(2);
      expect(result(outcome.run)).toEqual(result(whole));
      const { resumes, seconds, trainSeconds, evaluationSeconds, probeSeconds } = outcome.run.record.timing;
      expect(resumes).toBe(stops);
      expect(trainSeconds + evaluationSeconds + probeSeconds).toBeLessThan(seconds);
    });
  });
}
