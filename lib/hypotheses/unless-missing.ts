import { UsageError, UserError } from "../errors.js";

/** What an analysis finds; undefined where it finds that runs are missing. */
export function unlessMissing<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof UserError && !(error instanceof UsageError)) return undefined;
    throw error;
  }
}
