import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";
import { messageOf, UserError } from "../errors.js";

/** A package that is fetched when it is asked for, not installed: its builds for all platforms together are large. */
export interface FetchedPackage {
  name: string;
  version: string;
  integrity: string;
  /** What messages call it. */
  title: string;
}

/**
 * Fetches a package with npm, checks it against the pinned hash and unpacks into `folder` what `isNeeded` of its paths
 * (`package/...`). Throws `UserError` where it does not download or is another.
 */
export async function fetchPackage(
  { name, version, integrity, title }: FetchedPackage,
  { folder, isNeeded }: { folder: string; isNeeded: (path: string) => boolean },
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const aside = mkdtempSync(join(folder, ".download-"));
  try {
    const args = ["pack", `${name}@${version}`, "--pack-destination", aside];
    await promisify(execFile)("npm", args, { cwd: aside, shell: process.platform === "win32" }).catch(
      (error) => {
        const code = /^npm (?:error|ERR!) code (\S+)/m.exec((error as { stderr?: string }).stderr ?? "")?.[1];
        throw new UserError(
          `${title} did not download: npm pack failed (${code ?? messageOf(error)}). Check the network.`,
          { cause: error },
        );
      },
    );
    const archive = join(aside, readdirSync(aside).find((file) => file.endsWith(".tgz"))!);
    if (`sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}` !== integrity)
      throw new UserError(`The package ${name} ${version} is not the one expected: its hash differs.`);
    await extract({ file: archive, cwd: folder, strip: 1, filter: isNeeded });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
