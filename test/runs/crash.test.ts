import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { listRuns, loadRun } from "../../lib/runs/store.js";
import { useTemporaryFolders } from "./support.js";

useTemporaryFolders();

describe("a process killed while it saves", () => {
  it("leaves whole records only", async () => {
    const writer = fork(fileURLToPath(new URL("./save-forever.mjs", import.meta.url)), { execArgv: [] });
    let last = 0;
    writer.on("message", (seed: number) => {
      last = seed;
      if (seed === 5) setTimeout(() => writer.kill("SIGKILL"), Math.random() * 20);
    });
    await once(writer, "close");
    const { runs } = await listRuns();
    expect(runs.length).toBeGreaterThanOrEqual(last);
    expect(runs.length).toBeLessThanOrEqual(last + 1);
    for (const { record } of runs) await loadRun(record.id, record.seed);
  });
});
