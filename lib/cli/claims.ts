import { type Command, Option } from "commander";
import { chooseEngine } from "../engine/choose.js";
import { UserError } from "../errors.js";
import { type ClaimRow, claimsJson, claimsTable } from "../hypotheses/claims-table.js";
import { findHypothesis, type Hypothesis, hypotheses, type Scale } from "../hypotheses/index.js";
import { protocolSeeds, recordedHypothesis } from "../hypotheses/recorded.js";
import { decides } from "../hypotheses/verdict.js";
import { runId } from "../runs/config.js";
import { Durations, sampleRecords } from "../runs/durations.js";
import { defaultWorkers } from "../runs/queue.js";
import { RunIndex } from "../runs/run-index.js";
import type { ArmRuns } from "../study/arm.js";
import { jobsOfArms } from "../study/plan.js";
import { oneOf } from "../suggest.js";
import { renderTable, type TableFormat, tableFormats } from "../tables/render.js";
import { expected } from "./expected.js";
import { parseScale } from "./options.js";

interface ClaimsOptions {
  /** Hypotheses by id or notebook. Default: all. */
  only?: string[];
  /** Default: of each claim every scale from lite on that has runs, else quick. */
  scale?: Scale;
  format: TableFormat;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command("claims")
    .summary("print every claim with its answer, what it cost, and how to test it again")
    .description(
      "Print one table of all claims: whose each is, the answer that the finished runs give to every part of it, how far that reaches, what its runs cost, and the command that trains them again with the time that it is expected to take here.",
    )
    .option("--only <hypotheses...>", 'by id or notebook, e.g. "h01"')
    .option("--scale <name>", "scale of the runs; default: lite, reduced and paper, else quick", parseScale)
    .addOption(
      new Option("--format <name>", tableFormats.join(", "))
        .default("text")
        .argParser((text) => oneOf<TableFormat>("format", text, tableFormats)),
    )
    .option(
      "--json",
      "print a list: id, claim, source, answer, scale, scope, runs, coreHours, command, expectedSeconds and the verdict on every part",
    )
    .action(printClaims);
}

async function printClaims({ only, scale, format, json = false }: ClaimsOptions): Promise<void> {
  const named = new Set(only?.map(findHypothesis) ?? hypotheses);
  const index = new RunIndex();
  const rows: ClaimRow[] = [];
  const problems: string[] = [];
  for (const hypothesis of hypotheses.filter((one) => named.has(one))) {
    const own = await rowsOf(hypothesis, { scale, index });
    rows.push(...own);
    if (own.length === 0) problems.push(hypothesis.id);
  }
  for (const id of problems) process.stderr.write(`note ${id}: no verdict follows from the runs on record\n`);
  const timed = await withExpectations(rows, index);
  if (json) process.stdout.write(`${JSON.stringify(claimsJson(timed), null, 2)}\n`);
  else if (timed.length > 0) process.stdout.write(`${renderTable(claimsTable(timed), format)}\n`);
  if (timed.length === 0 || (only && problems.length > 0))
    throw new UserError(
      `No answer to ${problems.join(", ")}: runs that it takes are not on record. Train them: npm run reproduce -- ${problems[0]}.`,
    );
}

/** A claim at every scale that has a verdict on any part of it. */
async function rowsOf(
  hypothesis: Hypothesis,
  { scale, index }: { scale: Scale | undefined; index: RunIndex },
): Promise<ClaimRow[]> {
  const at = async (one: Scale): Promise<ClaimRow[]> => {
    const { arms, verdicts } = await recordedHypothesis(hypothesis, { scale: one, stored: index });
    const trained = arms.filter(({ runs }) => runs.length > 0);
    if (verdicts.length === 0) return [];
    return [{ hypothesis, scale: one, verdicts, arms: trained, command: commandOf(hypothesis, one, arms) }];
  };
  if (scale !== undefined) return at(scale);
  const larger = [...(await at("reduced")), ...(await at("paper"))]
    .map((row) => ({ ...row, verdicts: row.verdicts.filter(decides) }))
    .filter(({ verdicts }) => verdicts.length > 0);
  const rows = [...(await at("lite")), ...larger];
  return rows.length > 0 ? rows : at("quick");
}

/** What trains all runs of a claim. */
function commandOf({ id }: Hypothesis, scale: Scale, arms: readonly ArmRuns[]): string {
  const names = new Set(
    arms
      .map(({ arm: { config } }) => config.dataset)
      .filter(isRead)
      .map(({ name }) => name),
  );
  const folders = [...names].map((name) => ` --data ${name}=DIR`).join("");
  return `npm run reproduce -- ${id} --scale ${scale} --seeds ${protocolSeeds.length}${folders}`;
}

const isRead = ({ source }: { source: string }): boolean => source !== "builtin";

/** With the time that training all of it again is expected to take here, on all cores. */
async function withExpectations(rows: readonly ClaimRow[], index: RunIndex): Promise<ClaimRow[]> {
  if (rows.length === 0) return [];
  const engine = await chooseEngine();
  const like = rows.flatMap(({ arms }) => arms.map(({ arm }) => runId(arm.config)));
  const durations = new Durations(await sampleRecords(index, { like, most: 100 }), { engine });
  return rows.map((row) => {
    const jobs = jobsOfArms(
      row.arms.map(({ arm }) => arm),
      protocolSeeds,
    );
    const configs = jobs.map(({ config }) => config);
    return { ...row, expectedSeconds: expected(configs, durations, defaultWorkers()).seconds };
  });
}
