/**
 * An error that the reader can mend: it says what was wrong, what was expected and what to do.
 * The command line prints its message as one line and exits with `exitCode`, without a stack trace.
 */
export class UserError extends Error {
  /** 2: the command was used wrongly; 1: the work itself could not be done. */
  readonly exitCode: 1 | 2;

  constructor(message: string, { exitCode = 1, cause }: { exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "UserError";
    this.exitCode = exitCode;
  }
}

/** A wrong option, name or configuration: nothing was started. Exit code 2. */
export class UsageError extends UserError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { ...options, exitCode: 2 });
    this.name = "UsageError";
  }
}

/** The message of anything thrown, in one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ");
}
