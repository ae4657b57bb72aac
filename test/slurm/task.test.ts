import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { h01 } from "../../lib/hypotheses/h01.js";
import { planLines, readFrozenRun } from "../../lib/runs/slurm/plan-file.js";
import { slurmScript } from "../../lib/runs/slurm/script.js";
import { command } from "../cli/command.js";
import { useTemporaryFolders } from "../runs/support.js";

const folders = useTemporaryFolders();
const [arm] = h01.arms({ scale: "smoke" });
const run = { label: "an arm", config: arm!.config, seed: 1, place: "cache" as const };

const scriptOptions = {
  jobName: "filter-sparsity-h01",
  tasks: 7,
  threads: 2,
  output: "/shared/logs/%a.log",
  directory: "/home/some one/checkout",
  environment: { FILTER_SPARSITY_RUNS: "/it's/here" },
  command: ["node", "main.js", "/shared/plan.jsonl"],
};

describe("the script of a job array", () => {
  it("asks for what it is told to ask for, and passes the rest on", () => {
    const script = slurmScript({
      ...scriptOptions,
      partition: "gpu",
      time: "00:10:00",
      gres: "gpu:1",
      arrayLimit: 3,
      further: ["--mem", "4G", "--account=science", "-x", "node7"],
    });
    const asked = [...script.matchAll(/^#SBATCH (.*)$/gm)].map(([, option]) => option);
    expect(asked).toEqual([
      "--job-name=filter-sparsity-h01",
      "--array=1-7%3",
      "--ntasks=1",
      "--cpus-per-task=2",
      "--partition=gpu",
      "--time=00:10:00",
      "--gres=gpu:1",
      "--requeue",
      "--open-mode=append",
      "--signal=B:USR2@60",
      "--output=/shared/logs/%a.log",
      "--mem 4G",
      "--account=science",
      "-x node7",
    ]);
  });

  it("is a shell's own text, whatever the names", () => {
    mkdirSync(join(folders.root(), "some one's"));
    const script = slurmScript({
      ...scriptOptions,
      directory: join(folders.root(), "some one's"),
      command: ["printf", "%s|", "a b", "it's"],
    });
    const printed = execFileSync("bash", ["-c", script], {
      env: { ...process.env, SLURM_ARRAY_TASK_ID: "5" },
    });
    expect(String(printed)).toBe("a b|it's|5|");
  });
});

describe("a frozen plan", () => {
  it("gives each task its run", async () => {
    const file = join(folders.root(), "plan.jsonl");
    writeFileSync(file, planLines([run, { ...run, seed: 2 }]));
    expect(await readFrozenRun(file, 2)).toEqual({ ...run, seed: 2 });
    await expect(readFrozenRun(file, 3)).rejects.toThrow(/has tasks 1 to 2; 3 was asked for/);
    writeFileSync(file, `${planLines([run])}{"label":`);
    await expect(readFrozenRun(file, 2)).rejects.toThrow(/Line 2 of plan .* is damaged.*sweep --slurm/);
    await expect(readFrozenRun(`${file}x`, 1)).rejects.toThrow(/cannot be read.*sweep --slurm/);
  });
});

describe("a task", () => {
  it("that is out of time goes back into the queue", async () => {
    const plan = join(folders.root(), "plan.jsonl");
    writeFileSync(plan, planLines([run]));
    const called = join(folders.root(), "called");
    const scontrol = join(folders.root(), "scontrol");
    writeFileSync(scontrol, `#!/bin/sh\necho "$*" > ${called}\n`);
    chmodSync(scontrol, 0o755);
    let told = false;
    const { code } = await command(`sweep task ${plan} 1`, {
      env: {
        PATH: [folders.root(), process.env.PATH].join(delimiter),
        SLURM_ARRAY_JOB_ID: "42",
        SLURM_ARRAY_TASK_ID: "1",
        FAKE_STEP_MS: "200",
      },
      onStderr: (text, child) => {
        if (told || !text.includes("engine wasm")) return;
        told = true;
        setTimeout(() => child.kill("SIGUSR2"), 1500);
      },
    });
    expect(code).toBe(128 + 12);
    expect(readFileSync(called, "utf8")).toBe("requeue 42_1\n");
    expect(existsSync(join(folders.cache(), "runs"))).toBe(false);
  });
});

describe("sweep --slurm", () => {
  it("says in one line what it lacks", async () => {
    const cases: [words: string, code: number, says: RegExp][] = [
      ["sweep h01 --scale smoke --slurm", 1, /sbatch was not found.*--dry-run/],
      ["sweep h01 --scale smoke --gres gpu:1", 2, /--gres is for a job array: add --slurm/],
      ["sweep h01 --scale smoke -- --mem=4G", 2, /--mem=4G is for a job array: add --slurm/],
    ];
    for (const [words, code, says] of cases) {
      const outcome = await command(words, { env: { PATH: "/nowhere" } });
      expect(outcome.code).toBe(code);
      expect(outcome.lines.at(-1)).toMatch(says);
    }
  });
});
