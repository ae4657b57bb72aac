import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { UserError } from "../../errors.js";
import { environmentWith, setting } from "../../settings.js";
import { withKernels } from "./build.js";
import { hasNvidiaDriver } from "./nvidia.js";
import { findNativePackage, requireFromHere } from "./package.js";
import { replacingNativeLibrary, runLogged } from "./replace.js";
import type { NativeStatus } from "./status.js";

/**
 * Runs the package's own install script, which npm was told not to run by itself: it downloads libtensorflow 2.9.1
 * (for CUDA 11.2 where an NVIDIA driver is present, else for the CPU) and the binding from TensorFlow's storage
 * server. What was there before stays when this fails.
 */
export async function downloadNative({ print }: { print: (line: string) => void }): Promise<NativeStatus> {
  const nativePackage = findNativePackage();
  if (nativePackage === undefined) {
    throw new UserError(
      "@tensorflow/tfjs-node-gpu is not installed. Run npm install --include=optional first.",
    );
  }
  const { name, folder } = nativePackage;
  const kind = hasNvidiaDriver() ? "gpu" : "cpu";
  print(`Downloading libtensorflow 2.9.1 (${kind}) with the install script of ${name}`);
  const manifestPath = join(folder, "package.json");
  const manifest = readFileSync(manifestPath, "utf8");
  const tool = requireFromHere.resolve("@mapbox/node-pre-gyp/package.json", { paths: [folder] });
  const bin = join(dirname(tool), "..", "..", ".bin");
  try {
    return await replacingNativeLibrary(nativePackage, async () => {
      await runLogged(process.execPath, [join("scripts", "install.js"), kind, "download"], {
        cwd: folder,
        env: environmentWith({ PATH: `${bin}${delimiter}${setting("PATH") ?? ""}` }),
        failed: "The download did not succeed",
        advice: "Check the network, or run npm run engine -- build, which takes TensorFlow from pip.",
      });
      return withKernels(nativePackage, { print });
    });
  } finally {
    // The script edits its own package.json and forgets to put it back when it fails.
    writeFileSync(manifestPath, manifest);
  }
}
