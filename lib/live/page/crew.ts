import type { ArmResult, ArmStart, Look, Report, Request } from "../messages.js";

type RunRequest = Extract<Request, { type: "run" }>;

interface Member {
  worker: Worker;
  /** The request's arms that it trains. */
  arms: readonly number[];
  /** Whether its part has come to an end. */
  ended: boolean;
}

/**
 * Workers that share the arms of a request and report as one: on an engine that computes with one core, an arm on each of as
 * many cores as there are. WebGPU's arms share one device, and stay in one worker that lets them take turns.
 */
export class Crew {
  onReport: (report: Report) => void = () => {};
  /** Called with an uncaught error's message, or an empty one where a worker did not start. */
  onError: (message: string) => void = () => {};
  onMessageError: () => void = () => {};
  private readonly workers: Worker[] = [];
  private members: Member[] = [];
  private starts: (ArmStart | undefined)[] = [];
  private results: (ArmResult | undefined)[] = [];
  /** Looks of members that started before the others. */
  private early: Look[] = [];
  private engineTold = false;
  private stopped = false;

  constructor(private readonly script: URL) {}

  /** Throws where the browser starts no worker. */
  run(request: RunRequest): void {
    const arms = request.configs.map((_, arm) => arm);
    const count = request.engine === "wasm" ? workersFor(arms.length, navigator.hardwareConcurrency) : 1;
    while (this.workers.length < count) this.workers.push(new Worker(this.script, { type: "module" }));
    this.starts = arms.map(() => undefined);
    this.results = arms.map(() => undefined);
    this.early = [];
    this.engineTold = false;
    this.stopped = false;
    this.members = this.workers.slice(0, count).map((worker, index) => ({
      worker,
      arms: arms.filter((arm) => arm % count === index),
      ended: false,
    }));
    for (const member of this.members) {
      const { worker } = member;
      worker.onmessage = ({ data }: MessageEvent<Report>) => this.take(member, data);
      worker.onerror = ({ message }) => this.onError(message ?? "");
      worker.onmessageerror = () => this.onMessageError();
      worker.postMessage({ ...request, configs: member.arms.map((arm) => request.configs[arm]!) });
    }
  }

  stop(): void {
    for (const { worker, ended } of this.members)
      if (!ended) worker.postMessage({ type: "stop" } satisfies Request);
  }

  terminate(): void {
    for (const worker of this.workers) worker.terminate();
  }

  private take(member: Member, report: Report): void {
    switch (report.type) {
      case "engine":
        if (!this.engineTold) this.onReport(report);
        this.engineTold = true;
        return;
      case "started":
        for (const [index, arm] of member.arms.entries()) this.starts[arm] = report.arms[index];
        if (this.starts.includes(undefined)) return;
        this.onReport({ type: "started", arms: this.starts as ArmStart[] });
        if (this.early.length > 0) this.onReport({ type: "looks", looks: this.early });
        return;
      case "looks": {
        const looks = report.looks.map((look) => ({ ...look, arm: member.arms[look.arm]! }));
        if (this.starts.includes(undefined)) this.early.push(...looks);
        else this.onReport({ type: "looks", looks });
        return;
      }
      case "done":
        for (const [index, arm] of member.arms.entries()) this.results[arm] = report.results[index];
        this.end(member);
        return;
      case "stopped":
        this.stopped = true;
        this.end(member);
        return;
      case "failed":
        member.ended = true;
        this.onReport(report);
    }
  }

  private end(member: Member): void {
    member.ended = true;
    if (this.members.some(({ ended }) => !ended)) return;
    this.onReport(
      this.stopped ? { type: "stopped" } : { type: "done", results: this.results as ArmResult[] },
    );
  }
}

/** One for each arm, but no more than there are cores. */
export const workersFor = (arms: number, cores: number | undefined): number =>
  Math.max(1, Math.min(arms, cores ?? 1));
