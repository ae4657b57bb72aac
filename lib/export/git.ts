import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../paths.js";

export interface CodeState {
  /** Last commit that touched what was asked about; "unknown" outside a git checkout and an archive of one. */
  commit: string;
  /** Whether that has changes that are not committed. */
  dirty: boolean;
}

/** Stands at the top of an archive, which has no git. */
export const archivedFile = "archived.json";

/** What a figure comes from. */
export const sidecarPaths: readonly string[] = ["lib", "data/runs"];

/**
 * The code and records that a figure comes from. Only `lib` and `data/runs` count: a commit elsewhere, that of the
 * figures themselves among them, changes no sidecar. `paths` asks about others instead, from `root`.
 */
export function codeState(root = projectRoot, paths: readonly string[] = sidecarPaths): CodeState {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", root, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  const sources = ["--", ...paths];
  try {
    if (realpathSync(git("rev-parse", "--show-toplevel")) !== realpathSync(root))
      return archivedState(root, paths);
    const commit = git("log", "-1", "--format=%H", ...sources);
    return commit === "" ? unknownState : { commit, dirty: git("status", "--porcelain", ...sources) !== "" };
  } catch {
    return archivedState(root, paths);
  }
}

/** What an archive says in git's place: `{ commits: { "lib data/runs": "7cd2c54..." } }`. */
function archivedState(root: string, paths: readonly string[]): CodeState {
  try {
    const { commits } = JSON.parse(readFileSync(join(root, archivedFile), "utf8")) as {
      commits: Record<string, string>;
    };
    const commit = commits[paths.join(" ").replaceAll("\\", "/")];
    return commit === undefined ? unknownState : { commit, dirty: false };
  } catch {
    return unknownState;
  }
}

const unknownState: CodeState = { commit: "unknown", dirty: false };
