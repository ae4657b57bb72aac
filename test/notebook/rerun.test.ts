import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../lib/errors.js";
import { findHypothesis } from "../../lib/hypotheses/index.js";
import { ownArm, type RerunSettings, rerun } from "../../lib/notebook/rerun.js";
import { runId } from "../../lib/runs/config.js";
import { saveRun } from "../../lib/runs/save.js";
import { madeUpRun } from "../support/made-up-runs.js";

describe("the arm of a reader's settings", () => {
  it("is the hypothesis' own where nothing is changed, so that a stored run is found", () => {
    const [first] = findHypothesis("h01").arms({ scale: "quick" });
    expect(runId(ownArm({ hypothesis: "h01" }).config)).toBe(runId(first!.config));
  });

  it("differs in what was set and in nothing else", () => {
    const { config, label } = ownArm({
      hypothesis: "h01",
      optimizer: "sgd",
      penalty: "decoupled",
      lambda: 1e-2,
      batchSize: 20,
    });
    const base = findHypothesis("h01")
      .arms({ scale: "quick" })
      .find((arm) => arm.config.optimizer.name === "sgd")!.config;
    expect(config).toMatchObject({ ...base, penalty: { kind: "decoupled", lambda: 1e-2 }, batchSize: 20 });
    expect(label).toBe("Yours: SGD+momentum, WD 1e-2, batch 20");
  });

  it("takes an optimizer that the hypothesis lacks as the collection uses it", () => {
    const { optimizer } = ownArm({ hypothesis: "h01", optimizer: "muon" }).config;
    expect(optimizer).toMatchObject({ name: "muon", learningRate: 2e-2, adam: { learningRate: 3e-3 } });
    expect(() => ownArm({ hypothesis: "h01", optimizer: "nadam" })).toThrow(/learningRate/);
  });

  it("starts from a named arm", () => {
    const { config } = ownArm({ hypothesis: "h10", arm: "Adam, L2 1e-2, 2 classes", lambda: 1e-3 });
    expect(config.dataset.classes).toBe(2);
    expect(config.penalty.lambda).toBe(1e-3);
  });

  it.each<[RegExp, RerunSettings]>([
    [/No arm is called "Adamm".*Expected one of: "Adam/, { hypothesis: "h01", arm: "Adamm" }],
    [/momentum/, { hypothesis: "h01", optimizer: "adam", momentum: 0.9 }],
    [/lambda/, { hypothesis: "h01", lambda: -1 }],
    [/Unknown hypothesis/, { hypothesis: "h99" }],
  ])("is refused in one line: %s", (message, settings) => {
    expect(() => ownArm(settings)).toThrow(UsageError);
    expect(() => ownArm(settings)).toThrow(message);
  });

  it("wrong names and types do not compile", () => {
    // @ts-expect-error a misspelled option
    const misspelled: RerunSettings = { hypothesis: "h01", optimiser: "adam" };
    // @ts-expect-error an optimizer that does not exist
    const unknown: RerunSettings = { hypothesis: "h01", optimizer: "adamm" };
    // @ts-expect-error a strength as text
    const text: RerunSettings = { hypothesis: "h01", lambda: "1e-2" };
    expect([misspelled, unknown, text]).toHaveLength(3);
  });
});

describe("rerun", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rerun-"));
    vi.stubEnv("FILTER_SPARSITY_RUNS", join(folder, "runs"));
    vi.stubEnv("FILTER_SPARSITY_CACHE", join(folder, "cache"));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it("shows the reader's run beside the stored arms, loaded where it was trained before", async () => {
    const settings: RerunSettings = { hypothesis: "h01", optimizer: "adam", lambda: 5e-3 };
    await saveRun(madeUpRun(ownArm(settings).config, { deadShare: 0.5 }), { place: "cache" });
    for (const arm of findHypothesis("h01").arms({ scale: "quick" })) await saveRun(madeUpRun(arm.config));
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const { runs } = await rerun(settings);
    expect(runs).toHaveLength(1);
    const [progress, table] = log.mock.calls.flat() as [string, string];
    expect(progress).toBe("1 run: 1 from records.");
    const lines = table.split("\n");
    expect(lines[0]).toBe("Your settings beside the stored arms");
    expect(lines[3]).toMatch(/^Yours: Adam, L2 5e-3 +1 +\d/);
    expect(lines).toHaveLength(3 + 1 + 5 + 1);
  });

  it("refuses seeds that are none before anything is trained", async () => {
    await expect(rerun({ hypothesis: "h01", seeds: [] })).rejects.toThrow(/seeds/);
    await expect(rerun({ hypothesis: "h01", seeds: [0.5] })).rejects.toThrow(UsageError);
  });
});
