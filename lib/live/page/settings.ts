import type { RunConfig } from "../../runs/config/run.js";
import type { LiveArmChoice, LiveHypothesis } from "../catalog.js";
import { nameOf } from "../judge.js";
import { type EngineChoice, engineChoices } from "../messages.js";
import { html, newId } from "./dom.js";

/** What a reader has chosen. */
export interface Settings {
  configs: RunConfig[];
  /** Names of the arms, and of their optimizers as figures color them. */
  labels: string[];
  optimizers: string[];
  seed: number;
  engine: EngineChoice;
  /** Whether anything but seed and engine differs from the hypothesis's own pair. */
  changed: boolean;
}

type Optimizer = LiveHypothesis["optimizers"][number];

const penalties = { none: "none", l2: "L2", decoupled: "decoupled decay" };
const activations: Record<RunConfig["model"]["activation"], string> = {
  relu: "ReLU",
  "leaky-relu": "Leaky ReLU",
  elu: "ELU",
  gelu: "GELU",
  silu: "SiLU",
};
const engines: Record<EngineChoice, string> = { auto: "automatic", webgpu: "WebGPU", wasm: "WebAssembly" };
const lengths = { "1": "all steps", "0.5": "half", "0.25": "a quarter" };

/** Labeled controls for the two arms and what they share. The browser checks their ranges. */
export class SettingsForm {
  readonly element: HTMLFormElement;
  private readonly arms: ArmFields[];
  private readonly seed = numberInput({ min: 0, max: 2 ** 31 - 1, step: 1 });
  private readonly length = choice(lengths);
  private readonly engine = choice(engines);

  constructor(private readonly hypothesis: LiveHypothesis) {
    this.arms = hypothesis.arms.map((arm, index) => new ArmFields(arm, index, hypothesis.optimizers));
    const reset = html("button", { type: "button" }, "Back to the original pair");
    reset.addEventListener("click", () => this.reset());
    this.element = html(
      "form",
      { class: "live-form", "aria-label": "Settings of the rerun" },
      ...this.arms.map(({ element }) => element),
      html(
        "fieldset",
        {},
        html("legend", {}, "Both"),
        field("Seed", this.seed),
        field("Length", this.length),
        field("Engine", this.engine),
        reset,
      ),
    );
    // Return in a field is no wish to leave the page.
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.reset();
  }

  /** Undefined where a field is not valid; the browser then says so at the field, which has to be in sight. */
  read(): Settings | undefined {
    const details = this.element.closest("details");
    if (details && !this.element.checkValidity()) details.open = true;
    if (!this.element.reportValidity()) return undefined;
    const share = Number(this.length.value);
    const configs = this.arms.map((arm) => {
      const config = arm.read();
      return { ...config, steps: Math.max(1, Math.round(share * config.steps)) };
    });
    const own = this.hypothesis.arms;
    const changed = JSON.stringify(configs) !== JSON.stringify(own.map(({ config }) => config));
    const batches = new Set(configs.map(({ batchSize }) => batchSize));
    return {
      configs,
      labels: this.arms.map((arm, index) => (changed ? arm.label(batches.size > 1) : own[index]!.label)),
      optimizers: this.arms.map(({ optimizerName }) => optimizerName),
      seed: Number(this.seed.value),
      engine: engineChoices.find((name) => name === this.engine.value) ?? "auto",
      changed,
    };
  }

  set disabled(value: boolean) {
    for (const fieldset of this.element.querySelectorAll("fieldset")) fieldset.disabled = value;
  }

  private reset(): void {
    for (const arm of this.arms) arm.reset();
    this.seed.value = "1";
    this.length.value = "1";
    this.engine.value = "auto";
  }
}

class ArmFields {
  readonly element: HTMLFieldSetElement;
  private readonly optimizer: HTMLSelectElement;
  private readonly learningRate = numberInput({ min: 1e-6, max: 100, step: "any" });
  private readonly penalty = choice(penalties);
  private readonly lambda = numberInput({ min: 0, max: 1, step: "any" });
  private readonly batch = numberInput({ min: 2, max: 500, step: 1 });
  private readonly activation = choice(activations);

  constructor(
    private readonly arm: LiveArmChoice,
    index: number,
    private readonly optimizers: readonly Optimizer[],
  ) {
    this.optimizer = choice(Object.fromEntries(optimizers.map(({ name }) => [name, name])));
    this.optimizer.addEventListener("change", () => {
      this.learningRate.value = String(this.chosen().learningRate);
    });
    this.penalty.addEventListener("change", () => this.follow());
    const fixed = [
      ...(arm.fixed ? [arm.fixed] : []),
      ...(arm.config.penalty.on.length < 4 ? [`penalty on ${arm.config.penalty.on.join(", ")} alone`] : []),
    ];
    this.element = html(
      "fieldset",
      {},
      html("legend", {}, `${nameOf(index)}: ${arm.label}`),
      ...(fixed.length > 0 ? [html("p", {}, `Always: ${fixed.join("; ")}`)] : []),
      field("Optimizer", this.optimizer),
      field("Learning rate", this.learningRate),
      field("Penalty", this.penalty),
      field("Strength λ", this.lambda),
      field("Mini-batch", this.batch),
      field("Activation", this.activation),
    );
  }

  get optimizerName(): string {
    return this.optimizer.value;
  }

  /** "SGD+momentum, L2 0.02, batch 20, Leaky ReLU, 2 classes" */
  label(withBatch: boolean): string {
    const { penalty, batchSize, model } = this.read();
    return [
      this.optimizerName,
      penalty.lambda > 0 ? `${penalty.kind === "l2" ? "L2" : "WD"} ${this.lambda.value}` : "no penalty",
      ...(withBatch ? [`batch ${batchSize}`] : []),
      ...(model.activation === "relu" ? [] : [activations[model.activation]]),
      ...(this.arm.fixed ? [this.arm.fixed] : []),
    ].join(", ");
  }

  reset(): void {
    const { optimizer, penalty, batchSize, model } = this.arm.config;
    this.optimizer.value = this.nameOfOwn();
    this.learningRate.value = String(optimizer.learningRate);
    this.penalty.value = penalty.lambda > 0 ? penalty.kind : "none";
    this.lambda.value = String(penalty.lambda || 0.01);
    this.batch.value = String(batchSize);
    this.activation.value = model.activation;
    this.follow();
  }

  read(): RunConfig {
    const { config } = this.arm;
    const learningRate = Number(this.learningRate.value);
    const kind = this.penalty.value === "decoupled" ? "decoupled" : "l2";
    const lambda = this.penalty.value === "none" ? 0 : Number(this.lambda.value);
    const own = this.optimizer.value === this.nameOfOwn() ? config.optimizer : this.chosen();
    return {
      ...config,
      optimizer: { ...own, learningRate },
      penalty: { ...config.penalty, kind: lambda > 0 ? kind : config.penalty.kind, lambda },
      batchSize: Number(this.batch.value),
      model: { ...config.model, activation: this.activation.value as keyof typeof activations },
    };
  }

  /** Without a penalty there is no lambda to choose. */
  private follow(): void {
    this.lambda.disabled = this.penalty.value === "none";
  }

  private chosen(): RunConfig["optimizer"] {
    return this.optimizers.find(({ name }) => name === this.optimizer.value)!.config;
  }

  private nameOfOwn(): string {
    const { name, ...rest } = this.arm.config.optimizer;
    const momentum = "momentum" in rest ? rest.momentum : undefined;
    return this.optimizers.find(
      ({ config }) =>
        config.name === name && ("momentum" in config ? config.momentum : undefined) === momentum,
    )!.name;
  }
}

const numberInput = (limits: { min: number; max: number; step: number | "any" }): HTMLInputElement =>
  html("input", { type: "number", required: true, inputmode: "decimal", ...limits });

const choice = (options: Record<string, string>): HTMLSelectElement =>
  html("select", {}, ...Object.entries(options).map(([value, text]) => html("option", { value }, text)));

function field(text: string, control: HTMLInputElement | HTMLSelectElement): HTMLElement {
  control.id = newId();
  return html("div", { class: "live-field" }, html("label", { for: control.id }, text), control);
}
