import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";
import { messageOf, UserError } from "../../errors.js";
import { cacheDirectory } from "../../paths.js";
import { dawn, dawnFolder, type WebgpuStatus, webgpuStatus } from "./dawn.js";

/**
 * Fetches Dawn with npm, checks it against the pinned hash, keeps what this platform needs and asks it for an
 * adapter. What was there before stays when this fails.
 */
export async function installDawn({ print }: { print: (line: string) => void }): Promise<WebgpuStatus> {
  const platform = `${process.platform}-${process.platform === "darwin" ? "universal" : process.arch}`;
  mkdirSync(cacheDirectory(), { recursive: true });
  const folder = mkdtempSync(join(cacheDirectory(), "webgpu-download-"));
  try {
    print(`Fetching Dawn (npm package ${dawn.name} ${dawn.version}, 51 MB)`);
    const archive = await pack(folder);
    if (`sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}` !== dawn.integrity) {
      throw new UserError(
        `The package ${dawn.name} ${dawn.version} is not the one expected: its hash differs.`,
      );
    }
    await extract({ file: archive, cwd: folder, strip: 1, filter: (path) => isNeeded(path, platform) });
    rmSync(archive);
    if (!existsSync(join(folder, "dist", platform, "dawn.node"))) {
      throw new UserError(`Dawn has no build for ${platform}. Use engine tensorflow or wasm.`);
    }
    // A temporary folder is its owner's alone.
    chmodSync(folder, 0o755);
    rmSync(dawnFolder(), { recursive: true, force: true });
    renameSync(folder, dawnFolder());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return webgpuStatus({ fresh: true });
}

const isNeeded = (path: string, platform: string) =>
  /^package\/(index\.js|package\.json|LICENSE\.md)$/.test(path) ||
  path.startsWith(`package/dist/${platform}/`);

/** Downloads the package's archive into `folder` and returns its path. */
async function pack(folder: string): Promise<string> {
  const args = ["pack", `${dawn.name}@${dawn.version}`, "--pack-destination", folder];
  try {
    await promisify(execFile)("npm", args, { cwd: folder, shell: process.platform === "win32" });
  } catch (error) {
    const code = /^npm (?:error|ERR!) code (\S+)/m.exec((error as { stderr?: string }).stderr ?? "")?.[1];
    throw new UserError(
      `Dawn did not download: npm pack failed (${code ?? messageOf(error)}). Check the network.`,
      {
        cause: error,
      },
    );
  }
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz"))!);
}
