import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/errors.js";
import { createNetwork } from "../../lib/models/index.js";
import { Checkpoints, checkpointFolder } from "../../lib/runs/checkpoint-folder.js";
import { canonicalText, parseRunConfig, type RunConfig, runId } from "../../lib/runs/config.js";
import { trainingCost } from "../../lib/runs/cost.js";
import { describeArm } from "../../lib/runs/describe.js";
import { saveRun } from "../../lib/runs/save.js";
import { findRun, listRuns, loadRun, runFolder } from "../../lib/runs/store.js";
import { madeUpCheckpoint } from "./checkpoints.js";
import { fakeRun } from "./fake-run.mjs";
import { damage, damages, jsonMutations, mutate, mutations } from "./mutations.js";
import { config, smokeConfig, useTemporaryFolders } from "./support.js";

useTemporaryFolders();

/** Of each kind; `FUZZ_RUNS=1000 npx vitest run test/runs/fuzz.test.ts` looks further. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 100);
const timeout = 600_000;
/** Files are slow to shrink. */
const endOnFailure = true;

/** What a reader sees: the message of a `UserError`, in one line. */
function lineOf(error: unknown): string {
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).not.toMatch(/\n|\[object/);
  expect(message.length).toBeLessThan(2000);
  return message;
}

const bases = [
  config(),
  smokeConfig(),
  config({ optimizer: { name: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: true } }),
  config({ optimizer: { name: "muon", learningRate: 0.02 }, penalty: { kind: "decoupled", lambda: 0.1 } }),
  config({ model: { name: "vgg", widths: [4, 4, 8, 8, 8, 8, 8, 8], normalization: "group", groups: 4 } }),
  config({ model: { name: "resnet", widths: [4, 4, 4, 8, 8], stages: [1, 1] } }),
  config({ dataset: { name: "cifar10", size: 16, classes: 2, labelNoise: 0.1 } }),
];

/** Everything that is worked out from a configuration before a run starts. */
function use(value: RunConfig): void {
  expect(canonicalText(parseRunConfig(JSON.parse(canonicalText(value))))).toBe(canonicalText(value));
  expect(runId(value)).toMatch(/^[0-9a-f]{12}$/);
  expect(describeArm(value)).not.toMatch(/undefined|NaN|\[object/);
  expect(trainingCost(value)).toBeGreaterThan(0);
  const side = value.dataset.size;
  createNetwork(value.model, { height: side, width: side, channels: 3, classes: ["a", "b"] });
}

describe("any change", () => {
  it("to a configuration gives another one or one line that names the field", { timeout }, () => {
    const counts = { valid: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...bases), mutations, (base, changes) => {
        try {
          use(parseRunConfig(mutate(base, changes)));
          counts.valid++;
        } catch (error) {
          expect(lineOf(error)).toMatch(
            /(config|dataset|model|optimizer|penalty|schedule|batchSize|steps)\b.*[.:] /,
          );
          counts.refused++;
        }
      }),
      { numRuns, seed: 1, endOnFailure },
    );
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(numRuns / 20);
  });

  it("in the place of a configuration gives one or one line", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          parseRunConfig(value);
        } catch (error) {
          lineOf(error);
        }
      }),
      { numRuns, seed: 2, endOnFailure },
    );
  });
});

describe("any damage", () => {
  const run = fakeRun(config(), 1, 4);
  const { id } = run.record;
  const neighbor = fakeRun(config(), 2, 4);
  const whole = () => Promise.all([loadRun(id, 2), findRun(id, 2)]);

  /** Puts `content` in the place of a file of run 1, and looks at both runs in every way there is. */
  async function look(name: string, content: string | Uint8Array): Promise<"read" | "refused"> {
    writeFileSync(join(runFolder(id, 1), name), content);
    const found = await findRun(id, 1);
    const { runs, problems } = await listRuns();
    expect(runs.map(({ record }) => record.seed)).toContain(2);
    expect(runs.length + problems.length).toBe(2);
    for (const problem of problems) expect(problem).toMatch(/^[^\n]*seed-1: [^\n]{1,1000}$/);
    try {
      await loadRun(id, 1);
      expect(found.state).toBe("finished");
      return "read";
    } catch (error) {
      expect(lineOf(error)).toMatch(/seed-1/);
      return "refused";
    }
  }

  it("to a record leaves it readable or is told with its file, its neighbor intact", {
    timeout,
  }, async () => {
    await saveRun(run);
    await saveRun(neighbor);
    const before = await whole();
    const text = readFileSync(join(runFolder(id, 1), "record.json"));
    const refused = { values: 0, bytes: 0 };
    await fc.assert(
      fc.asyncProperty(jsonMutations, async (changes) => {
        const content = JSON.stringify(mutate(run.record, changes)) ?? "";
        if ((await look("record.json", content)) === "refused") refused.values++;
      }),
      { numRuns: numRuns / 2, seed: 3, endOnFailure },
    );
    await fc.assert(
      fc.asyncProperty(damages, async (changes) => {
        if ((await look("record.json", damage(text, changes))) === "refused") refused.bytes++;
      }),
      { numRuns: numRuns / 2, seed: 4, endOnFailure },
    );
    expect(await whole()).toEqual(before);
    expect(Math.min(...Object.values(refused))).toBeGreaterThan(numRuns / 20);
  });

  it("to a per-filter table is told with its file, its neighbor intact", { timeout }, async () => {
    await saveRun(run);
    await saveRun(neighbor);
    const before = await whole();
    const bytes = readFileSync(join(runFolder(id, 1), "filters.parquet"));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damages, async (changes) => {
        if ((await look("filters.parquet", damage(bytes, changes))) === "refused") refused++;
      }),
      { numRuns, seed: 5, endOnFailure },
    );
    expect(await whole()).toEqual(before);
    expect(refused).toBeGreaterThan(numRuns / 2);
  });

  it("to checkpoints is told in a line each, and the one before or none is taken", { timeout }, async () => {
    const good = [madeUpCheckpoint(10), madeUpCheckpoint(20)];
    const saved = new Checkpoints(good[0]!.origin.id, 1);
    const neighbors = new Checkpoints(good[0]!.origin.id, 2);
    for (const checkpoint of good) await saved.save(checkpoint);
    await neighbors.save(madeUpCheckpoint(30));
    const folder = checkpointFolder(good[0]!.origin.id, 1);
    const files = readdirSync(folder).sort();
    const contents = files.map((name) => readFileSync(join(folder, name)));
    await fc.assert(
      fc.asyncProperty(damages, fc.boolean(), async (changes, both) => {
        for (const [index, name] of files.entries()) {
          const spoil = index === 1 || both;
          writeFileSync(join(folder, name), spoil ? damage(contents[index]!, changes) : contents[index]!);
        }
        const lines: string[] = [];
        const log = (line: string) => lines.push(line);
        const found = await new Checkpoints(good[0]!.origin.id, 1, { log }).newest(good[0]!.origin);
        for (const line of lines) expect(line).toMatch(/^[^\n]{1,400}$/);
        if (found) expect(good).toContainEqual(found);
        if (!both) expect(found).toBeDefined();
        const damaged = lines.filter((line) => / is damaged: /.test(line));
        expect(damaged.length).toBe(found ? (found.position.step === 20 ? 0 : 1) : 2);
      }),
      { numRuns, seed: 6, endOnFailure },
    );
    expect((await neighbors.newest({ ...good[0]!.origin }))?.position.step).toBe(30);
  });
});
