import type { RunConfig } from "../runs/config/run.js";

/** An engine that a reader may ask for; "auto": WebGPU where there is a GPU that does it well, else wasm. */
export const engineChoices = ["auto", "webgpu", "wasm"] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** What the page tells the worker. */
export type Request =
  | {
      type: "run";
      engine: Exclude<EngineChoice, "auto">;
      /** Address of the folder with the `.wasm` files, ending in a slash. */
      assets: string;
      /** The arms that it trains, as `parseRunConfig` takes them. */
      configs: readonly RunConfig[];
      seed: number;
      /** Whether gradients are looked at too, as the measures of the penalty's pull need. */
      gradients: boolean;
    }
  | { type: "stop" };

/** What is known of an arm once its network is built. */
export interface ArmStart {
  layers: { name: string; filters: number }[];
  parameters: number;
  steps: number;
}

/** One look at an arm in training. */
export interface Look {
  /** Which of the request's arms, from 0. */
  arm: number;
  step: number;
  /** Mean cross-entropy, nats, of the steps since the look before. */
  loss: number;
  /** Shares of all filters, 0 to 1; by activation as of the latest look at activations. */
  deadByScale: number;
  deadByActivation: number;
  /** State of each filter, the layers one after another: an index into `stateNames`. */
  states: Uint8Array;
}

/** States by the codes of `Look.states`. */
export const stateNames = ["alive", "alive again", "dead by activation", "dead by scale"] as const;
export type StateName = (typeof stateNames)[number];
export const codeOf = Object.fromEntries(stateNames.map((name, code) => [name, code])) as Record<
  StateName,
  number
>;

/** What a verdict may rest on, all but the last two in %. */
export const measureNames = [
  "deadByActivation",
  "deadByScale",
  "deadEarly",
  "deadLate",
  "selectivity",
  "testError",
  "macsLeft",
  "cameBack",
  "pullDying",
  "pullSurviving",
] as const;
export type MeasureName = (typeof measureNames)[number];

/** An arm at its end. Measures are NaN where they could not be taken, and all are after a divergence. */
export interface ArmResult {
  status: "finished" | "diverged";
  /** Steps done. */
  step: number;
  /** Of them, in optimizer steps. */
  seconds: number;
  /** Test error of guessing, %. */
  chance: number;
  measures: Record<MeasureName, number>;
}

/** What the worker tells the page. */
export type Report =
  | { type: "engine"; version: string }
  | { type: "started"; arms: ArmStart[] }
  | { type: "looks"; looks: Look[] }
  | { type: "done"; results: ArmResult[] }
  | { type: "stopped" }
  | { type: "failed"; message: string };
