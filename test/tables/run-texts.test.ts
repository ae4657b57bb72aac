import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { findDeaths } from "../../lib/sparsity/index.js";
import { costText, deathCausesText, threatsText } from "../../lib/tables/run-texts.js";
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

describe("deathCausesText", () => {
  it("counts deaths and causes as lib/sparsity finds them", () => {
    const arm = madeUpArm({ lambda: 1e-3, widths: [8, 16], deadShare: 0.4 });
    const deaths = arm.runs.flatMap(({ filters }) => findDeaths(filters));
    const byScale = deaths.filter(({ cause }) => cause === "scale").length;
    const text = deathCausesText([arm]);
    expect(text).toContain(`Of ${deaths.length} deaths over all 3 runs`);
    expect(text).toContain(`${Math.round((100 * byScale) / deaths.length)} % came by scale`);
  });

  it("says where none died", () => {
    expect(deathCausesText([madeUpArm({ widths: [4], deadShare: 0 })])).toMatch(/^No filter died/);
  });
});
