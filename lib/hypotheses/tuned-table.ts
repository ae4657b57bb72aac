import type { ArmRuns } from "../study/arm.js";
import { factorsOf } from "../study/factors.js";
import { estimateOfRuns } from "../tables/estimate-of-runs.js";
import type { Cell, Table } from "../tables/table.js";
import { chosenSettings } from "./chosen-settings.js";
import { rateText, strengthText } from "./setting-text.js";

/** A row for every confirmed setting: what held-out images said of it, one seed, and what test images say, over fresh seeds. */
export function tunedTable(arms: readonly ArmRuns[]): Table {
  const tuned = arms.filter(({ arm: { family }, runs }) => family !== undefined && runs.length > 0);
  return {
    title: "Settings that held-out images chose, and what became of them",
    columns: [
      { label: "Family", width: 24 },
      { label: "Rate" },
      { label: "λ" },
      { label: "Held-out error", unit: "%", digits: 1 },
      { label: "Held-out dead", unit: "%", digits: 0 },
      { label: "Seeds" },
      { label: "Test error", unit: "%", digits: 1 },
      { label: "Dead by activation", unit: "%", digits: 1 },
    ],
    rows: tuned.map((item): Cell[] => {
      const { family, scale, config, lambda } = item.arm;
      const { rate } = factorsOf(config);
      const { warmup } = config.schedule;
      const screened = chosenSettings[scale!]?.[family!]?.find(
        (one) => one.rate === rate && one.warmup === warmup && one.lambda === lambda,
      );
      return [
        family!,
        rateText({ rate, warmup }),
        strengthText(lambda),
        screened?.error ?? null,
        screened?.dead ?? null,
        item.runs.length,
        estimateOfRuns(item, "testError"),
        estimateOfRuns(item, "deadByActivation"),
      ];
    }),
    note: `Chosen on 5,000 training images that were held out, with one seed: what no other setting of the family beats in both error and dead share, from the most accurate on, at least 10 points of dead share apart; and the most accurate one without a penalty. Then trained anew with ${tuned[0]?.arm.seeds?.length === 3 ? "three" : "five"} seeds that no other run has. ± is half the 95 % Student t interval.`,
  };
}
