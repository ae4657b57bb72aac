import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setting } from "../../settings.js";

/** Whether an NVIDIA driver is installed, and with it a GPU that TensorFlow could use. */
export const hasNvidiaDriver = (): boolean =>
  existsSync("/dev/nvidiactl") ||
  (setting("PATH") ?? "").split(delimiter).some((folder) => existsSync(join(folder, "nvidia-smi.exe")));
