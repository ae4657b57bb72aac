import type { LiveHypothesis } from "../catalog.js";
import { judge, nameOf } from "../judge.js";
import type { ArmResult, Report } from "../messages.js";
import { Beside } from "./beside.js";
import { html } from "./dom.js";
import { RunView } from "./run-view.js";
import { type Settings, SettingsForm } from "./settings.js";
import { isBusy, runInWorker } from "./worker-client.js";

/** Seconds without news after which a reader is told. */
const quiet = 30;

/** The panel of one hypothesis: settings, a rerun in progress or done, and what is on record. */
export class Panel {
  private readonly form: SettingsForm;
  private readonly beside: Beside;
  private readonly run = html("button", { type: "button", class: "live-run" }, "Run");
  private readonly stop = html("button", { type: "button", disabled: true }, "Stop");
  private readonly status = html("p", { class: "live-status", role: "status" });
  private readonly engine = html("p", { class: "live-small" });
  private readonly stage = html("div");
  private view: RunView | undefined;
  /** Whether the reader was told that the worker is silent. */
  private isQuiet = false;

  constructor(
    section: HTMLElement,
    private readonly hypothesis: LiveHypothesis,
    /** Address of the folder with the assets, ending in a slash. */
    private readonly assets: string,
  ) {
    this.form = new SettingsForm(hypothesis);
    this.beside = new Beside(hypothesis.stored);
    this.run.addEventListener("click", () => void this.rerun());
    section.setAttribute("aria-label", `Rerun of ${hypothesis.id.toUpperCase()} in this page`);
    section.replaceChildren(
      html("h3", {}, "Rerun it in this page"),
      html("p", {}, this.introduction()),
      html("details", {}, html("summary", {}, "Settings"), this.form.element),
      html("div", { class: "live-buttons" }, this.run, this.stop),
      this.status,
      this.stage,
      this.engine,
      this.beside.element,
    );
  }

  private introduction(): string {
    const { arms } = this.hypothesis;
    const [a, b] = arms.map(({ config }) => config.steps.toLocaleString("en"));
    return (
      `Trains two small networks, ${arms.map(({ label }, arm) => `${nameOf(arm)}: ${label}`).join(" and ")}, on built-in ` +
      `synthetic images, ${a === b ? `${a} steps each` : `${a} and ${b} steps`}: a minute or so on a laptop, and on this ` +
      "machine alone. Both start from the same seed; each has a core of its own where there are two."
    );
  }

  private async rerun(): Promise<void> {
    const settings = this.form.read();
    if (!settings) return;
    const stopping = new AbortController();
    const onStop = () => {
      this.say("Stopping …");
      stopping.abort();
    };
    this.stop.addEventListener("click", onStop);
    this.isRunning = true;
    this.view = undefined;
    this.stage.replaceChildren();
    this.beside.show([]);
    this.engine.textContent = "";
    this.say(isBusy() ? "Waits for another rerun of this page to end." : "Starting …");
    let heardAt = performance.now();
    const watch = setInterval(() => {
      if (performance.now() - heardAt < 1000 * quiet) return;
      this.isQuiet = true;
      this.say(`No news from the worker for ${quiet} seconds. Wait, or stop the rerun and run it again.`);
    }, 5000);
    const { configs, seed, engine } = settings;
    const { judgment } = this.hypothesis;
    const gradients = [judgment.more, judgment.less].some(({ measure }) => measure.startsWith("pull"));
    await runInWorker({
      script: new URL("worker.js", this.assets),
      request: { type: "run", assets: this.assets, configs, seed, gradients },
      engine,
      onTurn: () => this.say("Starting: fetches the engine and draws the images …"),
      onReport: (report, note) => {
        heardAt = performance.now();
        this.take(report, settings, note);
      },
      signal: stopping.signal,
    });
    clearInterval(watch);
    this.stop.removeEventListener("click", onStop);
    this.isRunning = false;
  }

  private take(report: Report, settings: Settings, note = ""): void {
    switch (report.type) {
      case "engine":
        this.engine.textContent = `Engine: ${report.version}. ${note}`;
        return;
      case "started":
        this.view = new RunView(report.arms, settings);
        this.stage.replaceChildren(this.view.element);
        this.say("Training.");
        return;
      case "looks":
        this.view?.add(report.looks);
        if (this.isQuiet) this.say("Training.");
        this.isQuiet = false;
        this.showBeside();
        return;
      case "done":
        this.finish(this.verdict(report.results, settings));
        this.showBeside(report.results);
        return;
      case "stopped":
        this.finish("Stopped. What is shown is as far as it came; no verdict.");
        return;
      case "failed":
        this.finish(`It failed: ${report.message}${this.elsewhere}`);
    }
  }

  private verdict(results: readonly ArmResult[], { changed }: Settings): string {
    const { judgment, caveat } = this.hypothesis;
    return [judge({ judgment, results, changed }), ...(caveat && !changed ? [caveat] : [])].join(" ");
  }

  /** What always works. */
  private get elsewhere(): string {
    return ` In a terminal the whole hypothesis runs with: npm run reproduce -- ${this.hypothesis.id} --scale quick`;
  }

  private finish(text: string): void {
    this.view?.end();
    this.say(text);
  }

  private say(text: string): void {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  private showBeside(results?: readonly ArmResult[]): void {
    const arms = this.view?.arms ?? [];
    this.beside.show(
      arms.map(({ label, latest }, arm) => ({
        label,
        look: latest,
        testError: results?.[arm]?.measures.testError ?? Number.NaN,
      })),
    );
  }

  /** A button that is switched off would lose the keyboard's focus: it goes to the other one. */
  private set isRunning(value: boolean) {
    const [from, to] = value ? [this.run, this.stop] : [this.stop, this.run];
    const hadFocus = document.activeElement === from;
    to.disabled = false;
    if (hadFocus) to.focus();
    from.disabled = true;
    this.form.disabled = value;
  }
}
