/** What ZeroMQ says of a socket that was closed under a message: by reading, writing or waiting for it. */
const codes: readonly unknown[] = ["EBADF", "EFAULT", "EAGAIN"];

/**
 * Whether an error is only of a socket that the kernel has closed itself. When Jupyter shuts a kernel down, messages may be
 * on their way in its sockets, and tslab's loops that read them end in a promise that nobody awaits: no cell has failed.
 * Errors of the file system, which have such codes too, name a system call.
 */
export function isOfClosedSocket(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return codes.includes(code) && syscall === undefined;
}
