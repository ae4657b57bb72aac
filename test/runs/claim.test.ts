import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { claimRun, describeHolder } from "../../lib/runs/claim.js";
import { useTemporaryFolders } from "./support.js";

const folders = useTemporaryFolders();
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Another process that claims the run; resolves to whether it got it. */
async function otherProcess(): Promise<{ child: ChildProcess; claimed: boolean }> {
  const script = fileURLToPath(new URL("./hold-claim.mjs", import.meta.url));
  const child = fork(script, ["0123456789ab", "1"], { execArgv: [] });
  children.push(child);
  const [claimed] = (await once(child, "message")) as [boolean];
  return { child, claimed };
}
const claim = () => claimRun("0123456789ab", 1);

describe("a claim on a run", () => {
  it("is held by one of two processes, and the other learns by which", async () => {
    const { child, claimed } = await otherProcess();
    expect(claimed).toBe(true);
    const mine = await claim();
    expect(mine).toMatchObject({ claimed: false, holder: { pid: child.pid } });
    if (!mine.claimed) expect(describeHolder(mine.holder)).toMatch(`process ${child.pid} on `);
    expect((await claimRun("0123456789ab", 2)).claimed).toBe(true);
  });

  it("is held by one of many that ask at once", async () => {
    const others = await Promise.all(Array.from({ length: 4 }, otherProcess));
    expect(others.filter(({ claimed }) => claimed)).toHaveLength(1);
  });

  it("is free again once released", async () => {
    const first = await claim();
    expect((await claim()).claimed).toBe(false);
    if (first.claimed) await first.release();
    expect((await claim()).claimed).toBe(true);
  });

  it("of a killed process is taken over at once, by one of those who ask", async () => {
    const { child } = await otherProcess();
    child.kill("SIGKILL");
    await once(child, "close");
    const results = await Promise.all([otherProcess(), otherProcess(), otherProcess()]);
    expect(results.filter(({ claimed }) => claimed)).toHaveLength(1);
  });

  it("of another host is respected while it is renewed, and taken over when it no longer is", async () => {
    const held = await claim();
    expect(held.claimed).toBe(true);
    const path = join(folders.cache(), "claims", "0123456789ab-seed-1");
    writeFileSync(
      `${path}.json`,
      JSON.stringify({ host: "elsewhere", pid: 1, since: new Date().toISOString() }),
    );
    expect((await otherProcess()).claimed).toBe(false);
    const longAgo = Date.now() / 1000 - 600;
    utimesSync(`${path}.lock`, longAgo, longAgo);
    expect((await otherProcess()).claimed).toBe(true);
  });

  it("lost to another host is left to it", async () => {
    const held = await claim();
    const path = join(folders.cache(), "claims", "0123456789ab-seed-1");
    const theirs = JSON.stringify({ host: "elsewhere", pid: 1, since: new Date().toISOString() });
    writeFileSync(`${path}.json`, theirs);
    if (held.claimed) await held.release();
    expect(readFileSync(`${path}.json`, "utf8")).toBe(theirs);
    expect(existsSync(`${path}.lock`)).toBe(true);
  });

  it("of a process killed while it claimed or released is free", async () => {
    const { child } = await otherProcess();
    child.kill("SIGKILL");
    await once(child, "close");
    const path = join(folders.cache(), "claims", "0123456789ab-seed-1");
    rmdirSync(`${path}.lock`);
    expect((await claim()).claimed).toBe(true);
  });
});
