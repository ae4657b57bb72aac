import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { findPythons } from "../../lib/engine/native/python.js";
import { crc32c } from "../../lib/export/tensorboard/crc32c.js";
import { encodeEvents, type SummaryValue } from "../../lib/export/tensorboard/event-file.js";
import { histogramOf, runEvents } from "../../lib/export/tensorboard/run-events.js";
import { fakeRun } from "../runs/fake-run.mjs";
import { config, useTemporaryFolders } from "../runs/support.js";
import { optional } from "../support/optional.js";

const folders = useTemporaryFolders();

describe("a checksum", () => {
  it("is CRC-32C", () => {
    // The check value of the catalogue of parametrised CRC algorithms, and of 32 zeros (RFC 3720, B.4).
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });
});

describe("a histogram", () => {
  it("counts every finite value once, in equal buckets", () => {
    const { limits, counts, ...about } = histogramOf(Float32Array.of(0, 1, 2, 3, 3, Number.NaN))!;
    expect(about).toEqual({ min: 0, max: 3, count: 5, sum: 9, sumOfSquares: 23 });
    expect(limits).toHaveLength(30);
    expect(limits.at(-1)).toBe(3);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(5);
    expect([counts[0], counts[9], counts[19], counts[29]]).toEqual([1, 1, 1, 2]);
  });

  it("has one bucket where all are equal, and is none where nothing was measured", () => {
    expect(histogramOf(Float32Array.of(2, 2))).toMatchObject({ limits: [2], counts: [2] });
    expect(histogramOf(Float32Array.of(Number.NaN))).toBeUndefined();
  });
});

const python = (await findPythons()).find(({ command }) => {
  try {
    const source = "import importlib.util, sys; sys.exit(importlib.util.find_spec('tensorflow') is None)";
    execFileSync(command, ["-c", source], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});
const withTensorflow = optional("Python with TensorFlow", python !== undefined, "npm run engine -- build");

interface ReadEvent {
  version: string;
  step: number;
  wallTime: number;
  values: (SummaryValue & { plugin?: string })[];
}

describe("a TensorBoard log", () => {
  withTensorflow("is read by TensorFlow as it was written", async () => {
    const run = fakeRun(config({ steps: 400 }), 1, 3);
    run.record.epochs[1]!.testLoss = Number.NaN;
    run.filters.gamma.fill(Number.NaN);
    const file = join(folders.root(), "events.out.tfevents.1");
    const written = runEvents(run);
    writeFileSync(file, encodeEvents(written));
    const reader = fileURLToPath(new URL("./read_events.py", import.meta.url));
    const { stdout } = await promisify(execFile)(python!.command, [reader, file], {
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3", CUDA_VISIBLE_DEVICES: "" },
    });
    const [first, ...events] = JSON.parse(stdout) as ReadEvent[];
    expect(first!.version).toBe("brain.Event:2");
    expect(events.map(({ step }) => step)).toEqual(written.map(({ step }) => step));
    for (const [index, { wallTime, values }] of events.entries()) {
      const own = written[index]!;
      expect(wallTime).toBe(own.wallTime);
      const expected = own.values.map((value) =>
        "scalar" in value
          ? { ...value, scalar: Math.fround(value.scalar) }
          : "text" in value
            ? { ...value, plugin: "text" }
            : value,
      );
      expect(values).toEqual(expected);
    }
    const tags = new Set(written.flatMap(({ values }) => values.map(({ tag }) => tag)));
    expect([...tags]).toEqual(
      expect.arrayContaining(["run", "loss/test", "dead by scale/C2", "selectivity/C1"]),
    );
    expect(tags).not.toContain("gamma/C1");
    const tested = events.filter(({ values }) => values.some(({ tag }) => tag === "loss/test"));
    expect(tested.map(({ step }) => step)).not.toContain(run.record.epochs[1]!.step);
  });
});
