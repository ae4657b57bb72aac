import { configDefaults, defineConfig } from "vitest/config";

/** For everyday work: what needs no engine, no browser and no other program. */
const fast = [
  "test/{containers,forge,identity,printable,random,regression,rooms,settings,spreadsheet,statistics,survival}.test.ts",
  "test/{hypotheses,sparsity,study,tables}/**/*.test.ts",
  "test/runs/{config,cost,plan,claim}.test.ts",
  "test/optimizers/config.test.ts",
  "test/training/{augmentation,batches,loss,order,schedule}.test.ts",
];

/** More that changes nothing outside of itself: no module is replaced, no global value. */
const plain = [
  "test/{dependencies,staged}.test.ts",
  "test/archive/{check,crate,rebuild}.test.ts",
  "test/bench/{peers,side,turns}.test.ts",
  "test/cli/eta.test.ts",
  "test/crosscheck/script.test.ts",
  "test/datasets/{image-folder,pack,prepare,selection,synthetic}.test.ts",
  "test/engine/{convolution-form,records}.test.ts",
  "test/export/{runs,vector-cells}.test.ts",
  "test/{figures,models}/**/*.test.ts",
  "test/harvest/{latency,recorded}.test.ts",
  "test/live/hypotheses.test.ts",
  "test/notebook/{charts,check,frames,learned,notebook-schema,notebooks,titles,verdicts,wire}.test.ts",
  "test/onnx/proto.test.ts",
  "test/optimizers/span.test.ts",
  "test/paper/{answers,bibliography,glossary,hostile,markdown,metadata,print,readers-images,readme,search,site-folder,source}.test.ts",
  "test/pruning/selection.test.ts",
  "test/runs/{last-dataset,light,store,whole}.test.ts",
];

/** Loading the library takes longer than most of these files do: they share it. All others have a process of their own. */
const shared = { isolate: false };

export default defineConfig({
  test: {
    pool: "forks",
    // One more than the two cores that the tests are meant for: browsers, queues and killed processes are waited for.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "fast", include: fast, ...shared } },
      { extends: true, test: { name: "plain", include: plain, ...shared } },
      {
        extends: true,
        test: {
          name: "own process",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...fast, ...plain],
        },
      },
    ],
  },
});
