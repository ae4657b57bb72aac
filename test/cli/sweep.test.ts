import { describe, expect, it } from "vitest";
import { namedHypotheses } from "../../lib/cli/sweep-plan.js";
import { h01 } from "../../lib/hypotheses/h01.js";
import { claimRun } from "../../lib/runs/claim.js";
import { runId } from "../../lib/runs/config.js";
import { useTemporaryFolders } from "../runs/support.js";
import { command } from "./command.js";

useTemporaryFolders();

describe("sweep", () => {
  it("plans, trains what is missing, and finds it the next time", async () => {
    const planned = await command("sweep h01 --scale smoke --seeds 2 --dry-run --engine wasm");
    expect(planned.code).toBe(0);
    expect(planned.stdout).toMatch(/^h01 Regularization and dead filters +4 +2 +8 +0 +8 +0$/m);
    expect(planned.stdout).toMatch(
      /^plan 8 runs at smoke scale: 0 there, 8 missing; about 10 s, depending on the machine, with \d+ workers? \(wasm\)$/m,
    );

    const first = await command("sweep h01 --scale smoke --seeds 2 --workers 2");
    expect(first.code).toBe(0);
    expect(first.stderr.match(/^done Adam|^done SGD/gm)).toHaveLength(8);
    expect(first.stdout).toBe("8 runs: 0 were there, 8 trained.\n");

    const second = await command("sweep all --scale smoke --seeds 3 --json");
    const { counts, hypotheses, failures } = JSON.parse(second.stdout);
    expect(hypotheses).toContain("h01");
    expect(counts.there).toBe(8);
    expect(counts.trained).toBe(counts.missing);
    expect(failures).toEqual([]);

    const third = await command("sweep h1 01-regularization --scale smoke --seeds 2");
    expect(third.stderr).toMatch("plan 8 runs at smoke scale: 8 there, 0 missing\n");
    expect(third.stdout).toBe("");
  });

  it("goes on after a run that fails, and exits 1", async () => {
    const { code, lines, stdout } = await command("sweep h01 --scale smoke --seeds 13 --workers 2");
    expect(code).toBe(1);
    expect(stdout).toBe("52 runs: 0 were there, 48 trained, 4 failed.\n");
    expect(lines.at(-1)).toMatch(/4 of 52 runs failed, the others are kept.*the loss came out purple/);

    const [arm] = h01.arms({ scale: "smoke" });
    const claim = await claimRun(runId(arm!.config), 14);
    const status = await command("sweep status h01 --scale smoke --seeds 14");
    if (claim.claimed) await claim.release();
    expect(status.stdout).toMatch(/^h01 +Adam, no penalty +14 +12 +1 +1 +0$/m);
    expect(status.stdout).toMatch(/^h01 +Adam, L2 1e-2 +14 +12 +0 +1 +1$/m);
    expect(status.stdout).toMatch(
      "56 runs at smoke scale on synthetic (builtin): 48 finished, 1 running, 4 failed, 3 missing",
    );
    expect(status.stdout).toMatch(`run   h01 Adam, no penalty, seed 14: process ${process.pid} on`);
    expect(status.stdout).toMatch("fail  h01 Adam, no penalty, seed 13: the loss came out purple");
    const { counts, arms } = JSON.parse((await command("sweep status --scale smoke --json")).stdout);
    expect(counts.finished).toBeGreaterThanOrEqual(4);
    expect(arms[0]).toMatchObject({ hypothesis: "h01", runs: 1, finished: 1, missing: 0 });
  });

  it("stops on Ctrl-C and goes on from there", async () => {
    const stopped = await command("sweep h01 --scale smoke --seeds 2 --workers 1", {
      env: { FAKE_STEP_MS: "5" },
      onStderr: (text, child) => {
        if (text.includes("done ") && !child.killed) child.kill("SIGINT");
      },
    });
    expect(stopped.code).toBe(130);
    const kept = Number(/^Stopped\. (\d) finished/.exec(stopped.lines.at(-1)!)?.[1]);
    expect(kept).toBeGreaterThanOrEqual(1);
    const next = await command("sweep h01 --scale smoke --seeds 2 --json");
    expect(JSON.parse(next.stdout).counts).toMatchObject({ there: kept, trained: 8 - kept });
  });

  it("stops as on Ctrl-C when nobody reads any more what it says, and never with code 0", async () => {
    const { code } = await command("sweep h01 --scale smoke --seeds 2 --workers 1", {
      env: { FAKE_STEP_MS: "5" },
      onStderr: (text, child) => {
        if (text.includes("done ")) child.stderr?.destroy();
      },
    });
    expect(code).toBe(128 + 13);
    const next = await command("sweep h01 --scale smoke --seeds 2 --json");
    const { there, trained } = JSON.parse(next.stdout).counts;
    expect(there).toBeGreaterThanOrEqual(1);
    expect(trained).toBe(8 - there);
    expect(trained).toBeGreaterThan(0);
  });

  it("names what there is where a reader names nothing, or nothing known", async () => {
    await expect(namedHypotheses([])).rejects.toThrow(/Name the hypotheses: h01.*"all"/);
    await expect(namedHypotheses(["h99"])).rejects.toThrow(/Unknown hypothesis "h99"/);
  });

  it("tells missing data before any worker starts", async () => {
    const { code, lines } = await command("sweep h01 --scale lite --seeds 1");
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatch(/cifar10.*not in the cache.*npm run dataset/);
  });
});
