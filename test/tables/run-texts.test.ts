import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { costText, threatsText } from "../../lib/tables/run-texts.js";
import { madeUpArm, madeUpStudy } from "../support/made-up-runs.js";

describe("threatsText", () => {
  it("says what data and network the runs share, and how many filters stand near the threshold", () => {
    const arm = madeUpArm({ lambda: 1e-3, widths: [4, 4], seeds: [1], deadShare: 0 });
    const { filters, record } = arm.runs[0]!;
    const last = [...filters.step.keys()].filter((row) => filters.step[row] === record.final.step);
    filters.gamma[last[0]!] = -5e-3;
    filters.gamma[last[1]!] = 5e-4;
    filters.gamma[last[2]!] = 5e-5;
    const text = threatsText([arm]);
    expect(text).toContain("BasicNet 4-4");
    expect(text).toContain(`at most 25.0 % of an arm's filters (${arm.arm.label})`);
    expect(text).not.toContain("JPEG");
  });

  it("names a re-encoded dataset once", () => {
    const arms = madeUpStudy();
    for (const { runs } of arms) for (const { record } of runs) record.dataset.source = "jpeg";
    expect(threatsText(arms).match(/Dataset copy/g)).toHaveLength(1);
  });

  it("needs runs", () => {
    expect(() => threatsText([{ ...madeUpArm(), runs: [] }])).toThrow(UserError);
  });
});

describe("costText", () => {
  it("adds up the measured times, and names the machine once", () => {
    const text = costText([madeUpArm({ seeds: [1, 2, 3] })]);
    expect(text).toBe(
      "The 3 runs took 10 min 00 s of one core in all, so about 5 min 00 s on two; the longest 3 min 20 s (none; 0).",
    );
  });
});
