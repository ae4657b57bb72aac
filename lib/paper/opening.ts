import { findHypothesis, recordedArms } from "../hypotheses/index.js";
import type { Run } from "../runs/record.js";
import { inactiveByActivation, inactiveByScale } from "../sparsity/measures.js";
import { mean } from "../statistics.js";
import type { ArmRuns } from "../study/arm.js";
import { datasetTitle, number } from "../study/describe.js";
import { measures } from "../study/measures.js";
import { type GridRun, gridPaths, gridSize, gridWords } from "./filter-grid.js";
import { html, type Markup, raw } from "./html.js";

/** Two runs of Adam that differ in a little L2, and what their arms stand for. */
export interface Opening {
  plain: Run;
  penalized: Run;
  lambda: number;
  /** All arms of the same study. */
  arms: readonly ArmRuns[];
}

/** A penalty that costs more test error than this, in percentage points, would be another story. */
const mostCost = 1;

/**
 * The pair that the first page shows: Adam without a penalty, and with the L2 that leaves the most filters dead at the same
 * test error, by a seed that both have. Undefined where the records have no such pair.
 */
export async function openingPair(): Promise<Opening | undefined> {
  const arms = (await recordedArms(findHypothesis("h01")))?.arms ?? [];
  const adam = arms.filter(({ arm, runs }) => arm.optimizer === "Adam" && runs.length > 0);
  const plain = adam.find(({ arm }) => arm.lambda === 0);
  if (plain === undefined) return undefined;
  const of = ({ runs }: ArmRuns, measure: "testError" | "deadByActivation") =>
    mean(runs.map(measures[measure].of));
  const [penalized] = adam
    .filter((own) => own.arm.lambda > 0 && of(own, "testError") <= of(plain, "testError") + mostCost)
    .sort((a, b) => of(b, "deadByActivation") - of(a, "deadByActivation"));
  for (const run of penalized?.runs ?? []) {
    const twin = plain.runs.find(({ record }) => record.seed === run.record.seed);
    if (twin) return { plain: twin, penalized: run, lambda: penalized!.arm.lambda, arms };
  }
  return undefined;
}

/** Numbers that `notebooks/opening.md` names in braces. */
export function openingNumbers({ plain, penalized, lambda }: Opening): Record<string, string> {
  const filters = penalized.record.model.layers.reduce((sum, layer) => sum + layer.filters, 0);
  const dead = Math.round(penalized.record.final.deadByActivation * filters);
  const error = (run: Run) => `${measures.testError.of(run).toFixed(1)} %`;
  return {
    ...{ dead: String(dead), filters: String(filters), penalty: lambda.toExponential() },
    ...{ error: error(penalized), plainError: error(plain) },
  };
}

/** What the collection does not show, in a sentence or two that nobody overlooks. */
export function scopeOf({ plain, arms }: Opening, scales: readonly string[]): Markup {
  const { dataset, config, model } = plain.record;
  const errors = arms.flatMap(({ runs }) => (runs.length > 0 ? [mean(runs.map(measures.testError.of))] : []));
  const filters = model.layers.reduce((sum, layer) => sum + layer.filters, 0);
  const seeds = Math.min(...arms.map(({ runs }) => runs.length).filter((count) => count > 0));
  const beyond = scales.filter((scale) => scale !== "lite");
  const { size } = config.dataset;
  return html`<p class="scope"><strong>All of this is small.</strong> ${datasetTitle(dataset.name)}, ${number.format(dataset.trainImages)} training images of ${size}×${size} pixels, a network of ${filters} filters, at least ${seeds} seeds, test errors of ${Math.min(...errors).toFixed(0)} to ${Math.max(...errors).toFixed(0)} %. ${
    scales.includes("paper")
      ? ""
      : html`<strong>Nothing was measured at the size of the paper's networks${beyond.length > 0 && `, some at scale ${beyond.join(", ")}`}.</strong>`
  }</p>`;
}

/** Both runs as grids of their filters, at the last probe; a script plays the probes before it. */
export function openingFigure({ plain, penalized, lambda }: Opening, href: string | undefined): Markup {
  const runs = [gridRun(plain, "Adam"), gridRun(penalized, `Adam with L2, λ = ${lambda.toExponential()}`)];
  const steps = penalized.record.probes.steps;
  const data = JSON.stringify({ steps, runs });
  return html`<figure class="opening" id="two-runs" data-opening="${data}">
<div class="opening-runs">${runs.map((run) => grid(run))}</div>
<div class="opening-row"><div class="opening-controls" hidden><button type="button">Play</button><input type="range" min="0" max="${steps.length - 1}" value="${steps.length - 1}" aria-label="Moment of training"><output>step ${number.format(steps.at(-1)!)}</output></div>${href && html`<a class="run" href="${href}">Run two like these here</a>`}</div>
<figcaption>Every square is a filter, every block of squares a layer, the input's on top: <span class="key key-0">alive</span> <span class="key key-1">dead: no training image gets an answer</span> <span class="key key-2">dead, and its scale |γ| below 10<sup>−3</sup></span>. Adam, seed ${penalized.record.seed}, the same first weights and order of images in both.</figcaption></figure>`;
}

function grid(run: GridRun): Markup {
  const last = run.states.at(-1)!;
  const [width, height] = gridSize(run);
  const paths = gridPaths(run, last).map((path, state) => `<path class="filter-${state}" d="${path}"/>`);
  return html`<div><p class="opening-run"><strong>${run.label}</strong> <span>${gridWords(last)}</span></p><svg class="filters" viewBox="0 0 ${width} ${height}" role="img" aria-label="Filters of ${run.label}">${raw(paths.join(""))}</svg></div>`;
}

/** A run that is thinned out to what a grid shows. */
function gridRun({ record, filters }: Run, label: string): GridRun {
  const states = new Map<number, string>();
  // Rows of a probe are in order of layers and filters.
  filters.step.forEach((step, row) => {
    const isDead = inactiveByActivation(filters.maxActivation[row]!);
    const state = isDead ? (inactiveByScale(filters.gamma[row]!) ? "2" : "1") : "0";
    states.set(step, (states.get(step) ?? "") + state);
  });
  return {
    label,
    layers: record.model.layers.map((layer) => layer.filters),
    states: record.probes.steps.map((step) => states.get(step)!),
  };
}
