import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { messageOf, UserError } from "../../errors.js";
import { cacheDirectory } from "../../paths.js";
import type { NativePackage } from "./package.js";

/** TensorFlow's library, and the binding to it. */
const nativeFolders = ["deps", "lib"];

/** Does `work` on a package without its native folders, which come back as they were if it throws. */
export async function replacingNativeLibrary<T>(
  { folder }: NativePackage,
  work: () => Promise<T>,
): Promise<T> {
  const paths = nativeFolders.map((name) => join(folder, name));
  const aside = (path: string) => `${path}.previous`;
  for (const path of paths) {
    rmSync(aside(path), { recursive: true, force: true });
    if (existsSync(path)) renameSync(path, aside(path));
  }
  try {
    const result = await work();
    for (const path of paths) rmSync(aside(path), { recursive: true, force: true });
    return result;
  } catch (error) {
    for (const path of paths) {
      rmSync(path, { recursive: true, force: true });
      if (existsSync(aside(path))) renameSync(aside(path), path);
    }
    throw error;
  }
}

export interface LoggedCommandOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** File in the cache that takes its output. Default native-engine.log. */
  log?: string;
  /** Start of the message when the command fails. */
  failed: string;
  /** End of that message: what to do. */
  advice: string;
}

/** Runs a command with its output in a log file of the cache. A failure is a `UserError` that names the log. */
export async function runLogged(
  command: string,
  args: string[],
  { cwd, env, log: file = "native-engine.log", failed, advice }: LoggedCommandOptions,
): Promise<void> {
  const logPath = join(cacheDirectory(), file);
  mkdirSync(cacheDirectory(), { recursive: true });
  const log = createWriteStream(logPath);
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const outcome = await new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(messageOf(error)));
    child.on("close", (code, signal) => resolve(code === 0 ? "" : `exit ${code ?? signal}`));
  });
  log.end();
  await finished(log);
  if (outcome === "") return;
  const reason = lastError(readFileSync(logPath, "utf8")) ?? outcome;
  throw new UserError(`${failed}: ${reason}. ${advice} Full output: ${logPath}`);
}

function lastError(output: string): string | undefined {
  const line = output
    .split("\n")
    .find((candidate) => /\berror:|Error:|\bERR!.*(not found|Error)|Could not find/i.test(candidate));
  return line?.trim().replace(/\.$/, "").slice(0, 300);
}
