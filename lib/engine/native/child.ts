import { execFile } from "node:child_process";
import { environmentWith } from "../../settings.js";

/** Functions of `node:util` that the native package calls and that Node 23 removed. */
export const removedFromNode = {
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  isArray: (value: unknown) => Array.isArray(value),
};

/** TensorFlow loads within seconds, but within minutes where many processes share a core. */
const patienceMinutes = 4;

const marker = "native engine: ";

/**
 * What `body` returns in a child process, where the native package in `folder` is loaded as `tf`; or in one line why
 * there is no answer. A crash there takes nothing down here. Never throws.
 */
export function askChild<T>(
  folder: string,
  body: string,
): Promise<{ answer: T; problem?: undefined } | { answer?: undefined; problem: string }> {
  const source = `
    const util = require("node:util");
    ${Object.entries(removedFromNode)
      .map(([name, replacement]) => `util.${name} ??= ${replacement};`)
      .join("\n")}
    const tf = require(${JSON.stringify(folder)});
    const answer = (() => { ${body} })();
    console.log(${JSON.stringify(marker)} + JSON.stringify(answer));
  `;
  const options = {
    timeout: 60_000 * patienceMinutes,
    env: environmentWith({ TF_CPP_MIN_LOG_LEVEL: "2", NODE_OPTIONS: "" }),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ["-e", source], options, (error, stdout, stderr) => {
      const line = stdout.split("\n").find((candidate) => candidate.startsWith(marker));
      if (error === null && line !== undefined) resolve({ answer: JSON.parse(line.slice(marker.length)) });
      else resolve({ problem: explain(error, stderr) });
    });
  });
}

function explain(
  error: (Error & { signal?: string | null; killed?: boolean }) | null,
  stderr: string,
): string {
  if (error?.killed) return `did not load within ${patienceMinutes} minutes`;
  if (error?.signal) return `crashed with ${error.signal} while loading`;
  const reason = stderr.split("\n").find((line) => /^\w*Error\b/.test(line));
  return (reason ?? "ended without an answer").replace(/\.\s*$/, "").slice(0, 300);
}
