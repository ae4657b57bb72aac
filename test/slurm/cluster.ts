import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, hostname, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Why no cluster can be started here, or undefined where one can. */
export function whyNoSlurm(): string | undefined {
  if (process.getuid?.() !== 0) return "Slurm's daemons need root";
  const missing = ["munged", "slurmctld", "slurmd", "sbatch"].filter((program) => !isInstalled(program));
  return missing.length > 0
    ? `${missing.join(", ")} not found (Debian: apt-get install slurm-wlm munge)`
    : undefined;
}

function isInstalled(program: string): boolean {
  try {
    execFileSync("which", [program], { env: searched, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Daemons are in folders that a user's path may lack. */
const searched = { ...process.env, PATH: [process.env.PATH, "/usr/sbin", "/sbin"].join(delimiter) };

export interface Cluster {
  /** What Slurm's commands need in their environment. */
  environment: NodeJS.ProcessEnv;
  /** Runs one of Slurm's commands and returns what it prints. */
  slurm(command: string, ...words: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a Slurm of one node on this machine, all of it in a temporary folder. Throws where a daemon does not come up. */
export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "filter-sparsity-slurm-"));
  chmodSync(folder, 0o755);
  const path = (name: string) => join(folder, name);
  for (const name of ["state", "spool", "munge"]) mkdirSync(path(name), { mode: 0o755 });
  const [controllerPort, nodePort] = [await freePort(), await freePort()];
  const socket = path("munge/socket");
  writeFileSync(path("munge/key"), Buffer.alloc(128, "not secret: this cluster lives as long as a test"), {
    mode: 0o600,
  });
  writeFileSync(path("slurm.conf"), configuration({ folder, socket, controllerPort, nodePort }));
  const environment = { ...searched, SLURM_CONF: path("slurm.conf") };
  const daemons: ChildProcess[] = [];
  const start = (program: string, words: string[]) => {
    const daemon = spawn(program, words, { env: environment, stdio: "ignore" });
    daemons.unshift(daemon);
    return daemon;
  };
  const slurm = async (command: string, ...words: string[]) =>
    (await run(command, words, { env: environment })).stdout;
  const stop = async () => {
    await slurm("scancel", "--full", "--user=root").catch(() => {});
    for (const daemon of daemons) await ended(daemon);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    start("munged", [
      "--foreground",
      "--force",
      `--socket=${socket}`,
      `--key-file=${path("munge/key")}`,
      `--pid-file=${path("munge/pid")}`,
      `--seed-file=${path("munge/seed")}`,
      `--log-file=${path("munge/log")}`,
    ]);
    await until("munged", () => run("munge", ["-n", "-S", socket]));
    start("slurmctld", ["-D", "-c"]);
    start("slurmd", ["-D", "-c"]);
    await until("slurmctld and slurmd", async () => {
      const state = await slurm("sinfo", "--noheader", "--format=%T");
      if (state.trim() !== "idle") throw new Error(`the node is ${state.trim()}`);
    });
  } catch (error) {
    const logs = ["slurmctld.log", "slurmd.log", "munge/log"].map((name) => tail(path(name)));
    await stop();
    throw new Error(`${(error as Error).message}\n${logs.join("\n")}`);
  }
  return { environment: { SLURM_CONF: path("slurm.conf") }, slurm, stop };
}

interface Configuration {
  folder: string;
  socket: string;
  controllerPort: number;
  nodePort: number;
}

/** One node with this machine's cores, and no delay where Slurm can be told to have none. */
function configuration({ folder, socket, controllerPort, nodePort }: Configuration): string {
  const host = hostname();
  const cores = availableParallelism();
  return `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=${socket}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_min_interval=0,sched_interval=1,bf_interval=1,batch_sched_delay=0
KillWait=20
ReturnToService=2
NodeName=${host} NodeAddr=127.0.0.1 CPUs=${cores} RealMemory=1000 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

async function until(what: string, look: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      await look();
      return;
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what} did not come up: ${(error as Error).message}`);
    }
    await sleep(100);
  }
}

async function ended(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const exit = new Promise((resolve) => daemon.once("exit", resolve));
  daemon.kill("SIGTERM");
  const force = setTimeout(() => daemon.kill("SIGKILL"), 3000);
  await exit;
  clearTimeout(force);
}

function tail(file: string): string {
  try {
    return readFileSync(file, "utf8").split("\n").slice(-15).join("\n");
  } catch {
    return `${file}: none`;
  }
}
