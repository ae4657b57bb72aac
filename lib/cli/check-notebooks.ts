import { relative } from "node:path";
import type { Command } from "commander";
import { UserError } from "../errors.js";
import { checkNotebooks, formatProblem } from "../notebook/check.js";
import { listNotebooks, resolveNotebooks } from "../notebook/notebooks.js";
import { projectRoot } from "../paths.js";

export function register(program: Command): void {
  program
    .command("check-notebooks")
    .summary("type-check the notebooks' cells")
    .description("Type-check the code cells of notebooks with the library, and see that each has its output.")
    .argument("[notebooks...]", "by number or name (default: all)")
    .action(check);
}

function check(names: string[]): void {
  const paths = names.length > 0 ? resolveNotebooks(names) : listNotebooks();
  const problems = checkNotebooks(paths);
  for (const problem of problems) console.log(formatProblem(problem));
  if (problems.length > 0)
    throw new UserError(
      `${problems.length} ${problems.length === 1 ? "problem" : "problems"} in notebooks. Mend the cells named above, then run "npm run notebook -- --all".`,
    );
  const list = paths.map((path) => relative(projectRoot, path));
  console.log(list.length > 0 ? `Checked ${list.join(", ")}: no problems.` : "There are no notebooks yet.");
}
