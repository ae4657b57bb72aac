import { expect, it, vi } from "vitest";
import { h02 } from "../../lib/hypotheses/h02.js";
import { h08 } from "../../lib/hypotheses/h08.js";
import { showLargerScales } from "../../lib/notebook/larger-scales.js";
import { saveRun } from "../../lib/runs/save.js";
import type { Arm } from "../../lib/study/arm.js";
import { fakeRun } from "../runs/fake-run.mjs";
import { useTemporaryFolders } from "../runs/support.js";

useTemporaryFolders();

it("shows the verdicts at reduced scale beside those of the page, with a table of the arms, and how much of it is trained", async () => {
  const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const dataset = { name: "cifar10", source: "jpeg" };
  await showLargerScales(h08);
  expect(printed).not.toHaveBeenCalled();

  const arms = h08.arms({ scale: "reduced", dataset });
  const compared = arms.filter(
    ({ config: { penalty, model } }) =>
      penalty.lambda === 1e-3 && ["relu", "leaky-relu"].includes(model.activation),
  );
  expect(compared).toHaveLength(2);
  for (const { config } of compared)
    for (const seed of [1, 2, 3]) await saveRun(fakeRun(config, seed), { place: "records" });
  await showLargerScales(h08);
  const text = printed.mock.calls.flat().join("\n");
  expect(text).toMatch(`2 arms are trained (${arms.length - 2} are not yet)`);
  expect(text).toMatch(/Dead filters and test error at reduced scale.*Adam, L2 1e-3, Leaky ReLU +3 /s);
  expect(text).toMatch("3 seeds per arm, reduced scale (reduced), cifar10");
});

it("shows tuned families only where all that a verdict compares are there", async () => {
  const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const options = { scale: "reduced" as const, dataset: { name: "cifar10", source: "jpeg" } };
  const train = async (arms: readonly Arm[]) => {
    for (const { config, seeds = [1, 2] } of arms)
      for (const seed of seeds) await saveRun(fakeRun(config, seed), { place: "records" });
  };
  const shown = async () => {
    printed.mockClear();
    await showLargerScales(h02);
    return printed.mock.calls.flat().join("\n");
  };
  const arms = h02.arms(options).filter(({ config: { penalty } }) => [0, 1e-3].includes(penalty.lambda));
  await train(arms);
  const tuned = h02.tunedArms(options);
  const [adam, momentum] = ["Adam, L2", "SGD+momentum, L2"].map((name) =>
    tuned.filter(({ family }) => family === name),
  ) as [Arm[], Arm[]];
  const label = adam.find(({ config }) => config.optimizer.learningRate === 3e-3)!.label;

  await train(adam);
  const before = await shown();
  expect(before).toMatch(`${arms.length} arms are trained (`);
  expect(before).not.toMatch(label);
  expect(before).not.toMatch("Adam, tuned");

  await train(momentum);
  const after = await shown();
  expect(after).toMatch(`${arms.length + adam.length + momentum.length} arms are trained (`);
  expect(after).toMatch(label);
  expect(after).toMatch(/part: Adam, tuned/);
});
