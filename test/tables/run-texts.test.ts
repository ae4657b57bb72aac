import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { lightRun } from "../../lib/runs/light.js";
import { findDeaths } from "../../lib/sparsity/index.js";
import {
  costText,
  deathCausesText,
  environmentText,
  rerunText,
  threatsText,
} from "../../lib/tables/run-texts.js";
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

  it("says how many deaths no decayed scale explains, and promises no mechanism", () => {
    const arm = madeUpArm({ lambda: 1e-3, widths: [8, 16], deadShare: 0.4 });
    const deaths = arm.runs.flatMap(({ filters }) => findDeaths(filters));
    const shifts = deaths.filter(({ cause }) => cause === "shift").length;
    expect(threatsText([arm])).toContain(
      `Observed: of the ${deaths.length} deaths in these runs ${Math.round((100 * shifts) / deaths.length)} % came by shift`,
    );
    expect(threatsText([madeUpArm({ widths: [4], deadShare: 0 })])).toContain("No filter died in these runs");
  });

  it("needs runs", () => {
    expect(() => threatsText([{ ...madeUpArm(), runs: [] }])).toThrow(UserError);
  });
});

describe("rerunText", () => {
  it("names a hypothesis' commands, each data set's folder once, and no folder of what is built in", () => {
    const arm = madeUpArm({ seeds: [1, 2, 3] });
    expect(rerunText([arm], { id: "h01", notebook: "01-regularization" })).toContain(
      "npm run reproduce -- h01 --scale lite --seeds 3\n# this notebook from stored records\nnpm run notebook -- 01",
    );
    const { config } = arm.arm;
    const dataset = { ...config.dataset, name: "cifar10", source: "jpeg" };
    const own = { ...arm, arm: { ...arm.arm, config: { ...config, dataset } } };
    const text = rerunText([own, own], { notebook: "14-recipes" });
    expect(text.match(/--data cifar10=DIR/g)).toHaveLength(1);
    expect(text).toContain("npm run sweep -- all --scale lite");
    expect(text).not.toContain("reproduce");
  });
});

describe("environmentText", () => {
  it("names each engine and version once", () => {
    const arm = madeUpArm({ seeds: [1, 2] });
    const [first, second] = arm.runs;
    first!.record.environment = { ...first!.record.environment, node: "20.1.0" };
    second!.record.environment = { ...second!.record.environment, node: "22.2.0" };
    const { engine } = first!.record.environment;
    const text = environmentText([arm]);
    expect(text).toContain("Node 20.1.0 and 22.2.0.");
    expect(text.split(`\`${engine}\``)).toHaveLength(2);
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

  it("takes no causes from records whose probes lie too far apart", () => {
    const arm = madeUpArm({ lambda: 1e-3, widths: [8, 16], deadShare: 0.4 });
    const light = { ...arm, runs: arm.runs.map(lightRun) };
    const mixed = { ...arm, runs: [...arm.runs, ...light.runs] };
    const of = (text: string) => text.match(/[\d.]+ % came by shift|[\d,]+ % by shift/)?.[0];
    expect(of(deathCausesText([mixed]))).toBe(of(deathCausesText([arm])));
    expect(deathCausesText([mixed])).toContain("3 runs whose records keep the probes that tell causes");
    expect(deathCausesText([light])).toMatch(/^Of what filters died is not known/);
    expect(threatsText([light])).toContain("Not observed: whether filters died by shift or by scale");
  });

  it("says where none died", () => {
    expect(deathCausesText([madeUpArm({ widths: [4], deadShare: 0 })])).toMatch(/^No filter died/);
  });
});
