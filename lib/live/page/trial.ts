import type { Report } from "../messages.js";

/** Milliseconds that an engine on trial has until its networks are built, and from there to its first step. */
const patience = { start: 10_000, firstStep: 2500 };

/** Milliseconds a step, above which WebGPU is slower than wasm is on nearly every machine. */
const tooSlow = 60;

/** Watches the first steps of an engine that another one could replace. */
export class Trial {
  private timer: ReturnType<typeof setTimeout>;
  private first: { step: number; time: number } | undefined;
  private over = false;
  private arms = 1;

  /** @param onFailure called once at most, with the reason in a sentence, and not after `end` */
  constructor(private readonly onFailure: (reason: string) => void) {
    this.timer = this.wait("start");
  }

  /** Whether the engine may still be given up. */
  get goesOn(): boolean {
    return !this.over;
  }

  take(report: Report): void {
    if (this.over) return;
    if (report.type === "started") {
      this.arms = report.arms.length;
      clearTimeout(this.timer);
      this.timer = this.wait("firstStep");
    }
    if (report.type !== "looks") return;
    clearTimeout(this.timer);
    for (const { arm, step } of report.looks) {
      if (arm !== 0) continue;
      if (!this.first) {
        this.first = { step, time: performance.now() };
        continue;
      }
      const pace = (performance.now() - this.first.time) / (this.arms * (step - this.first.step));
      this.end();
      if (pace > tooSlow) this.onFailure(`it takes ${Math.round(pace)} ms a step.`);
      return;
    }
  }

  end(): void {
    this.over = true;
    clearTimeout(this.timer);
  }

  private wait(what: keyof typeof patience): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      this.end();
      this.onFailure(`it took longer than ${patience[what] / 1000} s to its first step.`);
    }, patience[what]);
  }
}
