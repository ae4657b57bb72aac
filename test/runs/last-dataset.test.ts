import { expect, it } from "vitest";
import type { Dataset, loadDataset } from "../../lib/datasets/index.js";
import { keepLast } from "../../lib/runs/last-dataset.js";
import { config } from "./support.js";

it("a dataset is loaded once for runs that follow each other, and closed when another is wanted", async () => {
  const log: string[] = [];
  const load = keepLast((async ({ name }) => {
    log.push(`load ${name}`);
    return { name, close: () => log.push(`close ${name}`) } as unknown as Dataset;
  }) as typeof loadDataset);
  const [first, second] = ["pets", "cars"].map((name) => config({ dataset: { name } }).dataset);
  for (const wanted of [first!, first!, second!]) {
    const dataset = await load(wanted);
    expect(dataset.name).toBe(wanted.name);
    dataset.close();
  }
  expect(log).toEqual(["load pets", "close pets", "load cars"]);
});
