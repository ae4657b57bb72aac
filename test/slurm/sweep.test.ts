import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { JobArray } from "../../lib/cli/sweep-slurm.js";
import { h01 } from "../../lib/hypotheses/h01.js";
import { checkpointFolder } from "../../lib/runs/checkpoint-folder.js";
import { parseRunConfig, runId } from "../../lib/runs/config.js";
import { saveRun } from "../../lib/runs/save.js";
import { planLines } from "../../lib/runs/slurm/plan-file.js";
import { findRun } from "../../lib/runs/store.js";
import { command } from "../cli/command.js";
import { fakeRun } from "../runs/fake-run.mjs";
import { useTemporaryFolders } from "../runs/support.js";
import { optional } from "../support/optional.js";
import { type Cluster, startCluster, whyNoSlurm } from "./cluster.js";

const folders = useTemporaryFolders();
const reason = whyNoSlurm();
const withSlurm = optional("Slurm", reason === undefined, reason ?? "");

let cluster: Cluster;
beforeAll(async () => {
  if (reason === undefined) cluster = await startCluster();
}, 30_000);
afterAll(async () => await cluster?.stop(), 30_000);

const sweep = (words: string, ...further: string[]) =>
  command(["sweep", ...words.split(" "), ...further], {
    env: {
      ...cluster.environment,
      // Real training: what is tested here is a run's whole way through the cluster.
      FILTER_SPARSITY_EXECUTOR: "",
      FILTER_SPARSITY_ENGINE: "wasm",
      FILTER_SPARSITY_CHECKPOINT_SECONDS: "0.2",
    },
  });

/** States of the tasks that Slurm still knows as waiting or running. */
const queued = async () =>
  (await cluster.slurm("squeue", "--noheader", "--array", "--format=%T")).split("\n").filter(Boolean);

const nodeState = async () => (await cluster.slurm("sinfo", "--noheader", "--format=%T")).trim();

/** Patient: other tests train on the same cores meanwhile. */
const eventually = { timeout: 100_000, interval: 200 };
const atMost = 280_000;

describe("a sweep on a cluster", () => {
  withSlurm(
    "is a job array whose tasks train one missing run each",
    async () => {
      const [first, ...others] = h01.arms({ scale: "smoke" });
      await saveRun(fakeRun(first!.config, 1), { place: "cache" });

      const comment = `it's "tested" # {"a": 1}`;
      const { code, stdout, stderr } = await sweep(
        "h01 --scale smoke --slurm --partition test --time 00:10:00 --array-limit 2 --json -- --mem 100",
        ...["--comment", comment],
      );
      expect(stderr).toBe("");
      expect(code).toBe(0);
      const { arrays, counts } = JSON.parse(stdout);
      expect(counts).toEqual({ runs: 4, there: 1, missing: 3 });
      expect(arrays).toHaveLength(1);
      expect(arrays[0]).toMatchObject({ tasks: 3, job: expect.stringMatching(/^\d+$/) });
      expect(readFileSync(arrays[0].plan, "utf8").trim().split("\n")).toHaveLength(3);
      const job = await cluster.slurm("scontrol", "show", "job", arrays[0].job);
      expect(job).toMatch(`Comment=${comment}`);
      expect(job).toMatch("TimeLimit=00:10:00");

      await expect.poll(queued, eventually).toEqual([]);
      for (const { config } of others) {
        const found = await findRun(runId(config), 1);
        expect(found.state, readLogs(arrays[0].logs)).toBe("finished");
      }
      const again = await sweep("h01 --scale smoke --slurm");
      expect(again.stderr).toMatch("4 there, 0 missing");
      const task = await sweep(`task ${arrays[0].plan} 2`);
      expect(task).toMatchObject({ code: 0, stdout: expect.stringMatching(/^hit .*: on record\n$/) });
    },
    atMost,
  );

  withSlurm(
    "goes on with a run that was taken off its node",
    async () => {
      // Long enough to be interrupted however fast the machine is, in a plan made as a sweep makes it.
      const [arm] = h01.arms({ scale: "smoke" });
      const config = parseRunConfig({ ...arm!.config, steps: 6000 });
      const plan = join(folders.root(), "plan.jsonl");
      await writeFile(plan, planLines([{ label: "long", config, seed: 1, place: "cache" }]));
      const submitted = await sweep("h01 --scale smoke --slurm --dry-run --json --partition test");
      const [array] = JSON.parse(submitted.stdout).arrays as JobArray[];
      const script = array!.text.replace(array!.plan, plan);
      const words = array!.words
        .map((word) => word.replace(/^--array=.*/, "--array=1"))
        .map((word) =>
          word.replace(/^--output=.*/, `--output=${join(folders.root(), "logs", "task-%a.log")}`),
        );
      await mkdir(join(folders.root(), "logs"));
      await writeFile(join(folders.root(), "job.sh"), script);
      const file = join(folders.root(), "job.sh");
      const job = (await cluster.slurm("sbatch", "--parsable", ...words, file)).trim();

      const checkpoints = checkpointFolder(runId(config), 1);
      await expect
        .poll(() => existsSync(checkpoints) && readdirSync(checkpoints).length, eventually)
        .toBeTruthy();
      await cluster.slurm("scontrol", "requeue", `${job}_1`);
      await expect.poll(queued, eventually).toEqual(["PENDING"]);
      await expect.poll(() => readLogs(join(folders.root(), "logs")), eventually).toMatch("Stopped.");
      await expect.poll(nodeState, eventually).toBe("idle");
      // A node refuses a turn that starts within the second in which it ended the last ("already killed"), and the job fails.
      await sleep(2000);
      // A requeued job waits two minutes, unless somebody with the rights says otherwise: until the controller has heard it.
      const state = async () => {
        await cluster.slurm("scontrol", "update", `JobId=${job}_1`, "StartTime=now").catch(() => undefined);
        return (await findRun(runId(config), 1)).state;
      };
      try {
        await expect.poll(state, { ...eventually, interval: 1000 }).toBe("finished");
      } catch (error) {
        const known = await cluster.slurm("scontrol", "show", "job", job);
        throw new Error(`${(error as Error).message}\n${known}\n${readLogs(join(folders.root(), "logs"))}`);
      }

      const log = readLogs(join(folders.root(), "logs"));
      const found = await findRun(runId(config), 1);
      expect(found.state, log).toBe("finished");
      expect(found).toMatchObject({ record: { timing: { resumes: 1 } } });
      expect(log).toMatch(/goes on from the checkpoint of step \d+/);
      expect(existsSync(checkpoints)).toBe(false);
    },
    atMost,
  );
});

const readLogs = (folder: string) =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
