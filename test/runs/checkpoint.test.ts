import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../../lib/runs/checkpoint.js";
import { type CheckpointOptions, Checkpoints, checkpointFolder } from "../../lib/runs/checkpoint-folder.js";
import { madeUpCheckpoint } from "./checkpoints.js";
import { useTemporaryFolders } from "./support.js";

useTemporaryFolders();
const { origin } = madeUpCheckpoint(0);
const { id } = origin;

/** The run's checkpoints with what they log. */
function open(options: CheckpointOptions = {}) {
  const lines: string[] = [];
  return { lines, checkpoints: new Checkpoints(id, 1, { log: (line) => lines.push(line), ...options }) };
}

async function saveThree() {
  const { checkpoints } = open();
  for (const step of [10, 20, 30]) await checkpoints.save(madeUpCheckpoint(step));
}
const files = () => readdirSync(checkpointFolder(id, 1)).sort();
const damage = (name: string, change: (bytes: Buffer) => Buffer) => {
  const path = join(checkpointFolder(id, 1), name);
  writeFileSync(path, change(readFileSync(path)));
};

describe("a checkpoint", () => {
  it("comes back as it was, every bit", () => {
    const checkpoint = madeUpCheckpoint(30);
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
  });

  it.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ["is empty", () => Buffer.alloc(0), /does not begin like a checkpoint/],
    ["is cut short", (bytes) => bytes.subarray(0, 300), /checksum/],
    ["has a bit flipped", (bytes) => bytes.fill(bytes[200]! ^ 4, 200, 201), /checksum/],
    [
      "is another program's",
      (bytes) => Buffer.concat([Buffer.from("filter-sparsity checkpoint 7"), bytes.subarray(28)]),
      /layout 7, this program reads 1/,
    ],
  ])("is refused with the reason when it %s", (_, change, reason) => {
    expect(() => decodeCheckpoint(change(Buffer.from(encodeCheckpoint(madeUpCheckpoint(30)))))).toThrow(
      reason,
    );
  });

  it("is refused when its values do not fit, the field named", () => {
    const odd = { ...madeUpCheckpoint(30), seconds: { total: -1, evaluation: 0, probe: 0, cut: 0 } };
    expect(() => decodeCheckpoint(encodeCheckpoint(odd))).toThrow(/^seconds\.total: /);
  });
});

describe("the checkpoints of a run", () => {
  it("are the last two", async () => {
    await saveThree();
    expect(files()).toEqual(["step-20.checkpoint", "step-30.checkpoint"]);
    const { checkpoints, lines } = open();
    expect(await checkpoints.newest(origin)).toEqual(madeUpCheckpoint(30));
    expect(lines).toEqual(["goes on from the checkpoint of step 30"]);
  });

  it("give the one before where the newest is damaged, and replace the damaged one", async () => {
    await saveThree();
    damage("step-30.checkpoint", (bytes) => bytes.subarray(0, 300));
    const { checkpoints, lines } = open();
    expect((await checkpoints.newest(origin))?.position.step).toBe(20);
    expect(lines).toEqual([
      expect.stringMatching(/step-30\.checkpoint is damaged: its checksum does not match$/),
      "goes on from the checkpoint of step 20",
    ]);
    await checkpoints.save(madeUpCheckpoint(25));
    expect(files()).toEqual(["step-20.checkpoint", "step-25.checkpoint"]);
  });

  it("give none where both are damaged, with a line for each", async () => {
    await saveThree();
    for (const name of files()) damage(name, () => Buffer.from("?"));
    const { checkpoints, lines } = open();
    expect(await checkpoints.newest(origin)).toBeUndefined();
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)).toBe("no checkpoint can be used: the run starts from the beginning");
  });

  it.each<[Partial<Checkpoint["origin"]>, RegExp]>([
    [
      { kernels: "assembly 2" },
      /step 30 is not used: its version of the kernels is assembly 1, this run's is assembly 2/,
    ],
    [{ engine: "tensorflow" }, /step 30 is not used: its engine is wasm, this run's is tensorflow/],
    [{ recordVersion: 3 }, /its record version is 2, this run's is 3/],
    [{ id: "ba9876543210" }, /its configuration is 0123456789ab/],
    [{ dataset: "1".repeat(64) }, /its checksum of the images is 0{64}/],
    [{ variables: "parameters 4" }, /its list of variables is parameters 3/],
  ])("are not used by a run that differs, and the reason is told (%#)", async (difference, reason) => {
    await saveThree();
    const { checkpoints, lines } = open();
    expect(await checkpoints.newest({ ...origin, ...difference })).toBeUndefined();
    expect(lines[0]).toMatch(reason);
  });

  it("are used on another machine, which is told", async () => {
    await saveThree();
    const { checkpoints, lines } = open();
    expect(await checkpoints.newest({ ...origin, machine: "linux arm64, other" })).toBeDefined();
    expect(lines[0]).toMatch(/was made on linux x64, test/);
  });

  it("of a run that has ended since are not used", async () => {
    await saveThree();
    const { checkpoints } = open({ after: madeUpCheckpoint(30).startedAt });
    expect(await checkpoints.newest(origin)).toBeUndefined();
  });

  it("are gone once removed, those of other seeds are not", async () => {
    await saveThree();
    const other = new Checkpoints(id, 2);
    await other.save(madeUpCheckpoint(10));
    await open().checkpoints.remove();
    expect(readdirSync(dirname(checkpointFolder(id, 1)))).toEqual(["seed-2"]);
    await other.remove();
    expect(() => readdirSync(dirname(checkpointFolder(id, 1)))).toThrow("ENOENT");
  });

  it("that cannot be written end no run, and say so once", async () => {
    mkdirSync(dirname(checkpointFolder(id, 1)), { recursive: true });
    writeFileSync(checkpointFolder(id, 1), "in the way");
    const { checkpoints, lines } = open();
    await checkpoints.save(madeUpCheckpoint(10));
    await checkpoints.save(madeUpCheckpoint(20));
    expect(lines).toEqual([
      expect.stringMatching(/^no checkpoint could be saved \(.*the run goes on without$/),
    ]);
  });

  it("leave nothing half-written behind", async () => {
    await saveThree();
    writeFileSync(join(checkpointFolder(id, 1), "step-40.checkpoint.1-abc.tmp"), "cut off");
    await open().checkpoints.newest(origin);
    expect(files()).toEqual(["step-20.checkpoint", "step-30.checkpoint"]);
  });

  it("are due every so many seconds", async () => {
    expect(open().checkpoints.due).toBe(false);
    expect(open({ every: 0 }).checkpoints.due).toBe(true);
    process.env.FILTER_SPARSITY_CHECKPOINT_SECONDS = "often";
    expect(() => open()).toThrow(/FILTER_SPARSITY_CHECKPOINT_SECONDS is "often"/);
    delete process.env.FILTER_SPARSITY_CHECKPOINT_SECONDS;
  });
});
