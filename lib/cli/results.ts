import { join } from "node:path";
import pc from "picocolors";
import { messageOf, UserError } from "../errors.js";
import type { Verdict } from "../hypotheses/verdict.js";
import { verdictText } from "../hypotheses/verdict-text.js";
import { cacheDirectory } from "../paths.js";
import type { QueueResult } from "../runs/queue.js";
import type { ArmRuns } from "../study/arm.js";
import type { Experiment, ExperimentResult } from "./experiment.js";
import type { TrainingOptions } from "./options.js";
import { nameOf } from "./progress.js";
import { shownPath } from "./shown-path.js";

export interface Results {
  /** Undefined where the runs that it rests on are missing. */
  verdict: Verdict | undefined;
  /** Paths written. */
  figures: string[];
  /** Lines for the reader: what could not be made, and the command that would help. */
  hints: string[];
}

/** Arms that have runs. */
const presentOf = (runs: ArmRuns[]) => runs.filter((arm) => arm.runs.length > 0);

export interface ShowOptions extends Pick<TrainingOptions, "json" | "figures"> {
  /** Further lines for the reader, asked for when everything else is there. */
  moreHints?: () => Promise<string[]>;
}

/** Prints an experiment's table and verdict, draws its figures, prints their paths; or all of it as JSON. */
export async function showResults(
  experiment: Experiment,
  result: ExperimentResult,
  { json = false, figures = true, moreHints = async () => [] }: ShowOptions = {},
): Promise<void> {
  const present = presentOf(result.runs);
  const { verdict, hints } = judge(experiment, result.runs);
  if (!json) {
    if (present.length > 0) await printTable(present);
    if (verdict) print(`\n${describeVerdict(verdict)}`);
  }
  const drawn = figures ? await drawFigures(experiment, present) : { figures: [], hints: [] };
  hints.push(...drawn.hints);
  if (json) {
    print(resultsJson(experiment, result, { verdict, figures: drawn.figures, hints }));
    return;
  }
  hints.push(...(await moreHints()));
  printFigures(drawn.figures);
  if (hints.length > 0) print(`\n${hints.join("\n")}`);
}

function judge({ hypothesis }: Experiment, runs: ArmRuns[]): Omit<Results, "figures"> {
  if (presentOf(runs).length === 0) return { verdict: undefined, hints: [] };
  try {
    return { verdict: hypothesis.verdict("main", runs), hints: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { verdict: undefined, hints: [`No verdict: ${messageOf(error)}`] };
  }
}

/** Figures go to the cache, never over the committed ones: those `npm run figures` makes. */
async function drawFigures(
  { hypothesis, scale }: Experiment,
  present: ArmRuns[],
): Promise<Omit<Results, "verdict">> {
  if (present.length === 0) return { figures: [], hints: [] };
  try {
    const { exportFigures } = await import("../export/figures.js");
    const hints: string[] = [];
    const drawn = hypothesis.figures(present, (sentence) => hints.push(sentence));
    const { files, hint } = await exportFigures(drawn, {
      notebook: hypothesis.notebook,
      arms: present,
      directory: join(cacheDirectory(), "figures", scale),
      command: `npm run reproduce -- ${hypothesis.id} --scale ${scale}`,
    });
    const { closeBrowser } = await import("../export/browser.js");
    await closeBrowser();
    return { figures: files, hints: [...hints, ...(hint ? [hint] : [])] };
  } catch (error) {
    return { figures: [], hints: [`No figures: ${messageOf(error)}`] };
  }
}

async function printTable(present: ArmRuns[]): Promise<void> {
  const [{ armSummary }, { renderTable }] = await Promise.all([
    import("../tables/summary.js"),
    import("../tables/render.js"),
  ]);
  print(`\n${renderTable(armSummary(present), "text")}`);
}

function printFigures(figures: string[]): void {
  const main = figures.filter((file) => /\.(png|plotly\.json)$/.test(file)).map(shownPath);
  if (main.length === 0) return;
  const others = figures.some((file) => file.endsWith(".svg")) ? " (SVG and PDF beside them)" : "";
  print(`\nFigures${others}:\n${main.map((path) => `  ${path}`).join("\n")}`);
}

function describeVerdict(verdict: Verdict): string {
  const { answer, claim, evidence, basis } = verdictText(verdict);
  const color = answer === "supported" ? pc.green : answer === "contradicted" ? pc.red : pc.yellow;
  const few =
    verdict.seeds === 1 && answer === "undecided"
      ? " One seed cannot decide; three or more can (--seeds 3)."
      : "";
  return [
    `${pc.bold(verdict.id.toUpperCase())} ${claim}`,
    `Verdict: ${color(pc.bold(answer))} (${basis}).${few}`,
    evidence,
  ].join("\n");
}

/** Ends with exit code 1 if runs failed, after one line for each reason. */
export function failOnFailures({ failed, found, trained }: QueueResult): void {
  if (failed.length === 0) return;
  const byMessage = new Map<string, string[]>();
  for (const { job, message } of failed)
    byMessage.set(message, [...(byMessage.get(message) ?? []), nameOf(job)]);
  const reasons = [...byMessage].map(([message, names]) => {
    const which = names.length > 3 ? `${names.length} runs` : names.join("; ");
    return `${which}: ${message}`;
  });
  const all = failed.length + found.length + trained.length;
  const summary = `${failed.length} of ${all} runs failed, the others are kept; the same command tries again.`;
  throw new UserError(reasons.length === 1 ? `${summary} ${reasons[0]}` : `${summary} See the lines above.`);
}

function resultsJson(
  { hypothesis, scale, seeds }: Experiment,
  { runs, queue }: ExperimentResult,
  { verdict, figures, hints }: Results,
): string {
  const arms = runs.map(({ arm, runs: finished }) => ({
    label: arm.label,
    optimizer: arm.optimizer,
    lambda: arm.lambda,
    config: arm.config,
    runs: finished.map(({ record: { id, seed, status, final, timing, environment } }) => ({
      id,
      seed,
      status,
      deadByScale: final.deadByScale,
      deadByActivation: final.deadByActivation,
      testError: final.testError,
      testLoss: final.testLoss,
      seconds: timing.seconds,
      engine: environment.engine,
    })),
  }));
  const counts = { found: queue.found.length, trained: queue.trained.length, failed: queue.failed.length };
  const failures = queue.failed.map(({ job, message }) => ({ arm: job.label, seed: job.seed, message }));
  return JSON.stringify(
    { hypothesis: hypothesis.id, scale, seeds, arms, verdict, figures, hints, counts, failures },
    null,
    2,
  );
}

const print = (text: string) => void process.stdout.write(`${text}\n`);
