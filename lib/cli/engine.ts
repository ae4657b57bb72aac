import type { Command } from "commander";
import { buildKernels, buildNative } from "../engine/native/build.js";
import { downloadNative } from "../engine/native/download.js";
import type { NativeStatus } from "../engine/native/status.js";
import type { WebgpuStatus } from "../engine/webgpu/dawn.js";
import { installDawn } from "../engine/webgpu/install.js";
import { UsageError } from "../errors.js";
import { installRuntime, runtimeVersion } from "../onnx/runtime.js";

const print = (line: string) => console.log(line);

export function register(program: Command): void {
  const engine = program
    .command("engine")
    .description("add the native TensorFlow engine, WebGPU, or what runs ONNX models")
    .argument("[word]")
    .allowExcessArguments()
    .action((word?: string) => {
      const given = word === undefined ? "engine needs one more word" : `engine knows no "${word}"`;
      throw new UsageError(`${given}: npm run engine -- build, kernels, download, webgpu or onnx.`);
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
    .command("kernels")
    .description("build the project's own kernels for the engine that is there, on a CPU (done by build too)")
    .action(async () => announce(await buildKernels({ print })));
  engine
    .command("download")
    .description("download libtensorflow 2.9.1 with the package's own install script (CUDA 11.2 or CPU)")
    .action(async () => announce(await downloadNative({ print })));
  engine
    .command("webgpu")
    .description("add Dawn, with which engine webgpu trains on a GPU (Vulkan, Metal, Direct3D 12)")
    .action(async () => announceWebgpu(await installDawn({ print })));
  engine
    .command("onnx")
    .description("add ONNX Runtime, which runs the models that inspect and cut take")
    .action(async () => {
      await installRuntime({ print });
      print(`${runtimeVersion} is ready`);
    });
}

function announceWebgpu({ adapter, problem, remedy }: WebgpuStatus): void {
  if (adapter === undefined) print(`Dawn is installed, but engine webgpu cannot run: ${problem}. ${remedy}.`);
  else if (adapter.software) print(`Engine webgpu runs on ${adapter.name}, in software: too slow to train.`);
  else print(`Engine webgpu is ready: ${adapter.name}`);
}

function announce({ packageName, tensorflowVersion, gpu, kernels, kernelsProblem }: NativeStatus): void {
  const device = gpu ? "GPU" : "CPU";
  print(`Engine tensorflow is ready: TensorFlow ${tensorflowVersion} on ${device}, by ${packageName}`);
  if (kernels) print(`With the project's own kernels, version ${kernels.version} (${kernels.instructions})`);
  else if (!gpu) print(`Without the project's own kernels: ${kernelsProblem}`);
}
