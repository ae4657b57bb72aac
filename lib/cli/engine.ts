import type { Command } from "commander";
import { buildNative } from "../engine/native/build.js";
import { downloadNative } from "../engine/native/download.js";
import type { NativeStatus } from "../engine/native/status.js";
import { UsageError } from "../errors.js";

const print = (line: string) => console.log(line);

export function register(program: Command): void {
  const engine = program
    .command("engine")
    .description("add the native TensorFlow engine")
    .argument("[word]")
    .allowExcessArguments()
    .action((word?: string) => {
      const given = word === undefined ? "engine needs one more word" : `engine knows no "${word}"`;
      throw new UsageError(`${given}: npm run engine -- build, or npm run engine -- download.`);
    });
  engine
    .command("build")
    .description(
      "build it against the TensorFlow of a Python environment (pip), made in .venv if there is none",
    )
    .option(
      "--python <path>",
      "Python with TensorFlow installed; default: FILTER_SPARSITY_PYTHON, .venv, python3",
    )
    .action(async ({ python }: { python?: string }) => announce(await buildNative({ python, print })));
  engine
    .command("download")
    .description("download libtensorflow 2.9.1 with the package's own install script (CUDA 11.2 or CPU)")
    .action(async () => announce(await downloadNative({ print })));
}

const announce = ({ packageName, tensorflowVersion, gpu }: NativeStatus) =>
  print(
    `Engine tensorflow is ready: TensorFlow ${tensorflowVersion} on ${gpu ? "GPU" : "CPU"}, by ${packageName}`,
  );
