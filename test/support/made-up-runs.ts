import { openRandom } from "../../lib/random.js";
import { parseRunConfig, type RunConfig, runId } from "../../lib/runs/config.js";
import { emptyFilters } from "../../lib/runs/filters.js";
import type { Copies, EpochMetrics, Run } from "../../lib/runs/record.js";
import type { FilterTable } from "../../lib/sparsity/filter-table.js";
import type { Arm, ArmRuns } from "../../lib/study/arm.js";
import { scheduleFactor } from "../../lib/training/schedule.js";

/*
 * MADE-UP runs: invented numbers of a plausible shape, for tests of figures, tables and verdicts only. Nothing
 * here was measured, and nothing here may reach a notebook, data/ or figures/. Their dataset is called "made-up".
 */

export interface MadeUpOptions {
  seed?: number;
  widths?: number[];
  steps?: number;
  /** Share of all filters that are dead by scale at the end, 0 to 1. */
  deadShare?: number;
  /** Fraction of 1. */
  testError?: number;
  /** Cuts the run off at 40 % of its steps, with a loss that is not finite. */
  diverged?: boolean;
}

export interface MadeUpArmOptions extends Omit<MadeUpOptions, "seed"> {
  optimizer?: string;
  lambda?: number;
  kind?: "l2" | "decoupled";
  seeds?: number[];
  /** Which of the seeds diverge. */
  divergedSeeds?: number[];
}

const defaultWidths = [16, 32, 32, 64, 64, 128, 128];

export function madeUpConfig({
  optimizer = "Adam",
  lambda = 0,
  kind = "l2",
  widths = defaultWidths,
  steps = 15_000,
}: MadeUpArmOptions = {}): RunConfig {
  return parseRunConfig({
    dataset: { name: "made-up", source: "builtin", size: 16, trainImages: 10_000 },
    model: { widths },
    optimizer: optimizer.startsWith("SGD")
      ? { name: "sgd", learningRate: 0.1, momentum: 0.9 }
      : { name: "adam", learningRate: 3e-3 },
    penalty: { kind, lambda },
    schedule: { name: "step", milestones: [0.6, 0.85] },
    steps,
  });
}

function madeUpCopies(
  config: RunConfig,
  {
    seed,
    layers,
    dead,
    error,
  }: { seed: number; layers: { name: string; filters: number }[]; dead: number[]; error: number },
): Copies {
  const random = openRandom(seed, `made up copies/${runId(config)}`);
  const shares = [0.3, 0.2, 0.05];
  return {
    thresholds: [0.9, 0.95, 0.99],
    layers: layers.map(({ name, filters }, layer) => {
      const active = filters - dead[layer]!;
      const most = active * random.uniform();
      const byActivation = shares.map((share) => Math.floor(share * most));
      const nearest = { byActivation: 0.5 + 0.4 * random.uniform(), byWeights: 0.3 + 0.4 * random.uniform() };
      return { name, active, byActivation, byWeights: byActivation.map((count) => count >> 1), nearest };
    }),
    merged: shares.map((share) => ({ testLoss: 0.8, testError: error + 0.1 * share })),
  };
}

/** One invented run of `config`: the same options give the same run. */
export function madeUpRun(config: RunConfig, options: MadeUpOptions = {}): Run {
  const { seed = 1, deadShare = 0.3, testError = 0.25, diverged = false } = options;
  const random = openRandom(seed, `made up/${runId(config)}`);
  const { widths } = config.model;
  const steps = diverged ? Math.round(config.steps * 0.4) : config.steps;
  const filters = widths.reduce((sum, width) => sum + width, 0);
  const share = Math.min(1, Math.max(0, deadShare * (1 + 0.08 * random.normal())));
  const dead = widths.map((width, layer) => {
    const slope = 1.25 - (0.5 * layer) / Math.max(1, widths.length - 1);
    return Math.min(width - 1, Math.max(0, Math.round(width * share * slope)));
  });
  const total = dead.reduce((sum, count) => sum + count, 0);
  const byActivation = dead.map((count) => Math.max(0, count - random.integer(2)));
  const error = diverged ? Number.NaN : Math.max(0.01, testError + 0.006 * random.normal());
  const layers = widths.map((width, layer) => ({ name: `C${layer + 1}`, filters: width }));
  // A short run is probed as often.
  const probed = [0, 250, 1000, 2500, 5000, 9000].map((step) =>
    steps < 1000 ? (step * steps) / 15_000 : step,
  );
  const probeSteps = [...new Set([...probed.map(Math.round), steps].filter((step) => step <= steps))];
  return {
    record: {
      version: 2,
      id: runId(config),
      seed,
      status: diverged ? "diverged" : "finished",
      config,
      environment: { engine: "made-up", engineVersion: "0", tfjs: "4.22.0", node: "20.0.0", machine: "none" },
      dataset: {
        name: config.dataset.name,
        source: config.dataset.source,
        checksum: "0".repeat(64),
        classes: Array.from({ length: classesOf(config) }, (_, i) => `class ${i + 1}`),
        trainImages: 10_000,
        testImages: 2_000,
        evaluatedOn: "test",
        mean: [0.5, 0.5, 0.5],
        std: [0.25, 0.25, 0.25],
      },
      model: { parameters: 100 * filters, macs: 10_000 * filters, layers },
      epochs: madeUpEpochs({ config, steps, total: config.steps, dead, error, noise: random.uniform }),
      probes: { steps: probeSteps, images: probeSteps.map(() => 10_000), gradientImages: 160 },
      final: {
        step: steps,
        trainLoss: diverged ? Number.NaN : 0.4,
        testLoss: diverged ? Number.NaN : 0.8,
        testError: error,
        layers: layers.map((layer, i) => ({
          ...layer,
          deadByScale: dead[i]!,
          deadByActivation: byActivation[i]!,
        })),
        deadByScale: total / filters,
        deadByActivation: byActivation.reduce((sum, count) => sum + count, 0) / filters,
        ...(!diverged && { copies: madeUpCopies(config, { seed, layers, dead: byActivation, error }) }),
      },
      timing: {
        startedAt: "2000-01-01T00:00:00.000Z",
        seconds: 200,
        trainSeconds: 180,
        evaluationSeconds: 15,
        probeSeconds: 5,
        millisecondsPerStep: 12,
        resumes: 0,
      },
    },
    filters: madeUpFilters({
      widths,
      dead,
      probeSteps,
      hasGamma: config.model.normalization !== "none",
      random,
    }),
  };
}

const classesOf = ({ dataset: { name, classes } }: RunConfig): number =>
  typeof classes === "number" ? classes : (classes?.length ?? (name === "tinyimagenet" ? 200 : 10));

/** One invented arm: a configuration with a run for each seed. */
export function madeUpArm(options: MadeUpArmOptions = {}): ArmRuns {
  const { optimizer = "Adam", lambda = 0, kind = "l2", seeds = [1, 2, 3], divergedSeeds = [] } = options;
  const config = madeUpConfig(options);
  const form = kind === "l2" ? "L2" : "decoupled";
  const arm: Arm = {
    label: lambda === 0 ? `${optimizer}, no penalty` : `${optimizer}, ${form} ${lambda.toExponential()}`,
    optimizer,
    lambda,
    config,
    scale: "lite",
  };
  const runs = seeds.map((seed) =>
    madeUpRun(config, { ...options, seed, diverged: divergedSeeds.includes(seed) }),
  );
  return { arm, runs };
}

/**
 * Invented runs of given arms, e.g. of a hypothesis at any scale: more penalty, more dead; fewer under plain SGD and
 * under decoupled decay. Arms whose labels hold `diverged` diverge. Default seeds: those fixed for an arm, else 1 to 3.
 */
export function madeUpRunsOf(
  arms: readonly Arm[],
  { seeds, diverged }: { seeds?: number[]; diverged?: string } = {},
): ArmRuns[] {
  const strongest = Math.max(...arms.map(({ lambda }) => lambda), 1e-9);
  return arms.map((arm, index) => {
    const strength = Math.sqrt(arm.lambda / strongest);
    const family = arm.optimizer.startsWith("SGD") ? 0.5 : arm.config.penalty.kind === "l2" ? 0.8 : 0.6;
    const deadShare = family * strength * (0.8 + 0.05 * (index % 8));
    const testError = 0.25 + 0.01 * (arm.optimizer.length % 5) - 0.05 * strength + 0.12 * strength ** 4;
    const diverges = diverged !== undefined && arm.label.includes(diverged);
    return {
      arm,
      runs: (seeds ?? arm.seeds ?? [1, 2, 3]).map((seed) =>
        madeUpRun(arm.config, { seed, deadShare, testError, diverged: diverges }),
      ),
    };
  });
}

/** An invented H1: Adam and SGD with momentum, four penalties each. */
export function madeUpStudy({ seeds = [1, 2, 3] }: { seeds?: number[] } = {}): ArmRuns[] {
  const outcomes: Record<string, [lambda: number, deadShare: number, testError: number][]> = {
    Adam: [
      [0, 0, 0.27],
      [1e-4, 0.06, 0.255],
      [1e-3, 0.42, 0.26],
      [3e-3, 0.71, 0.31],
    ],
    "SGD+momentum": [
      [0, 0, 0.28],
      [1e-4, 0, 0.27],
      [1e-3, 0.05, 0.235],
      [3e-3, 0.2, 0.25],
    ],
  };
  return Object.entries(outcomes).flatMap(([optimizer, arms]) =>
    arms.map(([lambda, deadShare, testError]) =>
      madeUpArm({ optimizer, lambda, deadShare, testError, seeds }),
    ),
  );
}

interface EpochsOptions {
  config: RunConfig;
  steps: number;
  total: number;
  dead: number[];
  error: number;
  noise: () => number;
}

function madeUpEpochs({ config, steps, total, dead, error, noise }: EpochsOptions): EpochMetrics[] {
  const length = Math.max(1, Math.round(total / 60));
  const onset = 0.2 + 0.1 * noise();
  const count = Math.floor(steps / length);
  return Array.from({ length: count }, (_, i) => {
    const step = i === count - 1 ? steps : (i + 1) * length;
    const progress = step / total;
    const grown =
      progress <= onset ? 0 : (1 - Math.exp((-5 * (progress - onset)) / (1 - onset))) / (1 - Math.exp(-5));
    return {
      epoch: i + 1,
      step,
      learningRate: config.optimizer.learningRate * scheduleFactor(config.schedule, step, total),
      trainLoss: 2 * Math.exp(-3 * progress) + 0.05 * noise(),
      trainError: 0.7 * Math.exp(-3 * progress),
      testLoss: 2.2 * Math.exp(-2 * progress) + 0.05 * noise(),
      testError: (Number.isNaN(error) ? 0.5 : error) + 0.5 * Math.exp(-6 * progress),
      deadByScale: dead.map((count) => Math.round(count * grown)),
    };
  });
}

interface FiltersOptions {
  widths: number[];
  dead: number[];
  probeSteps: number[];
  hasGamma: boolean;
  random: ReturnType<typeof openRandom>;
}

function madeUpFilters({ widths, dead, probeSteps, hasGamma, random }: FiltersOptions): FilterTable {
  const table = emptyFilters(probeSteps.length * widths.reduce((sum, width) => sum + width, 0));
  let row = 0;
  for (const [probe, step] of probeSteps.entries()) {
    const progress = probe / Math.max(1, probeSteps.length - 1);
    for (const [layer, width] of widths.entries()) {
      for (let filter = 0; filter < width; filter++, row++) {
        const dies = filter < dead[layer]!;
        const [luck, noise] = [random.uniform(), random.uniform()];
        const exponent = dies ? -3.2 - 4 * luck : -0.2 + 0.3 * (luck - 0.5);
        const gamma = 10 ** (exponent * progress);
        const isDead = dies && gamma < 1e-3;
        table.step[row] = step;
        table.layer[row] = layer;
        table.filter[row] = filter;
        table.gamma[row] = !hasGamma ? Number.NaN : noise < 0.1 && isDead ? -gamma : gamma;
        table.beta[row] = -0.2 * noise;
        table.maxActivation[row] = isDead ? 0 : 2 + noise;
        table.selectivity[row] = isDead ? 1 : noise;
        table.weightNorm[row] = (1 + noise) * 10 ** (0.5 * exponent * progress);
        table.gammaGradient[row] = isDead ? 0 : 1e-3 * (noise - 0.5);
        table.weightGradient[row] = isDead ? 0 : 1e-3 * (1 + noise);
        table.gammaSecondMoment[row] = isDead ? 1e-9 : 1e-6 * (1 + noise);
        table.weightSecondMoment[row] = isDead ? 1e-12 : 1e-8 * (1 + noise);
      }
    }
  }
  return table;
}
