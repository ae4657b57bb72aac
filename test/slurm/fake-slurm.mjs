#!/usr/bin/env node
// Stands in for sbatch, squeue and scontrol, by the name it is called with. It keeps the jobs that it took, a line of JSON
// each, in the file that FAKE_SLURM names, and all their tasks wait for ever.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const { FAKE_SLURM: file, FAKE_SLURM_MOST_JOBS: most = "1000000", FAKE_SLURM_SAYS: says } = process.env;
const words = process.argv.slice(2);
const jobs = () =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];

const commands = {
  sbatch() {
    if (says) console.error(says);
    if (jobs().length >= Number(most)) {
      console.error("sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed");
      process.exit(1);
    }
    const job = 1000 + jobs().length;
    appendFileSync(file, `${JSON.stringify({ job, words })}\n`);
    console.log(job);
  },
  squeue() {
    if (says === "down") {
      console.error("slurm_load_jobs error: Unable to contact slurm controller");
      process.exit(1);
    }
    for (const { job, words } of jobs()) {
      const value = (option) => words.find((word) => word.startsWith(option))?.slice(option.length);
      const [, tasks] = /^1-(\d+)/.exec(value("--array="));
      for (let task = 1; task <= Number(tasks); task++)
        console.log(`${job}|${task}|PENDING|Resources|${value("--job-name=")}`);
    }
  },
  scontrol() {
    console.log(`MaxArraySize            = ${process.env.FAKE_SLURM_ARRAY ?? 1001}`);
  },
};
commands[basename(process.argv[1])]();
