import { afterEach, expect, it, vi } from "vitest";
import { hypotheses } from "../../lib/hypotheses/index.js";
import { recordedVerdicts } from "../../lib/hypotheses/remembered-verdicts.js";
import { RunIndex } from "../../lib/runs/run-index.js";
import { saveRun } from "../../lib/runs/save.js";
import * as schema from "../../lib/runs/schema.js";
import { useTemporaryFolders } from "../runs/support.js";
import { madeUpRun } from "../support/made-up-runs.js";

useTemporaryFolders();

afterEach(() => vi.restoreAllMocks());

const h01 = hypotheses[0]!;

async function save(seeds: number[]): Promise<void> {
  for (const { config } of h01.arms({ scale: "quick" })) {
    const deadShare = Math.min(0.6, 100 * config.penalty.lambda);
    for (const seed of seeds) await saveRun(madeUpRun(config, { seed, deadShare }));
  }
}

const judged = (program?: string) =>
  recordedVerdicts(h01, { scale: "quick", stored: new RunIndex(), known: new Map(), program });

it("judges runs once: of unchanged ones the same program says the same without reading them", async () => {
  await save([1, 2]);
  const first = await judged("a");
  expect(first.verdicts.map(({ seeds }) => seeds)).toEqual([2, 2, 2]);
  const read = vi.spyOn(schema, "parseRecord");
  expect(await judged("a")).toEqual(first);
  expect(read).not.toHaveBeenCalled();
  expect(await judged("b")).toEqual(first);
  expect(read).toHaveBeenCalledTimes(10);
  expect(await judged()).toEqual(first);
  expect(read).toHaveBeenCalledTimes(20);
  await save([3]);
  const { verdicts } = await judged("a");
  expect(verdicts.map(({ seeds }) => seeds)).toEqual([3, 3, 3]);
});

it("keeps the interval of one seed, which is infinite", async () => {
  await save([1]);
  await judged("a");
  expect((await judged("a")).verdicts[0]?.interval).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
});
