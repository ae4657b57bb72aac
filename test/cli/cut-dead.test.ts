import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { useTemporaryFolders } from "../runs/support.js";
import { command } from "./command.js";

const { root } = useTemporaryFolders();

it("cut-dead trains an arm whole and cut, in turns, and keeps what it took", async () => {
  const words = ["cut-dead", "h01", "--scale", "smoke", "--arm", "Adam, L2 1e-2", "--engine", "wasm"];
  const { code, stdout, stderr } = await command(
    [...words, "--every", "10", "--seeds", "1", "--keep", "--json"],
    { env: { FILTER_SPARSITY_LATENCY: root() } },
  );
  expect(stderr).toMatch(/seed 1, whole: .*\nseed 1, \d+ cuts: .*\nkept in .*-wasm-every-10\.json/);
  expect(code).toBe(0);
  const measured = JSON.parse(stdout);
  const path = join(root(), "training", `${measured.id}-wasm-every-10.json`);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(measured);
  expect(measured).toMatchObject({ arm: "Adam, L2 1e-2", every: 10, steps: 30, threads: 1 });
  expect(measured.trainings).toMatchObject([
    { seed: 1, cut: false, cuts: [] },
    { seed: 1, cut: true },
  ]);
  for (const { seconds, processorSeconds, stepProcessorSeconds } of measured.trainings) {
    expect(seconds).toBeGreaterThan(0);
    expect(stepProcessorSeconds).toBeGreaterThan(0);
    expect(stepProcessorSeconds).toBeLessThan(processorSeconds);
  }
});
