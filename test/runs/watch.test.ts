import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { openEngine } from "../../lib/engine/index.js";
import { UserError } from "../../lib/errors.js";
import { watchedCurves, watchedMaps } from "../../lib/figures/watched-filter.js";
import { loadOrWatch } from "../../lib/runs/watched.js";
import { inactiveByActivation } from "../../lib/sparsity/index.js";
import { useTemporaryFolders } from "./support.js";

const folders = useTemporaryFolders();

/** A penalty so strong that filters die within a few hundred steps. */
const config = {
  dataset: { name: "synthetic", source: "builtin", size: 8, trainImages: 200 },
  model: { widths: [8, 8] },
  optimizer: { name: "adam" as const, learningRate: 2e-2 },
  penalty: { kind: "l2" as const, lambda: 3e-2 },
  batchSize: 20,
  steps: 200,
};

it("follows a filter that dies and one that lives, keeps what it saw, and finds it again", async () => {
  const folder = join(folders.runs(), "..", "watched");
  vi.stubEnv("FILTER_SPARSITY_WATCHED", folder);
  const engine = await openEngine({ name: "wasm" });
  const watched = await loadOrWatch(config, { engine, images: 2 });
  const { dying, living, steps, images } = watched;
  expect(dying.layer).toBe(living.layer);
  expect(images.map(({ pixels }) => pixels.length)).toEqual([192, 192]);
  for (const { maps, gamma } of [dying, living]) {
    expect(gamma).toHaveLength(steps.length);
    expect(maps.map((moment) => moment.map((map) => map.length))).toEqual(steps.map(() => [64, 64]));
  }
  // The maps are those of the network that the probe measured: silent where it was, and never stronger.
  for (const { maps, maxActivation } of [dying, living]) {
    maps.forEach((moment, probe) => {
      const strongest = Math.max(...moment.flat());
      expect(strongest).toBeLessThanOrEqual(maxActivation[probe]! * 1.01);
      if (inactiveByActivation(maxActivation[probe]!)) expect(strongest).toBe(0);
    });
  }
  expect(Math.max(...dying.maps[0]!.flat())).toBeGreaterThan(0);
  expect(steps.indexOf(dying.death!.step)).toBeGreaterThan(0);

  expect(await loadOrWatch(config, { engine, images: 2 })).toEqual(watched);
  for (const { data, layout } of [watchedMaps(watched), watchedCurves(watched)]) {
    expect(data.length).toBeGreaterThan(1);
    expect(JSON.stringify(layout)).toContain(`step ${dying.death!.step}`.slice(0, 4));
  }

  const [file] = readdirSync(folder);
  writeFileSync(join(folder, file!), "{");
  await expect(loadOrWatch(config)).rejects.toThrow(UserError);
  vi.unstubAllEnvs();
});
