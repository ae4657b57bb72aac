import { capitalized } from "../capitalized.js";
import { UserError } from "../errors.js";
import { type PredictedRun, predictedAgainstActual, predictionErrorBySeen } from "../figures/prediction.js";
import { runId } from "../runs/config.js";
import { mean, meanEstimate } from "../statistics.js";
import type { Arm, ArmRuns } from "../study/arm.js";
import { describeData, describeSeeds } from "../study/describe.js";
import { intervalNote } from "../tables/estimates.js";
import type { Cell, Table } from "../tables/table.js";
import type { OwnContrast, OwnSpecification, Pairs } from "./contrast.js";
import { hasSeed } from "./frontier.js";
import { h02 } from "./h02.js";
import { h03 } from "./h03.js";
import { h09 } from "./h09.js";
import { h10 } from "./h10.js";
import { h18 } from "./h18.js";
import { hasEarlyProbes } from "./h19/early-signs.js";
import { filterRanking, meanRanking, rankingFigure } from "./h19/filter-ranking.js";
import {
  meanAbsoluteError,
  type Predictor,
  predictHeldOut,
  predictionCases,
  predictOthers,
} from "./h19/prediction.js";
import type { ArmOptions } from "./hypothesis.js";
import { seedsIn } from "./select.js";
import { study } from "./study.js";

/** The share of training that is watched. */
const watched = 0.1;

/** Arms below which no verdict follows from models of all but one. */
const fewestArms = 6;

/** Names of predictors in figures and tables. */
export const predictorNames: Record<Predictor, string> = {
  signs: "early signs",
  both: "both together",
  configuration: "configuration",
  mean: "mean of other arms",
};

/** What a first tenth of training tells, as another prediction's error against its own. */
const worseThan = (worse: Predictor, better: Predictor, more: Partial<OwnContrast> = {}): OwnContrast => ({
  ...more,
  smallestEffect: 1,
  pairs(runs) {
    const known = enough(runs);
    return errorPairs(known, errorsOf(known, watched), { worse, better, seen: watched });
  },
});

/** As `studied`. Throws `UserError` below `fewestArms`. */
function enough(runs: readonly ArmRuns[]): ArmRuns[] {
  const known = studied(runs);
  if (known.length >= fewestArms) return known;
  throw new UserError(
    `H19 needs runs of at least ${fewestArms} arms, so that models have something to be made from, and has those of ${known.length}. Train them: npm run reproduce -- h19.`,
  );
}

/** `errors`: those after the share `seen` of training. */
function errorPairs(
  known: ArmRuns[],
  errors: ReturnType<typeof errorsOf>,
  { worse, better, seen }: { worse: Predictor; better: Predictor; seen: number },
): Pairs {
  return {
    comparison: `Mean absolute error of the predicted final share of dead filters, over arms that the prediction never saw: by ${predictorNames[worse]} against by ${predictorNames[better]} after ${100 * seen} % of training.`,
    arms: known,
    pair: (seed) =>
      hasSeed(known, seed) ? [errors(worse, seed), errors(better, seed)] : [Number.NaN, Number.NaN],
  };
}

/** The same after less and more of training, against the configuration and against the mean of the other arms. */
function errorSpecifications(runs: readonly ArmRuns[]): OwnSpecification[] {
  const known = enough(runs);
  return shares.flatMap((seen) => {
    const errors = errorsOf(known, seen);
    return (["configuration", "mean"] as const).map((worse) => ({
      choices: { seen: `${100 * seen} %`, against: predictorNames[worse] },
      isMain: seen === watched && worse === "configuration",
      pairs: errorPairs(known, errors, { worse, better: "signs", seen }),
    }));
  });
}

/** H19, beyond the paper: the first tenth of training tells how many filters will be dead at the end. */
export const h19 = study({
  id: "h19",
  notebook: "19-prediction",
  title: "Predicting sparsity from the first tenth of training",
  question:
    "Can the final share of dead filters be predicted from the first 10 % of training, and can the filters that will die be told from the others?",
  claim:
    "What the filters look like after the first tenth of training predicts the final share of dead filters of a held-out arm better than its configuration does.",
  source: "own",
  answers: {
    supported: "Early signs predict it better than the configuration does: their error is smaller by {}.",
    contradicted: "Early signs predict it worse than the configuration does: their error is larger by {}.",
    difference: "the error of predictions from the configuration minus that of predictions from early signs",
  },
  arms,
  contrasts: {
    main: worseThan("configuration", "signs", { specifications: errorSpecifications }),
    mean: worseThan("mean", "signs", {
      id: "against the mean",
      claim:
        "What the filters look like after the first tenth of training predicts the final share better than the mean of the other arms does.",
    }),
    added: worseThan("configuration", "both", {
      id: "added to the configuration",
      claim: "The configuration predicts better with the first tenth of training added to it.",
    }),
    whichFilters: {
      id: "which filters",
      claim: "The filters with a small gamma after the first tenth of training are the ones that die.",
      smallestEffect: 10,
      pairs(runs) {
        const dying = studied(runs).filter(({ runs: own }) =>
          own.some((run) => Number.isFinite(filterRanking(run, "scale", watched))),
        );
        return {
          comparison: `Area under the ROC curve of |gamma| after ${100 * watched} % of training for filters alive then, mean over arms with deaths and survivors, against chance (50 %).`,
          arms: dying,
          pair: (seed) =>
            hasSeed(dying, seed)
              ? [meanRanking(dying, seed, "scale", watched), 50]
              : [Number.NaN, Number.NaN],
        };
      },
    },
  },
  figures: {
    "predicted-against-actual": {
      caption:
        "Share of dead filters at the end as predicted and as it came out, one mark a run. Every arm is predicted by a model that was made without it: from its configuration, from what its filters look like after a tenth of training, and from both.",
      of: (runs) =>
        predictedAgainstActual(
          (["configuration", "signs", "both"] as const).map((predictor) => panel(runs, predictor)),
          {
            subtitle: [
              `${describeSeeds(studied(runs))}; open marks: decoupled decay.`,
              describeData(studied(runs)),
            ],
          },
        ),
    },
    "error-by-share-seen": {
      caption:
        "Mean absolute error of the predictions over held-out arms against the share of training that has been seen; small marks are seeds. The lines across see nothing of the run.",
      of: (runs) =>
        predictionErrorBySeen(errorsBySeen(runs), {
          subtitle: [`${describeSeeds(studied(runs))}; every arm predicted by a model made without it.`],
          marked: watched,
        }),
    },
    "which-filters-die": {
      caption:
        "How well the filters that will die are told from those that will live, among the filters alive after a tenth of training: the area under the ROC curve, 50 % being chance, when filters are ranked by how small |gamma| is, by how fast it falls, and by selectivity.",
      of: (runs) => rankingFigure(studied(runs), watched),
    },
  },
});

/** The arms that predictions are made from and judged on, those with runs; light records have no early signs. */
export function studied(runs: readonly ArmRuns[]): ArmRuns[] {
  const found = withEarlySigns(runs).filter(({ arm }) => !arm.supporting);
  if (found.length > 0) return found;
  throw new UserError(
    "H19 needs the arms of H2 and H3 with all their probes, which light records lack, and none of their runs is there. Train them: npm run reproduce -- h19.",
  );
}

/** Arms that vary something else; no model is made from them. */
const elsewhere = (runs: readonly ArmRuns[]): ArmRuns[] =>
  withEarlySigns(runs).filter(({ arm }) => arm.supporting);

const withEarlySigns = (runs: readonly ArmRuns[]): ArmRuns[] =>
  runs
    .map(({ arm, runs: own }) => ({ arm, runs: own.filter((run) => hasEarlyProbes(run, watched)) }))
    .filter(({ runs: own }) => own.length > 0);

/** Mean absolute error of a predictor over one seed's held-out runs. */
function errorsOf(known: readonly ArmRuns[], share: number) {
  const cases = predictionCases(known, share);
  const predictions = new Map<Predictor, number[]>();
  return (predictor: Predictor, seed: number): number => {
    const made = predictions.get(predictor) ?? predictHeldOut(cases, predictor);
    predictions.set(predictor, made);
    return meanAbsoluteError(cases, made, seed);
  };
}

function panel(runs: readonly ArmRuns[], predictor: Predictor) {
  const cases = predictionCases(studied(runs), watched);
  const predicted = predictHeldOut(cases, predictor);
  const error = meanAbsoluteError(cases, predicted).toFixed(1);
  return {
    name: `${capitalized(predictorNames[predictor])}: off by ${error} points`,
    runs: cases.map(
      ({ arm, seed, dead }, i): PredictedRun => ({
        label: arm.label,
        optimizer: arm.optimizer,
        open: arm.lambda > 0 && arm.config.penalty.kind === "decoupled",
        seed,
        actual: dead,
        predicted: predicted[i]!,
      }),
    ),
  };
}

/** A row for each run with what was predicted of it, by what the prediction knows; every arm by a model made without it. */
export const predictedRows = (runs: readonly ArmRuns[]) =>
  (["configuration", "signs", "both"] as const).flatMap((predictor) => {
    const { name, runs: own } = panel(runs, predictor);
    return own.map((run) => ({ ...run, predictor: name }));
  });

const shares = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5];

function errorsBySeen(runs: readonly ArmRuns[]) {
  const known = studied(runs);
  const seeds = seedsIn(known);
  const errors = shares.map((share) => ({ share, of: errorsOf(known, share) }));
  const valuesOf = (predictor: Predictor, of: (typeof errors)[number]["of"]) =>
    seeds.map((seed) => ({ seed, value: of(predictor, seed) }));
  return (["signs", "both", "configuration", "mean"] as const).map((predictor) => ({
    name: predictorNames[predictor],
    points:
      predictor === "signs" || predictor === "both"
        ? errors.map(({ share, of }) => ({ seen: share, seeds: valuesOf(predictor, of) }))
        : [{ seeds: valuesOf(predictor, errors[0]!.of) }],
  }));
}

const predictors: Predictor[] = ["mean", "configuration", "signs", "both"];

/** Mean absolute error of every predictor over held-out arms, seed by seed. Throws `UserError` below three arms. */
export function predictionErrors(runs: readonly ArmRuns[]): Table {
  const known = studied(runs);
  const errors = errorsOf(known, watched);
  const seeds = seedsIn(known).filter((seed) => hasSeed(known, seed));
  const counted = seeds.length > 0 ? seeds : seedsIn(known);
  return {
    title: `Errors of predictions after ${100 * watched} % of training`,
    columns: [
      { label: "Predicted from" },
      { label: "Seeds" },
      { label: "Mean absolute error", unit: "points", digits: 1 },
    ],
    rows: predictors.map((predictor): Cell[] => [
      predictorNames[predictor],
      counted.length,
      meanEstimate(counted.map((seed) => errors(predictor, seed))),
    ]),
    note: `Share of dead filters at the end, ${known.length} arms, each predicted by a model made without it. ${intervalNote}`,
  };
}

/** The same on arms of other studies, predicted by models of all the studied ones. */
export function predictionErrorsElsewhere(runs: readonly ArmRuns[]): Table {
  const known = predictionCases(studied(runs), watched);
  return {
    title: "Errors where something else is varied",
    columns: [
      { label: "Arm" },
      { label: "Dead", unit: "%", digits: 1 },
      ...predictors.map((name) => ({ label: `Off by ${predictorNames[name]}`, unit: "points", digits: 1 })),
    ],
    rows: elsewhere(runs).map(({ arm, runs: own }): Cell[] => {
      const cases = predictionCases([{ arm, runs: own }], watched);
      return [
        arm.label,
        mean(cases.map(({ dead }) => dead)),
        ...predictors.map((name) => meanAbsoluteError(cases, predictOthers(known, cases, name))),
      ];
    }),
    note: "Models are made from the arms of H2 and H3, which differ in optimizer and penalty alone. Mean over the seeds that there are.",
  };
}

/** Optimizers and penalties of H2 and H3; and, to see how far it carries, batch sizes, tasks and schedules of H9, H10 and H18. */
function arms(options: ArmOptions): Arm[] {
  const known = [...h02.arms(options), ...h03.arms(options)];
  const others = [h09, h10, h18].flatMap((hypothesis) => hypothesis.arms(options));
  const byId = new Map<string, Arm>();
  for (const arm of known) byId.set(runId(arm.config), byId.get(runId(arm.config)) ?? arm);
  for (const arm of others) {
    const id = runId(arm.config);
    if (!byId.has(id)) byId.set(id, { ...arm, supporting: true });
  }
  return [...byId.values()];
}
