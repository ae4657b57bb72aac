import { optimizerStyle } from "../../figures/palette.js";
import { nameOf } from "../judge.js";
import { type ArmStart, type Look, type StateName, stateNames } from "../messages.js";
import { Chart } from "./chart.js";
import { html } from "./dom.js";
import { FilterGrid } from "./filter-grid.js";
import type { Settings } from "./settings.js";

const legend: Record<StateName, string> = {
  alive: "alive",
  "alive again": "alive again",
  "dead by activation": "dead by activation (never activates)",
  "dead by scale": "dead by scale (|γ| < 10⁻³)",
};

interface ArmView extends ArmStart {
  label: string;
  grid: FilterGrid;
  count: HTMLElement;
  latest?: Look;
}

/** One rerun as it goes: progress, curves, and every filter of both networks. */
export class RunView {
  readonly element: HTMLElement;
  readonly arms: readonly ArmView[];
  private readonly bar: HTMLProgressElement;
  private readonly left = html("span");
  private readonly charts: { chart: Chart; value: (look: Look) => number }[];
  private readonly startedAt = performance.now();
  private drawing = 0;

  constructor(starts: readonly ArmStart[], { labels, optimizers }: Pick<Settings, "labels" | "optimizers">) {
    const steps = Math.max(...starts.map((arm) => arm.steps));
    const colors = optimizers.map((name, arm) =>
      arm > 0 && name === optimizers[0] ? "currentColor" : optimizerStyle(name).color,
    );
    const lines = starts.map((_, arm) => ({ name: nameOf(arm), color: colors[arm]!, dashed: arm > 0 }));
    const chart = (title: string, value: (look: Look) => number, atLeast = 0) => ({
      chart: new Chart({ title, steps, lines, atLeast }),
      value,
    });
    this.charts = [
      chart("Loss of the mini-batches, nats", ({ loss }) => loss),
      chart("Dead by activation, % of filters", ({ deadByActivation }) => 100 * deadByActivation, 10),
      chart("Dead by scale, % of filters", ({ deadByScale }) => 100 * deadByScale, 10),
    ];
    this.arms = starts.map((start, arm) => ({
      ...start,
      label: labels[arm]!,
      grid: new FilterGrid(`${nameOf(arm)}, ${labels[arm]}`, start.layers),
      count: html("span"),
    }));
    this.bar = html("progress", { max: 1, value: 0, "aria-label": "Progress of the rerun" });
    this.element = html(
      "div",
      {},
      html("div", { class: "live-progress" }, this.bar, this.left),
      html("div", { class: "live-charts" }, ...this.charts.map((each) => each.chart.element)),
      html(
        "div",
        { class: "live-grids" },
        ...this.arms.map(({ grid, label, count }, arm) =>
          html(
            "figure",
            {},
            html("figcaption", {}, html("strong", {}, `${nameOf(arm)}: ${label}`), " ", count),
            grid.element,
          ),
        ),
      ),
      html(
        "ul",
        { class: "live-legend", "aria-label": "States of a filter" },
        ...stateNames.map((name, code) =>
          html("li", {}, html("span", { class: `live-swatch live-state-${code}` }), legend[name]),
        ),
      ),
      html(
        "p",
        { class: "live-small" },
        "Which filters activate is looked at now and then on some of the images, at the end on all.",
      ),
    );
  }

  /** Takes looks as they come; draws once a frame. */
  add(looks: readonly Look[]): void {
    for (const look of looks) {
      for (const { chart, value } of this.charts) chart.add(look.arm, look.step, value(look));
      this.arms[look.arm]!.latest = look;
    }
    if (this.drawing === 0) this.drawing = requestAnimationFrame(() => this.draw());
  }

  /** Takes down what belongs to a rerun in progress. */
  end(): void {
    cancelAnimationFrame(this.drawing);
    this.draw();
    this.bar.parentElement!.remove();
  }

  /** Share of all steps done, 0 to 1. */
  private get share(): number {
    const shares = this.arms.map(({ latest, steps }) => (latest?.step ?? 0) / steps);
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  }

  private draw(): void {
    this.drawing = 0;
    for (const { chart } of this.charts) chart.draw();
    for (const { grid, count, latest } of this.arms) {
      if (!latest) continue;
      grid.show(latest.step, latest.states);
      const dead = latest.states.filter((state) => state >= 2).length;
      count.textContent = `${dead} of ${latest.states.length} filters dead by either measure`;
    }
    const { share } = this;
    this.bar.value = share;
    const at = this.arms.map(
      ({ latest, steps }, arm) =>
        `${nameOf(arm)} at step ${(latest?.step ?? 0).toLocaleString("en")} of ${steps.toLocaleString("en")}`,
    );
    const seconds = (performance.now() - this.startedAt) / 1000;
    const left = share > 0.03 ? `, about ${roughly((seconds / share) * (1 - share))} left` : "";
    this.left.textContent = share < 1 ? `${at.join(", ")}${left}` : "Looks at all images once more …";
  }
}

/** "40 s", "3 min" */
const roughly = (seconds: number): string =>
  seconds < 100 ? `${Math.max(5, 5 * Math.round(seconds / 5))} s` : `${Math.round(seconds / 60)} min`;
