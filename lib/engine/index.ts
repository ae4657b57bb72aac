export { type Activation, type ActivationName, activationNames } from "./activation.js";
export { type Engine, type EngineName, engineNames } from "./engine.js";
export { openEngine } from "./open.js";
export type { Ops } from "./ops.js";
export type { Variable } from "./variable.js";
