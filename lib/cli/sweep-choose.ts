import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { UserError } from "../errors.js";
import { projectRoot } from "../paths.js";
import type { SelectedArms } from "./options.js";
import { armOptions } from "./selected-arms.js";
import { shownPath } from "./shown-path.js";

export interface ChooseOptions extends SelectedArms {
  dryRun?: boolean;
}

/** Prints what the screening's records choose of every family at a scale, and writes it. */
export async function choose({ scale, data, dryRun = false }: ChooseOptions): Promise<void> {
  const { chosenSource, chosenTable, chosenOnRecord } = await import("../hypotheses/choose.js");
  const { renderTable } = await import("../tables/render.js");
  const options = await armOptions(scale, data, "jpeg");
  const families = await chosenOnRecord(options);
  if (families.length === 0) throw new UserError(`Nothing is tuned at ${scale} scale: try --scale lite.`);
  process.stdout.write(`${renderTable(chosenTable(families, scale), "text")}\n`);
  const open = families.filter(({ chosen }) => chosen.length === 0).length;
  if (open > 0)
    process.stdout.write(
      `note  ${open} of ${families.length} families lack runs of the screening and choose nothing yet. Train them: npm run sweep -- screening --scale ${scale} --data NAME=DIR.\n`,
    );
  if (dryRun) return;
  const path = join(projectRoot, "lib", "hypotheses", "chosen-settings.ts");
  await writeFileAtomic(path, chosenSource(scale, families));
  process.stdout.write(`written ${shownPath(path)}\n`);
}
