import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf, UserError } from "../../errors.js";
import { projectRoot } from "../../paths.js";
import { setting } from "../../settings.js";

const run = promisify(execFile);

/** An interpreter that could be started. */
export interface Python {
  /** As given: a path, or a name on PATH. */
  command: string;
  /** E.g. "3.11.7". */
  version: string;
  /** Why it was looked at, for messages. */
  origin: "argument" | "FILTER_SPARSITY_PYTHON" | ".venv" | "PATH";
}

/** Interpreter of the project's own environment, `.venv` in the checkout, whether it exists or not. */
export const environmentPython = (): string =>
  process.platform === "win32"
    ? join(projectRoot, ".venv", "Scripts", "python.exe")
    : join(projectRoot, ".venv", "bin", "python");

/**
 * The interpreters of this machine in order of preference: the one given, the one named by
 * `FILTER_SPARSITY_PYTHON`, the project's `.venv`, `python3` and `python` on PATH.
 * An interpreter that was named and cannot be started is a `UserError`.
 */
export async function findPythons({ python }: { python?: string } = {}): Promise<Python[]> {
  const named = setting("FILTER_SPARSITY_PYTHON");
  const candidates: Omit<Python, "version">[] = [];
  if (python) candidates.push({ command: python, origin: "argument" });
  if (named) candidates.push({ command: named, origin: "FILTER_SPARSITY_PYTHON" });
  if (existsSync(environmentPython())) candidates.push({ command: environmentPython(), origin: ".venv" });
  for (const command of ["python3", "python"]) candidates.push({ command, origin: "PATH" });

  const found: Python[] = [];
  for (const candidate of candidates) {
    const version = await versionOf(candidate.command);
    if (version !== undefined) found.push({ ...candidate, version });
    else if (candidate.origin === "argument" || candidate.origin === "FILTER_SPARSITY_PYTHON") {
      const source = candidate.origin === "argument" ? "--python" : candidate.origin;
      throw new UserError(
        `${source} is "${candidate.command}", which did not start as Python 3. Name a Python 3 interpreter.`,
      );
    }
  }
  return found;
}

/** Where a Python package's folder is, found without importing it; nothing when it is not installed. */
export async function packageFolder({ command }: Python, name: string): Promise<string | undefined> {
  const source =
    "import importlib.util, sys; spec = importlib.util.find_spec(sys.argv[1]); print((spec and spec.origin) or '')";
  try {
    const { stdout } = await run(command, ["-c", source, name], { cwd: projectRoot, timeout: 60_000 });
    const origin = stdout.trim();
    return origin === "" ? undefined : join(origin, "..");
  } catch {
    return undefined;
  }
}

/**
 * Installs what a requirements file pins into the project's `.venv`, made first when it is not there.
 * Throws `UserError` when there is no Python, no `venv` module, or pip fails.
 */
export async function installInEnvironment(
  requirements: string,
  { pythons, print }: { pythons: Python[]; print: (line: string) => void },
): Promise<Python> {
  const command = environmentPython();
  if (!existsSync(command)) {
    const base = pythons.find(({ origin }) => origin !== ".venv");
    if (base === undefined) {
      throw new UserError(
        "No Python 3 was found on PATH. Install Python 3, or name one with FILTER_SPARSITY_PYTHON, and run again.",
      );
    }
    print(`Making .venv with ${base.command} (Python ${base.version})`);
    await runOrExplain(base.command, ["-m", "venv", join(projectRoot, ".venv")], {
      failed: "Python could not make .venv",
      advice: "Install its venv module (Debian, Ubuntu: apt install python3-venv) and run again.",
    });
  }
  print("Installing into .venv; this may take some minutes");
  await runOrExplain(command, ["-m", "pip", "install", "--retries", "0", "--requirement", requirements], {
    failed: "pip could not install what the project pins",
    advice: `Check the network and the Python version, or run ${command} -m pip install -r ${requirements} yourself.`,
  });
  return { command, version: (await versionOf(command)) ?? "unknown", origin: ".venv" };
}

async function versionOf(command: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(command, ["-c", "import platform; print(platform.python_version())"], {
      timeout: 30_000,
    });
    const version = stdout.trim();
    return version.startsWith("3.") ? version : undefined;
  } catch {
    return undefined;
  }
}

async function runOrExplain(
  command: string,
  args: string[],
  { failed, advice }: { failed: string; advice: string },
): Promise<void> {
  try {
    await run(command, args, { cwd: projectRoot, maxBuffer: 64 * 2 ** 20 });
  } catch (error) {
    const { stderr = "", stdout = "" } = error as { stderr?: string; stdout?: string };
    const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
    const reason = lines.findLast((line) => /^error/i.test(line.trim())) ?? lines.at(-1) ?? messageOf(error);
    throw new UserError(`${failed}: ${reason.trim().slice(0, 300)}. ${advice}`, { cause: error });
  }
}
