import type { RunConfig } from "./config.js";

/** A run to be trained. */
export interface MissingRun {
  config: RunConfig;
  seed: number;
}

export interface AdmissionOptions {
  /** Runs at work at once. */
  workers: number;
  /** Folder of each dataset that is not built in or cached, by dataset name. */
  locations: Record<string, string>;
}

/**
 * Resolves where runs that have no record may be trained, and throws where they may not; asked once before the first of
 * them begins. Here whoever asks for runs has agreed to that. In its place a page asks its reader.
 */
export async function admitTraining(
  _runs: readonly MissingRun[],
  _options: AdmissionOptions,
): Promise<void> {}
