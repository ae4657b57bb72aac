import { defineConfig } from "vitest/config";
import base from "./vitest.config.js";

/** For everyday work: what needs no engine, no browser and no other program. Merging would add these tests to all of them. */
export default defineConfig({
  test: {
    ...base.test,
    include: [
      "test/{containers,forge,identity,printable,random,regression,rooms,settings,spreadsheet,statistics,survival}.test.ts",
      "test/{hypotheses,sparsity,study,tables}/**/*.test.ts",
      "test/runs/{config,cost,plan,claim}.test.ts",
      "test/optimizers/config.test.ts",
      "test/training/{augmentation,batches,loss,order,schedule}.test.ts",
    ],
  },
});
