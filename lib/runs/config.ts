import { createHash } from "node:crypto";
import { canonicalText, parseRunConfig, type RunConfig, type RunConfigInput } from "./config/run.js";

export { canonicalText, parseRunConfig, type RunConfig, type RunConfigInput };

/** First 12 hex digits of the sha256 of the canonical text: the run's name on disk, its seed a level below. */
export function runId(input: RunConfigInput): string {
  const config = parseRunConfig(input);
  const known = ids.get(config);
  if (known !== undefined) return known;
  const id = createHash("sha256").update(canonicalText(config)).digest("hex").slice(0, 12);
  ids.set(config, id);
  return id;
}

const ids = new WeakMap<RunConfig, string>();
