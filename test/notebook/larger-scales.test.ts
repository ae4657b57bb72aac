import { expect, it, vi } from "vitest";
import { h08 } from "../../lib/hypotheses/h08.js";
import { showLargerScales } from "../../lib/notebook/larger-scales.js";
import { saveRun } from "../../lib/runs/save.js";
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
