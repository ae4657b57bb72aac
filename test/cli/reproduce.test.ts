import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useTemporaryFolders } from "../runs/support.js";
import { command } from "./command.js";

const folders = useTemporaryFolders();

describe("reproduce", () => {
  it("trains what is missing, prints table and verdict, and finds the runs the next time", async () => {
    const first = await command("reproduce h01 --scale smoke --no-figures");
    expect(first.code).toBe(0);
    expect(first.lines[0]).toMatch(/^H01 .*: 4 arms x 1 seed at smoke scale/);
    expect(first.stderr).toMatch("miss 4 runs: no record");
    expect(first.stderr.match(/^done /gm)).toHaveLength(4);
    expect(first.stdout).toMatch(/Adam, no penalty +1 /);
    expect(first.stdout).toMatch(/^Verdict: undecided \(1 seed per arm, smoke scale/m);

    const second = await command("reproduce h01 --scale smoke --no-figures --json");
    expect(second.code).toBe(0);
    expect(second.stderr.match(/^hit /gm)).toHaveLength(4);
    const { arms, counts, verdict } = JSON.parse(second.stdout);
    expect(arms).toHaveLength(4);
    expect(counts).toEqual({ found: 4, trained: 0, failed: 0 });
    expect(verdict.verdict).toBe("undecided");
    // Short scales leave the committed records alone.
    expect(existsSync(folders.runs())).toBe(false);

    const list = await command("runs --json --hypothesis h01");
    expect(JSON.parse(list.stdout)).toHaveLength(4);
    const table = await command("runs");
    expect(table.stdout.trim().split("\n")).toHaveLength(6);
    expect(table.stdout).toMatch(/synthetic 8 px, 200 images +Adam, no penalty/);
  });

  it("reports runs that failed and exits 1, the others intact", async () => {
    const { code, lines, stdout } = await command("reproduce h01 --scale smoke --no-figures --seeds 13");
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatch(/4 of 52 runs failed, the others are kept.*the loss came out purple/);
    expect(stdout).toMatch(/Adam, no penalty +12 /);
  });

  it("stops on Ctrl-C with exit code 130, says what is kept and goes on from there", async () => {
    const stopped = await command("reproduce h01 --scale smoke --no-figures --seeds 2 --workers 1", {
      env: { FAKE_STEP_MS: "5" },
      onStderr: (text, child) => {
        // Twice, as under npm, which hands on what the terminal has sent already.
        if (text.includes("done ") && !child.killed) {
          child.kill("SIGINT");
          child.kill("SIGINT");
        }
      },
    });
    expect(stopped.code).toBe(130);
    const kept = Number(/^Stopped\. (\d) finished/.exec(stopped.lines.at(-1)!)?.[1]);
    expect(kept).toBeGreaterThanOrEqual(1);
    expect(kept).toBeLessThan(8);
    const next = await command("reproduce h01 --scale smoke --no-figures --seeds 2 --json");
    expect(JSON.parse(next.stdout).counts).toEqual({ found: kept, trained: 8 - kept, failed: 0 });
  });

  it("tells missing data before any worker starts", async () => {
    const { code, lines } = await command("reproduce h01 --scale lite");
    expect(code).toBe(1);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/cifar10.*not in the cache.*npm run dataset/);
  });
});
