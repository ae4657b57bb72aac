import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../errors.js";
import { cacheDirectory } from "../../paths.js";
import { fetchPackage } from "../npm-package.js";
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
    await fetchPackage(dawn, { folder, isNeeded: (path) => isNeeded(path, platform) });
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
