import type { ForetoldRow } from "../../figures/foretold.js";
import type { Run } from "../../runs/record.js";
import { histories, inactiveAt } from "../../sparsity/deaths.js";
import type { FilterTable } from "../../sparsity/filter-table.js";
import { areaUnderCurve, mean, rankCorrelation } from "../../statistics.js";
import type { ArmRuns } from "../../study/arm.js";
import { completedRuns } from "../../study/describe.js";
import { earlyGradients, earlySelectivity } from "../../study/layer-profile.js";
import { penaltySeries } from "../../study/series.js";
import type { CorrelationRow } from "../../tables/layer-correlations.js";
import { hasSeed } from "../frontier.js";
import { seedsIn } from "../select.js";

/** One seed of an optimizer and form of penalty, by layer. */
interface Profile {
  name: string;
  optimizer: string;
  seed: number;
  /** The run without a penalty. */
  none: Run;
  /** Share of each layer's filters dead by activation at the end, %, mean over the penalties. */
  dead: number[];
}

/** Every seed for which an optimizer's whole sweep is there, with early probes; optimizers under which nothing dies have no profile. */
function profiles(arms: readonly ArmRuns[]): Profile[] {
  return penaltySeries([...arms]).flatMap(({ name, arms: own }) =>
    seedsIn(own).flatMap((seed): Profile[] => {
      const ofSeed = (item: ArmRuns) => completedRuns(item).filter(({ record }) => record.seed === seed);
      const [none] = own.filter(({ arm }) => arm.lambda === 0).flatMap(ofSeed);
      const penalized = own.filter(({ arm }) => arm.lambda > 0).flatMap(ofSeed);
      if (!none || penalized.length === 0 || !hasSeed(own, seed)) return [];
      const dead = none.record.model.layers.map((_, layer) =>
        mean(penalized.map((run) => deadShare(run, layer))),
      );
      if (new Set(dead).size === 1 || earlyGradients(none).some(Number.isNaN)) return [];
      return [{ name, optimizer: own[0]!.arm.optimizer, seed, none, dead }];
    }),
  );
}

function deadShare({ record }: Run, layer: number): number {
  const { deadByActivation, filters } = record.final.layers[layer]!;
  return (100 * deadByActivation) / filters;
}

/** How well each explanation orders the layers by their dead share, by seed: 1 is perfectly, -1 perfectly the other way round. */
export function layerCorrelations(arms: readonly ArmRuns[]): CorrelationRow[] {
  return profiles(arms).map(({ name, optimizer, seed, none, dead }) => {
    const { layers } = none.record.model;
    return {
      name,
      optimizer,
      seed,
      gradient: rankCorrelation(
        earlyGradients(none).map((size) => -size),
        dead,
      ),
      width: rankCorrelation(
        layers.map(({ filters }) => filters),
        dead,
      ),
      depth: rankCorrelation([...layers.keys()], dead),
      selectivity: rankCorrelation(earlySelectivity(none), dead),
    };
  });
}

/** Signs are read at the first probe from this share of the training on. */
export const signShare = 0.05;

/** How often early signs tell which of two filters of a layer dies, by optimizer, form of penalty and seed; all its penalties together. */
export function foretoldRows(arms: readonly ArmRuns[]): ForetoldRow[] {
  return penaltySeries([...arms]).flatMap(({ name, arms: own }) =>
    seedsIn(own).flatMap((seed): ForetoldRow[] => {
      const groups = own
        .filter(({ arm }) => arm.lambda > 0)
        .flatMap(completedRuns)
        .filter(({ record }) => record.seed === seed)
        .flatMap(groupsOf);
      const told = (sign: (row: number, filters: FilterTable) => number) =>
        100 *
        pairsTold(
          groups.map(({ filters, rows, dies }) => ({ scores: rows.map((row) => sign(row, filters)), dies })),
        );
      if (groups.length === 0) return [];
      return [
        {
          name,
          seed,
          running: told((row, filters) => -filters.gammaSecondMoment[row]!),
          gradient: told((row, filters) => -Math.abs(filters.gammaGradient[row]!)),
          selectivity: told((row, filters) => filters.selectivity[row]!),
        },
      ];
    }),
  );
}

interface Group {
  filters: FilterTable;
  /** Of filters at the early probe. */
  rows: number[];
  /** Whether each is dead at the end. */
  dies: boolean[];
}

/** Each layer's filters that are alive at the early probe, where some of them die and some do not. */
function groupsOf({ record, filters }: Run): Group[] {
  const early = record.probes.steps.find((step) => step >= signShare * record.config.steps);
  const last = record.probes.steps.at(-1);
  if (early === undefined || early === last) return [];
  const groups = record.model.layers.map((): Group => ({ filters, rows: [], dies: [] }));
  for (const rows of histories(filters).values()) {
    const at = rows.find((row) => filters.step[row] === early);
    if (at === undefined || inactiveAt(filters, at)) continue;
    const group = groups[filters.layer[at]!]!;
    group.rows.push(at);
    group.dies.push(inactiveAt(filters, rows.at(-1)!));
  }
  return groups.filter(({ dies }) => new Set(dies).size === 2);
}

/** Share of all pairs within groups, one that dies and one that lives, of which the former has the higher score; NaN with a score. */
function pairsTold(groups: readonly { scores: number[]; dies: boolean[] }[]): number {
  if (groups.some(({ scores }) => scores.some(Number.isNaN))) return Number.NaN;
  const pairs = groups.map(({ dies }) => {
    const dying = dies.filter(Boolean).length;
    return dying * (dies.length - dying);
  });
  const told = groups.map(({ scores, dies }, i) => pairs[i]! * areaUnderCurve(scores, dies));
  return told.reduce((a, b) => a + b, 0) / pairs.reduce((a, b) => a + b, 0);
}
