import type { Command } from "commander";
import { UserError } from "../errors.js";
import { answers } from "../hypotheses/answer.js";
import { findHypothesis, hypotheses, type Scale, type Verdict } from "../hypotheses/index.js";
import { recordedVerdicts } from "../hypotheses/remembered-verdicts.js";
import { verdictsJson } from "../hypotheses/verdict-json.js";
import { verdictTable } from "../hypotheses/verdict-table.js";
import type { Run } from "../runs/record.js";
import { RunIndex } from "../runs/run-index.js";
import { renderTable } from "../tables/render.js";
import { parseScale } from "./options.js";

interface VerdictsOptions {
  /** Hypotheses by id or notebook. Default: all. */
  only?: string[];
  /** Scale of the runs. Default: of each hypothesis the first of lite, reduced, paper and quick that has runs. */
  scale?: Scale;
  json?: boolean;
}

/** Hypotheses share runs; those of a large collection are read again rather than all kept in memory. */
const keptRuns = 1000;

export function register(program: Command): void {
  program
    .command("verdicts")
    .summary("print the verdict on every hypothesis, computed from the finished runs")
    .description(
      "Compute the verdict on every hypothesis from the finished runs and print them. What lacks runs is told on stderr; it is an error only if a hypothesis named with --only, or every one, has no verdict.",
    )
    .option("--only <hypotheses...>", 'by id or notebook, e.g. "h01"')
    .option(
      "--scale <name>",
      "scale of the runs; default: the first of lite, reduced, paper and quick that has runs",
      parseScale,
    )
    .option(
      "--json",
      "print a list: id, part, claim, source (abstract, notes or own), verdict, effect, interval, p, holm (the verdict after Holm's correction over the list), seeds, scale, scope (toy, reduced or full), dataset and more",
    )
    .action(printVerdicts);
}

async function printVerdicts({ only, scale, json = false }: VerdictsOptions): Promise<void> {
  const named = new Set(only?.map(findHypothesis) ?? hypotheses);
  const stored = new RunIndex();
  const known = new Map<string, Run>();
  const verdicts: Verdict[] = [];
  const without: string[] = [];
  for (const hypothesis of hypotheses.filter((one) => named.has(one))) {
    if (known.size > keptRuns) known.clear();
    const { verdicts: own, decided, lack } = await recordedVerdicts(hypothesis, { scale, stored, known });
    verdicts.push(...own);
    if (!decided) without.push(hypothesis.id);
    if (lack) process.stderr.write(`note ${hypothesis.id}: ${lack}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(verdictsJson(verdicts), null, 2)}\n`);
  else if (verdicts.length > 0)
    process.stdout.write(`${renderTable(verdictTable(verdicts), "text")}\n${counts(verdicts)}\n`);
  if (verdicts.length === 0 || (only && without.length > 0))
    throw new UserError(`No verdict on ${without.join(", ")}: the runs that it takes are not on record.`);
}

function counts(verdicts: readonly Verdict[]): string {
  const parts = answers.map(
    (answer) => `${verdicts.filter(({ verdict }) => verdict === answer).length} ${answer}`,
  );
  return `\n${verdicts.length} ${verdicts.length === 1 ? "verdict" : "verdicts"}: ${parts.join(", ")}.`;
}
