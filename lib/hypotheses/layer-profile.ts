import type { GradientPanel } from "../figures/dead-by-gradient.js";
import { completedRuns } from "../figures/describe.js";
import { penaltySeries } from "../figures/series.js";
import type { Run } from "../runs/record.js";
import { earlyGradients, earlySelectivity } from "../sparsity/layer-profile.js";
import { mean, rankCorrelation } from "../statistics.js";
import type { CorrelationRow } from "../tables/layer-correlations.js";
import { hasSeed } from "./frontier.js";
import type { ArmRuns } from "./hypothesis.js";
import { seedsIn } from "./select.js";

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

/** The points behind the correlation with the gradient, a panel per optimizer and form of penalty. */
export function gradientPanels(arms: readonly ArmRuns[]): GradientPanel[] {
  const all = profiles(arms);
  const correlations = layerCorrelations(arms);
  return [...new Set(all.map(({ name }) => name))].map((name) => {
    const own = all.filter((profile) => profile.name === name);
    const rank = mean(correlations.filter((row) => row.name === name).map(({ gradient }) => gradient));
    return {
      name,
      optimizer: own[0]!.optimizer,
      correlation: `rank correlation with<br>a small gradient: ${rank.toFixed(2).replace("-", "−")}`,
      points: own.flatMap(({ seed, none, dead }) => {
        const gradients = earlyGradients(none);
        return none.record.model.layers.map(({ name: layer }, i) => ({
          layer,
          seed,
          gradient: gradients[i]!,
          dead: dead[i]!,
        }));
      }),
    };
  });
}
