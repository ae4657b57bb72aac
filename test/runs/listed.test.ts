import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { eachListedRun, type ListedRun } from "../../lib/runs/listed.js";
import { RunIndex } from "../../lib/runs/run-index.js";
import { saveRun } from "../../lib/runs/save.js";
import * as schema from "../../lib/runs/schema.js";
import { eachRun, recordFile, runFolder } from "../../lib/runs/store.js";
import { fakeRun } from "./fake-run.mjs";
import { config, useTemporaryFolders } from "./support.js";

useTemporaryFolders();

afterEach(() => vi.restoreAllMocks());

/** All that a list says, of whole records too. */
const said = (runs: Iterable<ListedRun>) =>
  [...runs].map(({ record: { id, seed, status, config, dataset, environment, final, timing } }) => ({
    ...{ id, seed, status, config },
    ...{ images: [dataset.name, dataset.source, dataset.checksum], engine: environment.engine },
    shares: [final.deadByScale, final.deadByActivation, final.testError],
    times: [timing.startedAt, timing.seconds],
  }));
const listed = () => said(eachListedRun());

it("lists what the records say, and of unchanged ones without reading them again", async () => {
  const diverged = fakeRun(config(), 2);
  diverged.record.status = "diverged";
  diverged.record.final.testError = Number.NaN;
  await saveRun(fakeRun(config(), 1));
  await saveRun(diverged);
  const first = listed();
  expect(first).toHaveLength(2);
  expect(first).toEqual(said(eachRun()));
  const read = vi.spyOn(schema, "parseRecord");
  expect(listed()).toEqual(first);
  expect(read).not.toHaveBeenCalled();
});

it("reads a record again that was touched, and says why one that was damaged is left out", async () => {
  const run = fakeRun(config(), 1);
  await saveRun(run);
  expect(listed()).toHaveLength(1);
  writeFileSync(join(runFolder(run.record.id, 1), recordFile), "{}");
  const problems: string[] = [];
  expect([...eachListedRun({ onProblem: (line) => problems.push(line) })]).toEqual([]);
  expect(problems).toEqual([expect.stringContaining("damaged")]);
});

it("knows which images runs are of from the beginning of a record as it is written, and again where it was touched", async () => {
  const run = fakeRun(config(), 1);
  await saveRun(run);
  const read = vi.spyOn(schema, "parseRecord");
  const { name, source } = run.record.config.dataset;
  expect(new RunIndex().datasets()).toEqual([{ name, source }]);
  expect(read).not.toHaveBeenCalled();
  const file = join(runFolder(run.record.id, 1), recordFile);
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(`"name": "${name}"`, '"name": "birds"'));
  expect(new RunIndex().datasets()).toEqual([{ name: "birds", source }]);
});
