import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { command } from "../cli/command.js";
import { useTemporaryFolders } from "../runs/support.js";

const { root } = useTemporaryFolders();
const fake = fileURLToPath(new URL("./fake-slurm.mjs", import.meta.url));

beforeEach(() => {
  mkdirSync(join(root(), "bin"));
  for (const name of ["sbatch", "squeue", "scontrol"]) {
    copyFileSync(fake, join(root(), "bin", name));
    chmodSync(join(root(), "bin", name), 0o755);
  }
});

const sweep = (words: string | readonly string[], env: NodeJS.ProcessEnv = {}) =>
  command(
    [
      "sweep",
      "h01",
      "--scale",
      "smoke",
      "--slurm",
      ...(typeof words === "string" ? words.split(" ") : words),
    ].filter(Boolean),
    {
      env: {
        PATH: [join(root(), "bin"), process.env.PATH].join(delimiter),
        FAKE_SLURM: join(root(), "jobs"),
        ...env,
      },
    },
  );

interface FakeJob {
  job: number;
  words: string[];
}

const jobs = (): FakeJob[] =>
  existsSync(join(root(), "jobs"))
    ? readFileSync(join(root(), "jobs"), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];

describe("handing a sweep to Slurm", () => {
  it("gives every word after -- as it was given", async () => {
    const words = ["--comment", 'a "b" # c', '--export=X={"y": [1, 2]}', "--mail-user=a'b", "--debug"];
    expect((await sweep(["--", ...words])).code).toBe(0);
    expect(jobs()[0]!.words.slice(-1 - words.length, -1)).toEqual(words);
    const lines = ["--wckey=two\nlines", "--mem", "1G"];
    expect((await sweep(["--seeds", "2", "--partition", "a\nb", "--", ...lines])).code).toBe(0);
    expect(jobs()[1]!.words.slice(-1 - lines.length, -1)).toEqual(lines);
    expect(jobs()[1]!.words).toContain("--partition=a\nb");
  });

  it("submits no run again that is in the queue", async () => {
    const first = await sweep("");
    expect(first.stdout).toMatch(/^job 1000: 4 tasks .*\nHow far/);
    const again = await sweep("");
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toMatch("job 1000: 4 waiting (Resources), handed over before");
    expect(again.stdout).toMatch("Nothing to submit: 4 runs are in Slurm's queue, 0 runs are being trained.");
    const more = await sweep("--seeds 2 --json");
    expect(JSON.parse(more.stdout)).toMatchObject({
      arrays: [{ job: "1001", tasks: 4 }],
      queued: { length: 4 },
    });
    expect(jobs()).toHaveLength(2);
    const status = await command("sweep status h01 --scale smoke --seeds 2", {
      env: {
        PATH: [join(root(), "bin"), process.env.PATH].join(delimiter),
        FAKE_SLURM: join(root(), "jobs"),
      },
    });
    expect(status.stdout).toMatch(/^slurm job 1000: 4 waiting \(Resources\)\nslurm job 1001: 4 waiting/m);
  });

  it("says at once which jobs were taken where one is refused, and hands over the rest another time", async () => {
    const env = { FAKE_SLURM_ARRAY: "3", FAKE_SLURM_MOST_JOBS: "1" };
    const refused = await sweep("", env);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^job 1000: 2 tasks/);
    expect(refused.lines.at(-1)).toMatch(
      /AssocMaxSubmitJobLimit; .*Taken: job 1000 \(2 runs\); 2 runs are not handed over; the same command hands over these alone\./,
    );
    const inData = await sweep("--json", env);
    expect(inData.code).toBe(1);
    expect(JSON.parse(inData.stdout)).toMatchObject({
      arrays: [],
      queued: { length: 2 },
      refused: { runs: 2, reason: expect.stringMatching("AssocMaxSubmitJobLimit") },
    });
    const rest = await sweep("", { FAKE_SLURM_ARRAY: "3" });
    expect(rest.code).toBe(0);
    expect(jobs().map(({ words }) => words[2])).toEqual(["--array=1-2", "--array=1-2"]);
  });

  it("passes on what sbatch says while it waits", async () => {
    const says = "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying";
    expect((await sweep("", { FAKE_SLURM_SAYS: says })).lines).toContain(says);
  });

  it("submits nothing where the queue cannot be seen", async () => {
    await sweep("");
    const { code, lines } = await sweep("--seeds 2", { FAKE_SLURM_SAYS: "down" });
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatch(/does not say what is in its queue: .*Unable to contact slurm controller/);
    expect(jobs()).toHaveLength(1);
  });

  it("is done once by many at once", async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => sweep("")));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(jobs()).toHaveLength(1);
  });
});
