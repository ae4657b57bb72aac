export { type Engine, type EngineName, engineNames } from "./engine.js";
export { openEngine } from "./open.js";
export type { Activation, Ops } from "./ops.js";
export type { Variable } from "./variable.js";
