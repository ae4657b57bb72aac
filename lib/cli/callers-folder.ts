import { join } from "node:path";
import { projectRoot } from "../paths.js";
import { setting } from "../settings.js";

/**
 * Goes back to the folder that the reader called `npm run` in: npm goes to the checkout's root first, and a relative
 * path on the command line means the reader's folder. Called without npm, or by a program of another folder, nothing
 * changes.
 */
export function enterCallersFolder(): void {
  const folder = setting("INIT_CWD");
  const byNpm = setting("npm_package_json") === join(projectRoot, "package.json");
  if (!byNpm || folder === undefined || process.cwd() !== projectRoot) return;
  try {
    process.chdir(folder);
  } catch {
    // Handed down by a cluster to a machine that does not have it: no reader is there.
  }
}
