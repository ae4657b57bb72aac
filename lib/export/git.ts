import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { projectRoot } from "../paths.js";

export interface CodeState {
  /** Last commit that touched what was asked about; "unknown" outside a git checkout. */
  commit: string;
  /** Whether that has changes that are not committed. */
  dirty: boolean;
}

/**
 * The code and records that a figure comes from. Only `lib` and `data/runs` count: a commit elsewhere, that of the
 * figures themselves among them, changes no sidecar. `paths` asks about others instead, from `root`.
 */
export function codeState(root = projectRoot, paths: readonly string[] = ["lib", "data/runs"]): CodeState {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", root, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  const sources = ["--", ...paths];
  try {
    if (realpathSync(git("rev-parse", "--show-toplevel")) !== realpathSync(root)) return unknownState;
    const commit = git("log", "-1", "--format=%H", ...sources);
    return commit === "" ? unknownState : { commit, dirty: git("status", "--porcelain", ...sources) !== "" };
  } catch {
    return unknownState;
  }
}

const unknownState: CodeState = { commit: "unknown", dirty: false };
