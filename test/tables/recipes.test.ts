import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { errorAgainstDead } from "../../lib/figures/costs.js";
import { hypotheses } from "../../lib/hypotheses/index.js";
import { leverTable } from "../../lib/hypotheses/lever-table.js";
import { parseRunConfig } from "../../lib/runs/config.js";
import {
  comparableSettings,
  recipesByOptimizer,
  recipeTable,
  settingsFor,
  targets,
} from "../../lib/tables/recipes.js";
import { tracesOf } from "../support/figure-points.js";
import { madeUpArm } from "../support/made-up-runs.js";

const study = {
  notebook: "01-regularization",
  arms: [
    madeUpArm({ lambda: 0, deadShare: 0, testError: 0.32 }),
    madeUpArm({ lambda: 1e-3, deadShare: 0.52, testError: 0.28 }),
    madeUpArm({ optimizer: "SGD+momentum", lambda: 0, deadShare: 0, testError: 0.26 }),
    madeUpArm({ optimizer: "SGD+momentum", lambda: 3e-3, deadShare: 0.22, testError: 0.24 }),
  ],
};
const settings = comparableSettings([study, { notebook: "02-optimizers", arms: study.arms.slice(0, 2) }]);

describe("comparableSettings", () => {
  it("has every arm once, with all notebooks that show it", () => {
    expect(settings).toHaveLength(study.arms.length);
    expect(settings[0]!.notebooks).toEqual(["01-regularization", "02-optimizers"]);
    expect(settings.at(-1)!.notebooks).toEqual(["01-regularization"]);
  });

  it("leaves out other widths, other images, and arms without runs", () => {
    const first = study.arms[0]!;
    const { config } = first.arm;
    const easier = parseRunConfig({ ...config, dataset: { ...config.dataset, classes: 2 } });
    const arms = [
      first,
      madeUpArm({ widths: [8, 8], lambda: 1e-3 }),
      { ...first, arm: { ...first.arm, config: easier } },
      { ...study.arms[1]!, runs: [] },
    ];
    expect(comparableSettings([{ notebook: "x", arms }])).toHaveLength(1);
    expect(() => comparableSettings([{ notebook: "x", arms: arms.slice(3) }])).toThrow(UserError);
  });
});

describe("recipes", () => {
  it("find settings by their share of dead filters, the most accurate first", () => {
    const [none, fifth, half] = targets.map((target) =>
      settingsFor(settings, target).map(({ item }) => item.arm.label),
    );
    expect(none).toEqual(["SGD+momentum, no penalty", "Adam, no penalty"]);
    expect(fifth).toEqual(["SGD+momentum, L2 3e-3"]);
    expect(half).toEqual(["Adam, L2 1e-3"]);
  });

  it("are listed with their evidence, and say where there is none", () => {
    const { rows, columns } = recipeTable(settings, { link: (name) => `<${name}>`, best: 1 });
    expect(rows.map((row) => row[1])).toEqual([
      "SGD+momentum, no penalty",
      "SGD+momentum, L2 3e-3",
      "Adam, L2 1e-3",
    ]);
    expect(rows[0]!.at(-1)).toBe("<01-regularization>");
    const few = recipeTable(settings.slice(0, 1));
    expect(few.rows.map((row) => row[1])).toEqual(["Adam, no penalty", "no setting yet", "no setting yet"]);
    for (const row of few.rows) expect(row).toHaveLength(columns.length);
  });

  it("give each optimizer's strength for each share, a dash where none comes there", () => {
    const { rows } = recipesByOptimizer(settings);
    expect(rows.map(([name]) => name)).toEqual(["Adam, L2", "SGD+momentum, L2"]);
    expect(rows[0]![3]).toMatch(/^1e-3 at \S+: \d+ % dead, error \d/);
    expect(rows[1]![3]).toBeNull();
  });

  it("are drawn, one mark a setting in its optimizer's panel, grey in the others", () => {
    const marks = (...names: string[]) =>
      tracesOf(errorAgainstDead(settings)).flatMap(({ name, x = [] }) =>
        names.includes(name ?? "") ? [...x].filter((value) => value !== null) : [],
      );
    expect(marks("L2 or none", "decoupled decay")).toHaveLength(settings.length);
    expect(marks("other optimizers")).toHaveLength(settings.length);
  });
});

it("the table of levers says which verdicts have no runs yet", () => {
  const h09 = hypotheses.find(({ id }) => id === "h09")!;
  const none = {
    hypothesis: h09,
    scale: undefined,
    arms: [],
    verdict: undefined,
    verdicts: [],
    lack: "No runs.",
  };
  const { rows, columns } = leverTable([none, { ...none, hypothesis: hypotheses[0]! }], {
    link: (name) => `<${name}>`,
  });
  expect(rows).toHaveLength(1);
  expect(rows[0]).toHaveLength(columns.length);
  expect([rows[0]![1], rows[0]!.at(-1)]).toEqual(["no runs yet", "<09-batch-size>"]);
});
