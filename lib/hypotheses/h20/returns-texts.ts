import type { Run } from "../../runs/record.js";
import { histories, inactiveAt } from "../../sparsity/deaths.js";
import { findSleepers, sizableShare } from "../../sparsity/sleep.js";
import { median } from "../../statistics.js";
import type { ArmRuns } from "../../study/arm.js";
import type { Cell, Table } from "../../tables/index.js";
import { estimateOfRuns } from "../../tables/index.js";

/**
 * What became of the filters that a probe found dead: a row per arm with runs, the mean over seeds. The probe is the one at a
 * share of all steps (default 0.6, the first drop of the step schedule): what a network would lose that is cut then.
 */
export function laterOfDead(arms: readonly ArmRuns[], { at = 0.6 }: { at?: number } = {}): Table {
  const estimate = (item: ArmRuns, measure: (run: Run) => number): Cell => {
    const { mean, halfWidth } = estimateOfRuns(item, measure);
    return Number.isFinite(mean) ? { mean, halfWidth } : null;
  };
  return {
    title: `What became of the filters found dead at ${Math.round(100 * at)} % of training`,
    columns: [
      { label: "Arm" },
      { label: "Found dead then", unit: "% of filters", digits: 1 },
      { label: "Alive at the end", unit: "% of those", digits: 1 },
      { label: "Alive and answering to over 1 % of images", unit: "% of those", digits: 1 },
    ],
    rows: arms
      .filter(({ runs }) => runs.length > 0)
      .map((item): Cell[] => [
        item.arm.label,
        estimate(item, (run) => share(run, at, "all", () => true)),
        estimate(item, (run) => share(run, at, "dead", ({ alive }) => alive)),
        estimate(item, (run) =>
          share(run, at, "dead", ({ alive, universality }) => alive && universality > sizableShare),
        ),
      ]),
    note: "Dead: inactive by either measure. At the end all training images are looked at, before that a tenth of them or less. Mean over seeds ± half the 95 % interval.",
  };
}

interface Fate {
  alive: boolean;
  universality: number;
}

/** Share, %, of all filters that are dead at a time ("all"), or of those dead then that end in some way ("dead"). */
function share(
  { record, filters }: Run,
  at: number,
  of: "all" | "dead",
  holds: (fate: Fate) => boolean,
): number {
  const probe = record.probes.steps.findIndex((step) => step >= at * record.config.steps);
  const all = [...histories(filters).values()];
  const dead = all.filter((history) => inactiveAt(filters, history[probe]!));
  if (of === "all") return (100 * dead.length) / all.length;
  const fates = dead.map((history) => {
    const last = history.at(-1)!;
    return { alive: !inactiveAt(filters, last), universality: 1 - filters.selectivity[last]! };
  });
  return (100 * fates.filter(holds).length) / fates.length;
}

/**
 * Are returns real, or filters that the probes' images missed? A row per arm with returns: how often a silent filter came back
 * by the next probe, to what share of the images, whether the probe had found its gradient exactly 0 and whether its scale
 * grew on the way back; and of the filters silent at the last probe but one, the share that answers to some of the many more
 * images of the last. All seeds together.
 */
export function returnsSummary(arms: readonly ArmRuns[]): Table {
  return {
    title: "What came back",
    columns: [
      { label: "Arm" },
      { label: "Returns" },
      { label: "Images answered then", unit: "median, %", digits: 1 },
      { label: "To over 1 % of images", unit: "% of returns", digits: 0 },
      { label: "Gradient was 0", unit: "% of returns", digits: 0 },
      { label: "Scale grew", unit: "% of returns", digits: 0 },
      { label: "Only missed", unit: "% of the silent", digits: 1 },
    ],
    rows: arms.flatMap((item): Cell[][] => {
      const runs = item.runs.filter(({ record }) => record.status === "finished");
      const all = runs.flatMap(returnsOf);
      if (all.length === 0) return [];
      return [
        [
          item.arm.label,
          all.length,
          100 * median(all.map(({ answers }) => answers)),
          percent(all.map(({ answers }) => answers > sizableShare)),
          percent(all.map(({ noGradient }) => noGradient)),
          percent(all.map(({ grows }) => grows)),
          percent(runs.flatMap(missed)),
        ],
      ];
    }),
    note: "Only missed: of the filters silent at the last probe but one, those that answer to some of the training images at the last. It looks at all of them, the others at a part.",
  };
}

function returnsOf({ filters, record }: Run) {
  const channels = filters.step.length / record.probes.steps.length;
  return findSleepers(filters)
    .filter(({ returns }) => returns)
    .map(({ row, answers }) => ({
      answers,
      noGradient: filters.gammaGradient[row] === 0,
      grows: Math.abs(filters.gamma[row + channels]!) > Math.abs(filters.gamma[row]!),
    }));
}

/** Of the filters silent at the last probe but one, whether each is active at the last. */
function missed({ filters, record }: Run): boolean[] {
  const lastBut = record.probes.steps.length - 2;
  return [...histories(filters).values()]
    .filter((history) => inactiveAt(filters, history[lastBut]!))
    .map((history) => !inactiveAt(filters, history.at(-1)!));
}

const percent = (values: readonly boolean[]): number => (100 * values.filter(Boolean).length) / values.length;
