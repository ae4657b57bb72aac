import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { h01 } from "../../lib/hypotheses/h01.js";
import { planLines, readFrozenRun } from "../../lib/runs/slurm/plan-file.js";
import { checkFurther, sbatchWords, slurmScript } from "../../lib/runs/slurm/script.js";
import { commandLine } from "../../lib/runs/slurm/words.js";
import { command } from "../cli/command.js";
import { useTemporaryFolders } from "../runs/support.js";

const folders = useTemporaryFolders();
const [arm] = h01.arms({ scale: "smoke" });
const run = { label: "an arm", config: arm!.config, seed: 1, place: "cache" as const };

const arrayOptions = {
  jobName: "filter-sparsity-h01",
  tasks: 7,
  threads: 2,
  output: { folder: "/shared/100 % #1", file: "%a.log" },
};

describe("the options of a job array", () => {
  it("are what it is told to ask for, a word each, and the rest as it was given", () => {
    const further = ["--mem", "4G", "--comment", 'a "b" # c\n{"d": 1}', "-x", "node7"];
    const words = sbatchWords({
      ...{ ...arrayOptions, further },
      ...{ partition: "gpu", time: "00:10:00", gres: "gpu:1", arrayLimit: 3 },
    });
    expect(words).toEqual([
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
      "--output=/shared/100 %% #1/%a.log",
      ...further,
    ]);
  });

  it.each([
    [["--mem", "4G", "night"], /"night" after -- is no option of sbatch, nor the value of one/],
    [["night"], /"night" after -- is no option/],
    [["--array=1-2"], /--array=1-2 after -- is set by the sweep itself/],
    [["--arra", "1-2"], /--arra after --/],
    [["-a1-2"], /-a1-2 after --/],
    [["--job-name=mine"], /found again by the job's name/],
    [["-Jmine"], /-Jmine after --/],
    [["--wrap=ls"], /--wrap=ls after --/],
  ])("may not undo what the array is, or name another script: %j", (further, message) => {
    expect(() => checkFurther(further)).toThrow(message);
  });

  it("may be any others", () => {
    expect(() => checkFurther(["--mem", "4G", "-A", "us", "--acctg-freq=1", "--nice", "-5"])).not.toThrow();
  });

  it("have no place for a path that Slurm would read otherwise", () => {
    expect(() => sbatchWords({ ...arrayOptions, output: { folder: "a\\b", file: "%a.log" } })).toThrow(
      /Set FILTER_SPARSITY_CACHE/,
    );
  });
});

describe("the script of a job array", () => {
  const words = ["plain", "a b", "it's", "two\nlines", "$HOME `x` \\n", "# no comment", '{"a": 1}', ""];

  it("is a shell's own text, whatever the names", () => {
    mkdirSync(join(folders.root(), "some one's\nfolder"));
    const script = slurmScript({
      directory: join(folders.root(), "some one's\nfolder"),
      environment: { FILTER_SPARSITY_RUNS: "/it's\nhere" },
      command: ["sh", "-c", 'printf "%s|" "$@" "$FILTER_SPARSITY_RUNS"', "sh", ...words],
      submittedWith: ["--comment", "two\ntouch stolen", "rest"],
    });
    const printed = execFileSync("bash", ["-c", script], {
      env: { ...process.env, SLURM_ARRAY_TASK_ID: "5" },
    });
    expect(String(printed)).toBe(`${words.join("|")}|5|/it's\nhere|`);
    expect(script.split("\n")[1]).toBe(
      "# Submitted with: sbatch --comment $'two\\ntouch stolen' rest and the path of this file",
    );
  });

  it("shows sbatch's words so that a shell reads them back", () => {
    const printed = execFileSync("bash", ["-c", `printf '%s\\0' ${commandLine(words)}`]);
    expect(String(printed).split("\0").slice(0, -1)).toEqual(words);
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
