import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluationRows, evaluationTable } from "../../lib/cli/evaluation.js";
import { projectRoot } from "../../lib/paths.js";
import { command } from "./command.js";

const row = (id: string) => evaluationRows.find((one) => one.id === id)!;

describe("the claims for evaluators", () => {
  it("stand in the documentation as the script runs them", () => {
    const text = readFileSync(join(projectRoot, "docs", "evaluation.md"), "utf8");
    const rows = text.split("\n").filter((line) => /^\| `[\w-]+` \| .*`npm run/.test(line));
    expect(rows).toEqual(evaluationTable());
  });

  it("call commands that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
    for (const { commands } of evaluationRows)
      for (const [name] of commands) expect(scripts).toHaveProperty([name!]);
  });

  it("tell an output that is not as expected", () => {
    const killed = (lost: number) => JSON.stringify({ kills: 10, lost, different: 0 });
    expect(row("interruptions").differs(killed(0))).toBeUndefined();
    expect(row("interruptions").differs(killed(1))).toContain("1 lost");
    const losses = (first: number) =>
      JSON.stringify({ arms: [{ label: "Adam, no penalty", runs: [{ testLoss: first }] }] });
    expect(row("same-bits").differs(losses(1.5))).toBe("Adam, no penalty: 1.5");
    const cut = (largest: number, changed: number) =>
      JSON.stringify({ changed: true, variants: [{ name: "pruned", deviation: { largest, changed } }] });
    expect(row("dead-filters").differs(cut(1e-6, 0))).toBeUndefined();
    expect(row("dead-filters").differs(cut(1e-3, 0))).toContain("0.001");
    expect(row("dead-filters").differs('{ "changed": false, "variants": [] }')).toBe("no filter was dead");
    expect(row("site").differs("3 pages in 2.0 s: x\n")).toContain("3 pages");
    expect(row("verdicts").differs("[]")).toBe("no verdict on h01");
    expect(row("lite").differs('{ "verdict": { "verdict": "undecided" } }')).toBe("verdict undecided");
    expect(() => row("verdicts").differs("error")).toThrow("it printed no JSON: error");
  });

  it("are run and compared: the same bits as on the machine that wrote them down", async () => {
    const { code, stdout } = await command(["evaluate", "same-bits"], {
      env: { FILTER_SPARSITY_EXECUTOR: "" },
    });
    expect(stdout).toMatch(/^ok {6}same-bits, \d+ s: /);
    expect(code).toBe(0);
  }, 180_000);

  it("ask for the data that they need, by name", async () => {
    const { code, stderr } = await command(["evaluate", "lite"]);
    expect(stderr).toContain("lite needs `--data DIR`, a folder of CIFAR-10.");
    expect(code).toBe(2);
  });
});
