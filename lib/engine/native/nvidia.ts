import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether an NVIDIA driver is installed, and with it a GPU that TensorFlow could use. */
export const hasNvidiaDriver = (): boolean =>
  existsSync("/dev/nvidiactl") ||
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "nvidia-smi.exe")));
