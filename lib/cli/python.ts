import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { UserError } from "../errors.js";
import { runProgram } from "../notebook/process.js";
import { projectRoot } from "../paths.js";

const requirementsFile = join(projectRoot, "lib", "notebook", "requirements.txt");
const environmentFolder = join(projectRoot, ".venv");
const environmentPython = join(
  environmentFolder,
  ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]),
);
/** Copy of the requirements, written once all of them are installed: an interrupted setup has none. */
const installedFile = join(environmentFolder, "filter-sparsity-requirements.txt");

/** Oldest Python that the pinned JupyterLab runs on. */
const minimumVersion = [3, 10] as const;

const howToInstall =
  "Install it (Debian, Ubuntu: sudo apt-get install python3 python3-venv; macOS: brew install python; " +
  "Windows: winget install Python.Python.3.13), or name one that has JupyterLab with FILTER_SPARSITY_PYTHON";

/**
 * Path of a Python that has JupyterLab, nbconvert and the Plotly renderer: the one named by
 * `FILTER_SPARSITY_PYTHON`, else the project's own `.venv`, which is set up on first use. `print` takes what a
 * waiting reader should know. Throws `UserError` with the command that mends it.
 */
export async function ensurePython({ print }: { print: (line: string) => void }): Promise<string> {
  const named = process.env.FILTER_SPARSITY_PYTHON;
  if (named) {
    await checkNamed(named);
    return named;
  }
  if (await environmentIsComplete()) return environmentPython;
  const python = await findPython();
  if (!python) {
    const version = minimumVersion.join(".");
    throw new UserError(
      `No Python ${version} or newer was found, which JupyterLab needs. ${howToInstall}; then run this command again.`,
    );
  }
  print("Setting up JupyterLab in .venv, once; this takes about half a minute.");
  await createEnvironment(python);
  return environmentPython;
}

/** What `doctor` and tests ask: whether notebooks can be opened now, without changing anything. */
export async function jupyterStatus(): Promise<{ available: boolean; reason: string }> {
  try {
    const named = process.env.FILTER_SPARSITY_PYTHON;
    if (named) await checkNamed(named);
    else if (!(await environmentIsComplete()))
      return { available: false, reason: 'JupyterLab is not set up; "npm run lab" does it' };
    return { available: true, reason: named ?? environmentPython };
  } catch (error) {
    return { available: false, reason: (error as Error).message };
  }
}

/** Name of a Python on the PATH that is new enough. */
export async function findPython(): Promise<string | undefined> {
  for (const name of ["python3", "python"]) {
    const { code, output } = await runProgram(name, ["-c", "import sys; print(*sys.version_info[:2])"]);
    const [major = 0, minor = 0] = output.trim().split(" ").map(Number);
    if (code === 0 && major === minimumVersion[0] && minor >= minimumVersion[1]) return name;
  }
  return undefined;
}

/** Environment variables under which Jupyter finds the project's kernel and settings, and the kernel this Node. */
export function jupyterEnvironment(): NodeJS.ProcessEnv {
  const prepend = (folder: string, list: string | undefined) =>
    list ? `${folder}${delimiter}${list}` : folder;
  return {
    ...process.env,
    JUPYTER_PATH: prepend(join(projectRoot, "lib", "notebook"), process.env.JUPYTER_PATH),
    JUPYTER_CONFIG_PATH: prepend(
      join(projectRoot, "lib", "notebook", "config"),
      process.env.JUPYTER_CONFIG_PATH,
    ),
    PATH: prepend(dirname(process.execPath), process.env.PATH),
  };
}

async function checkNamed(python: string): Promise<void> {
  const missing = await missingPackages(python);
  if (missing.length === 0) return;
  throw new UserError(
    `FILTER_SPARSITY_PYTHON names ${python}, which lacks ${missing.join(", ")}. ` +
      `Run "${python} -m pip install -r lib/notebook/requirements.txt", or unset the variable.`,
  );
}

async function missingPackages(python: string): Promise<string[]> {
  const names = requirements()
    .split("\n")
    .map((line) => line.split("==")[0]!.trim())
    .filter(Boolean);
  const program =
    "import importlib.util, sys; print(*[n for n in sys.argv[1:] if not importlib.util.find_spec(n)])";
  const { code, output } = await runProgram(python, ["-c", program, ...names]);
  if (code !== 0)
    throw new UserError(
      `FILTER_SPARSITY_PYTHON is "${python}", which does not run as a Python. Expected the path of a Python 3 interpreter; correct or unset it.`,
    );
  return output.trim().split(/\s+/).filter(Boolean);
}

const requirements = () => readFileSync(requirementsFile, "utf8");

async function environmentIsComplete(): Promise<boolean> {
  if (!existsSync(installedFile) || readFileSync(installedFile, "utf8") !== requirements()) return false;
  return (await runProgram(environmentPython, ["-c", ""])).code === 0;
}

async function createEnvironment(python: string): Promise<void> {
  const made = await runProgram(python, ["-m", "venv", environmentFolder]);
  if (made.code !== 0)
    throw new UserError(
      `"${python} -m venv .venv" failed: ${lastLine(made.output)} Install Python's venv module ` +
        "(Debian, Ubuntu: sudo apt-get install python3-venv), then run this command again.",
    );
  const install = ["-m", "pip", "install", "--quiet", "--retries", "0", "--disable-pip-version-check"];
  const installed = await runProgram(environmentPython, [...install, "-r", requirementsFile]);
  if (installed.code !== 0)
    throw new UserError(
      `Installing JupyterLab into .venv failed: ${lastLine(installed.output)} Check the network, then run this command again.`,
    );
  // Node would take JupyterLab's own scripts for ES modules, which the project's package.json declares.
  writeFileSync(join(environmentFolder, "package.json"), '{ "type": "commonjs" }\n');
  writeFileSync(installedFile, requirements());
}

function lastLine(text: string): string {
  const line = text.trim().split("\n").at(-1)?.trim() ?? "";
  return line.endsWith(".") ? line : `${line}.`;
}
