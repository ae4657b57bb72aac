import { readlinkSync } from "node:fs";
import { mkdir, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import lockfile from "proper-lockfile";
import { cacheDirectory } from "../paths.js";

/** A process that trains a run. */
export interface Holder {
  host: string;
  pid: number;
  /** ISO 8601, UTC. */
  since: string;
}

export type ClaimResult =
  | { claimed: true; release(): Promise<void> }
  | { claimed: false; holder: Holder | undefined };

/**
 * A claim is a folder whose time stamp its owner renews. Without news for `stale` it counts as abandoned, also on
 * another host of a shared folder. Generous, because a training step may block its process for a second, and a
 * network file system may show a time stamp a minute late.
 */
const timing = { stale: 180_000, update: 20_000 };
const options = { ...timing, realpath: false, onCompromised: () => {} };

/**
 * Claims the training of one run, so that two processes never train it at once. Never waits for the other. The claim
 * of a process that died is taken over: at once if it ran here, else after three minutes, by the hosts' clocks, which
 * have to agree within a minute. Claims live in the cache folder, which has to be shared (`FILTER_SPARSITY_CACHE`) for
 * hosts to see each other's. Should two processes train the same run nevertheless, the first record stays.
 */
export async function claimRun(id: string, seed: number): Promise<ClaimResult> {
  const folder = join(cacheDirectory(), "claims");
  await mkdir(folder, { recursive: true });
  const claim = join(folder, `${id}-seed-${seed}`);
  const leaveGuard = await enterGuard(claim);
  try {
    const holder = await readHolder(claim);
    if (holder && isDead(holder)) await rmdir(`${claim}.lock`).catch(ignoreMissing);
    if (await lockfile.check(claim, options)) return { claimed: false, holder: await readHolder(claim) };
    // The name comes before the lock, and goes after it: whenever this process dies, others see that it is dead.
    const own = self();
    await writeFile(holderFile(claim), JSON.stringify(own));
    const unlock = await lockfile.lock(claim, options);
    return { claimed: true, release: () => release(claim, own, unlock) };
  } finally {
    await leaveGuard();
  }
}

async function release(claim: string, own: Holder, unlock: () => Promise<void>): Promise<void> {
  // The cache may have been emptied: then there is nothing to give back.
  const leaveGuard = await enterGuard(claim).catch(() => async () => {});
  try {
    const holder = await readHolder(claim);
    // Lost to another host after a long suspension: the claim is theirs now.
    if (holder && !isDeepStrictEqual(holder, own)) return;
    await unlock().catch(() => {});
    await rm(holderFile(claim), { force: true });
  } finally {
    await leaveGuard();
  }
}

/** The claims held at this moment, by `<id>/<seed>`, with their holders where those are known. */
export async function heldClaims(): Promise<Map<string, Holder | undefined>> {
  const folder = join(cacheDirectory(), "claims");
  const held = new Map<string, Holder | undefined>();
  for (const name of await readdir(folder).catch(() => [])) {
    const [, claim, id, seed] = /^(([0-9a-f]+)-seed-(\d+))\.lock$/.exec(name) ?? [];
    if (claim === undefined) continue;
    const lock = await stat(join(folder, name)).catch(() => undefined);
    const holder = await readHolder(join(folder, claim));
    const isHeld = lock && Date.now() - lock.mtimeMs < timing.stale && !(holder && isDead(holder));
    if (isHeld) held.set(`${id}/${seed}`, holder);
  }
  return held;
}

/** Looking at a claim and taking it happen under a second, short lock: else two could take over the same one. */
async function enterGuard(claim: string): Promise<() => Promise<void>> {
  const retries = { retries: 200, factor: 1.2, minTimeout: 20, maxTimeout: 500, randomize: true };
  const leave = await lockfile.lock(`${claim}.guard`, {
    stale: 5_000,
    realpath: false,
    retries,
    onCompromised: () => {},
  });
  return () => leave().catch(() => {});
}

const holderFile = (claim: string) => `${claim}.json`;

/** Process ids mean something only on one host, and within it in one container. */
function hostName(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

const self = (): Holder => ({ host: hostName(), pid: process.pid, since: new Date().toISOString() });

async function readHolder(claim: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(holderFile(claim), "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function isDead({ host, pid }: Holder): boolean {
  if (host !== hostName()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

/** "process 4711 on host since 14:02", for a person. */
export function describeHolder(holder: Holder | undefined): string {
  if (!holder) return "another process";
  return `process ${holder.pid} on ${holder.host.split(" ")[0]} since ${holder.since.slice(0, 16).replace("T", " ")} UTC`;
}
