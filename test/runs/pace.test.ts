import { expect, it } from "vitest";
import { loadDataset } from "../../lib/datasets/index.js";
import { openEngine } from "../../lib/engine/index.js";
import { measurePace, secondsAt } from "../../lib/runs/pace.js";
import { smokeConfig } from "./support.js";

it("a run's expected time counts every step, and every image that is looked at", () => {
  // 200 training images in batches of 20: epochs end at steps 10, 20 and 25, tested at the first two and at the end.
  const [config, images] = [smokeConfig(), { train: { count: 200 }, test: { count: 50 } }];
  expect(secondsAt({ step: 2, image: 0 }, config, images)).toBe(50);
  const looked = secondsAt({ step: 0, image: 1 }, config, images);
  // Tests, both looks at all images at the end, and the probes, which look at all 200 images of so few.
  expect(looked - 3 * 50 - 2 * 200).toBeGreaterThan(0);
  expect((looked - 3 * 50 - 2 * 200) % 200).toBe(0);
});

it("a pace is measured on a session that is let go of", async () => {
  const config = smokeConfig();
  const engine = await openEngine({ name: "wasm" });
  const dataset = await loadDataset(config.dataset);
  const { step, image } = await measurePace(config, { engine, dataset, seed: 1 });
  expect(step).toBeGreaterThan(0);
  expect(image).toBeGreaterThan(0);
});
