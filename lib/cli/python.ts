import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import {
  environmentPython,
  findPythons,
  installInEnvironment,
  type Python,
  packageFolder,
} from "../engine/native/python.js";
import { messageOf, UserError } from "../errors.js";
import { libraryRoot, projectRoot } from "../paths.js";
import { environmentWith, setting } from "../settings.js";

const notebookFolder = join(libraryRoot, "notebook");
const requirementsFile = join(notebookFolder, "requirements.txt");
const environmentFolder = join(projectRoot, ".venv");
/** Copy of the requirements, written once all of them are installed: an interrupted setup has none. */
const installedFile = join(environmentFolder, "filter-sparsity-notebook.txt");

/** Oldest Python 3 that the pinned JupyterLab runs on. */
const oldestMinor = 10;

/**
 * Path of a Python that has JupyterLab, nbconvert and the Plotly renderer: the one named by
 * `FILTER_SPARSITY_PYTHON`, else the project's own `.venv`, which is set up on first use. `print` takes what a
 * waiting reader should know. Throws `UserError` with the command that mends it.
 */
export async function ensurePython({ print }: { print: (line: string) => void }): Promise<string> {
  const pythons = await findPythons();
  const ready = await findReady(pythons);
  if (ready) return ready;
  const suitable = pythons.filter(({ origin, version }) => origin === "PATH" && isRecent(version));
  if (suitable.length === 0)
    throw new UserError(
      `No Python 3.${oldestMinor} or newer was found, which JupyterLab needs. Install it (Debian, Ubuntu: sudo apt-get ` +
        "install python3 python3-venv; macOS: brew install python; Windows: winget install Python.Python.3.13), or name " +
        "one that has JupyterLab with FILTER_SPARSITY_PYTHON; then run this command again.",
    );
  print("Setting up JupyterLab, once.");
  const { command } = await installInEnvironment(requirementsFile, { pythons: suitable, print });
  // Node would take JupyterLab's own scripts for ES modules, which the project's package.json declares.
  writeFileSync(join(environmentFolder, "package.json"), '{ "type": "commonjs" }\n');
  writeFileSync(installedFile, requirements());
  return command;
}

/** Whether notebooks can be opened now, without changing anything; if not, `reason` says why. */
export async function jupyterStatus(): Promise<{ available: boolean; reason: string }> {
  try {
    const python = await findReady(await findPythons());
    if (python) return { available: true, reason: `JupyterLab is in ${python}` };
    return { available: false, reason: 'JupyterLab is not set up; "npm run lab" does it' };
  } catch (error) {
    return { available: false, reason: messageOf(error) };
  }
}

/** Environment variables under which Jupyter finds the project's kernel and settings, and the kernel this Node. */
export function jupyterEnvironment(): NodeJS.ProcessEnv {
  const prepend = (folder: string, list: string | undefined) =>
    list ? `${folder}${delimiter}${list}` : folder;
  return environmentWith({
    JUPYTER_PATH: prepend(notebookFolder, setting("JUPYTER_PATH")),
    JUPYTER_CONFIG_PATH: prepend(join(notebookFolder, "config"), setting("JUPYTER_CONFIG_PATH")),
    PATH: prepend(dirname(process.execPath), setting("PATH")),
  });
}

/** The interpreter to use as it is, if any. A named one that lacks packages is an error, never added to. */
async function findReady(pythons: Python[]): Promise<string | undefined> {
  const named = pythons.find(({ origin }) => origin === "FILTER_SPARSITY_PYTHON");
  if (named) {
    const missing = [];
    for (const name of packageNames()) if (!(await packageFolder(named, name))) missing.push(name);
    if (missing.length === 0) return named.command;
    throw new UserError(
      `FILTER_SPARSITY_PYTHON names ${named.command}, which lacks ${missing.join(", ")}. ` +
        `Run "${named.command} -m pip install -r lib/notebook/requirements.txt", or unset the variable.`,
    );
  }
  const complete = existsSync(installedFile) && readFileSync(installedFile, "utf8") === requirements();
  return complete && pythons.some(({ origin }) => origin === ".venv") ? environmentPython() : undefined;
}

const requirements = () => readFileSync(requirementsFile, "utf8");

const packageNames = () =>
  requirements()
    .split("\n")
    .map((line) => line.split("==")[0]!.trim())
    .filter(Boolean);

function isRecent(version: string): boolean {
  const [major, minor = 0] = version.split(".").map(Number);
  return major === 3 && minor >= oldestMinor;
}
