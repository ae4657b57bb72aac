import { describe, expect, it } from "vitest";
import { useTemporaryFolders } from "../runs/support.js";
import { command } from "./command.js";

useTemporaryFolders();

describe("a command used wrongly", () => {
  it.each([
    ["strat", /unknown command 'strat' \(Did you mean start\?\)\. Commands: start, reproduce, sweep, runs/],
    ["start --fresch", /unknown option '--fresch' \(Did you mean --fresh\?\)\. Options of start: --engine/],
    ["start --engine cuda", /Unknown engine "cuda"\. Engines: tensorflow, webgpu, wasm\./],
    ["reproduce h99", /Unknown hypothesis "h99"\. .*h01/],
    ["reproduce", /missing required argument 'hypothesis'/],
    [
      "reproduce h01 --scale lit",
      /Unknown scale "lit"\. Did you mean lite\? Scales: smoke, quick, lite, reduced, paper/,
    ],
    ["reproduce h01 --seeds none", /--seeds is "none"\. Expected a whole number from 1/],
    ["reproduce h01 --workers 0", /--workers is "0"/],
    ["reproduce h01 --data cifar10", /--data is "cifar10"\. Expected NAME=DIR/],
    ["reproduce h01 --data cifar10=/no/such/folder", /\/no\/such\/folder does not exist/],
    [
      "sweep h08 --scale smoke --cut-dead 10",
      /--cut-dead is 10, and arm ".*Leaky ReLU" cannot be cut: .*does not go with activation "leaky-relu"/,
    ],
    [
      "cut-dead h01 --scale smoke --arm Adam",
      /h01 has no arm "Adam" at smoke scale\. Expected one of: "Adam, no/,
    ],
    ["runs --hypothesis x", /Unknown hypothesis "x"/],
  ])("ends in one line that says what there is: %s", async (words, line) => {
    const { code, stdout, lines } = await command(words);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});

describe("an environment variable that means nothing", () => {
  it.each(["runs", "sweep h01 --scale smoke"])("is one error of usage before any work: %s", async (words) => {
    const { code, lines, stdout } = await command(words, {
      env: { FILTER_SPARSITY_CHECKPOINT_SECONDS: "abc" },
    });
    expect(lines).toEqual([
      'error FILTER_SPARSITY_CHECKPOINT_SECONDS is "abc". Expected seconds, 0 or more.',
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("help", () => {
  it("lists the commands", async () => {
    const { code, stdout } = await command("--help");
    expect(code).toBe(0);
    for (const name of ["start", "reproduce", "runs", "doctor", "lab", "notebook", "figures"])
      expect(stdout).toMatch(new RegExp(`^  ${name}`, "m"));
  });
});
