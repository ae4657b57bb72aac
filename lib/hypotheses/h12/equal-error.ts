import { type PruningMethod, pruningMethod, pruningMethods } from "../../harvest/method.js";
import { harvest } from "../../harvest/recorded.js";
import { networkTitle } from "../../runs/describe.js";
import { meanEstimate } from "../../statistics.js";
import type { ArmRuns } from "../../study/arm.js";
import type { Cell, Estimate, Table } from "../../tables/table.js";
import { seedsIn } from "../select.js";

/** Test error, percentage points, within which networks count as equally accurate. */
export const errorMargin = 0.5;

/** "BasicNet", "VGG-11". */
export const networkOf = ({ arm: { config } }: ArmRuns): string => networkTitle(config.model);

/** Networks of the arms, each once. */
export const networksOf = (arms: readonly ArmRuns[]): string[] => [...new Set(arms.map(networkOf))];

const methodOf = ({ arm: { config } }: ArmRuns): PruningMethod => pruningMethod(config);

/** Test error, %, and multiply-accumulates once everything dead is cut. */
interface End {
  error: number;
  macs: number;
}

function endsOf(arms: readonly ArmRuns[], seed: number): End[] {
  return arms.flatMap(({ runs }) =>
    runs
      .filter(({ record }) => record.seed === seed && record.status === "finished")
      .map((run) => ({ error: 100 * run.record.final.testError, macs: harvest(run).macs })),
  );
}

/**
 * Highest test error, %, that still counts as equal for one network and seed: the lowest that both methods reach, and
 * the margin. NaN where one of them has no run.
 */
export function equalError(
  arms: readonly ArmRuns[],
  {
    network,
    seed,
    methods,
    margin = errorMargin,
  }: { network: string; seed: number; methods: readonly PruningMethod[]; margin?: number },
): number {
  const lowest = methods.map((method) => {
    const own = arms.filter((one) => networkOf(one) === network && methodOf(one) === method);
    const errors = endsOf(own, seed).map(({ error }) => error);
    return errors.length === 0 ? Number.NaN : Math.min(...errors);
  });
  return Math.max(...lowest) + margin;
}

/** Fewest multiply-accumulates of any of the arms' networks whose test error of that seed is at most `limit`, %; NaN if none is. */
export function fewestMacs(
  arms: readonly ArmRuns[],
  { network, seed, limit }: { network: string; seed: number; limit: number },
): number {
  const macs = endsOf(
    arms.filter((one) => networkOf(one) === network),
    seed,
  ).flatMap((end) => (end.error <= limit ? end.macs : []));
  return macs.length === 0 ? Number.NaN : Math.min(...macs);
}

/**
 * A row for every network, method and optimizer: lowest test error, and fewest multiply-accumulates at equal error (what
 * the implicit method and network slimming both reach, and the margin), mean and 95 % half-width over seeds. The fewest
 * of a network are marked. A method that has no such network with some seed says with how many it has.
 */
export function equalErrorTable(runs: readonly ArmRuns[]): Table {
  const seeds = seedsIn(runs);
  const rows = networksOf(runs).flatMap((network) => {
    const limits = seeds.map((seed) =>
      equalError(runs, { network, seed, methods: ["implicit", "network slimming"] }),
    );
    const all = pruningMethods
      .filter((method) => method !== "before slimming")
      .flatMap((method) => optimizersOf(runs, network, method).map((optimizer) => ({ method, optimizer })))
      .map(({ method, optimizer }) => {
        const own = runs.filter(
          (one) => networkOf(one) === network && methodOf(one) === method && one.arm.optimizer === optimizer,
        );
        const lowest = seeds.map((seed) => Math.min(...endsOf(own, seed).map(({ error }) => error)));
        const macs = seeds.map((seed, i) => fewestMacs(own, { network, seed, limit: limits[i]! }) / 1e6);
        return {
          method,
          optimizer,
          lowest: estimate(lowest),
          macs: estimate(macs),
          reached: macs.filter(Number.isFinite).length,
        };
      });
    const fewest = Math.min(
      ...all.flatMap(({ macs, reached }) => (macs && reached === seeds.length ? macs.mean : [])),
    );
    return all.map(({ method, optimizer, lowest, macs, reached }): Cell[] => [
      ...[network, method, optimizer, lowest],
      macs && { ...macs, best: reached === seeds.length && macs.mean === fewest },
      `${reached} of ${seeds.length}`,
    ]);
  });
  return {
    title: "Cost at equal test error",
    columns: [
      { label: "Network" },
      { label: "Method" },
      { label: "Optimizer" },
      { label: "Lowest test error", unit: "%", digits: 1 },
      { label: "Fewest multiply-accumulates at equal error", unit: "million", digits: 2 },
      { label: "Seeds that reach it" },
    ],
    rows,
    note: `Equal error: within ${errorMargin} points of the lowest that the implicit method and network slimming both reach, seed by seed. ± is half the 95 % Student t interval of the mean over seeds. Marked: fewest of each network, of those that reach it with every seed.`,
  };
}

const optimizersOf = (runs: readonly ArmRuns[], network: string, method: PruningMethod): string[] => [
  ...new Set(
    runs
      .filter((one) => networkOf(one) === network && methodOf(one) === method && one.runs.length > 0)
      .map(({ arm }) => arm.optimizer),
  ),
];

/** Of the values that there are. */
function estimate(values: readonly number[]): Estimate | null {
  const found = values.filter(Number.isFinite);
  return found.length === 0 ? null : meanEstimate(found);
}
