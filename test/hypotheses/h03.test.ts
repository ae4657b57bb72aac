import { expect, it } from "vitest";
import { formTable, paceTable } from "../../lib/hypotheses/h03.js";
import { madeUpArm } from "../support/made-up-runs.js";

const under = (optimizer: string) => ({
  none: madeUpArm({ optimizer }),
  l2: madeUpArm({ optimizer, lambda: 1e-3 }),
  decoupled: madeUpArm({ optimizer, kind: "decoupled", lambda: 1e-3 }),
});

it("compares the forms under optimizers that were trained with both: without a penalty a network is neither", () => {
  const [adam, sgd] = [under("Adam"), under("SGD+momentum")];
  const optimizers = (rows: readonly { optimizer: string }[]) => [
    ...new Set(rows.map((row) => row.optimizer)),
  ];
  const half = [...Object.values(adam), sgd.none, sgd.l2];
  expect(optimizers(formTable(half))).toEqual(["Adam"]);
  expect(optimizers(paceTable(half))).toEqual(["Adam"]);
  const untrained = { ...sgd.decoupled, runs: [] };
  expect(optimizers(formTable([...half, untrained]))).toEqual(["Adam"]);
  expect(optimizers(formTable([...half, sgd.decoupled]))).toEqual(["Adam", "SGD+momentum"]);
});
