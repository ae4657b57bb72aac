import { resolve } from "node:path";
import { resolveFolderSettings } from "../../settings.js";
import { isOfClosedSocket } from "./closed-sockets.js";
import { headlessRun, reportFailure } from "./headless.js";
import { handleInterrupts } from "./interrupts.js";
import { createServer } from "./server.js";
import { Session } from "./session.js";
import { watchStillness } from "./stillness.js";

/**
 * Serves one Jupyter kernel until it is shut down. `connectionFile`: the path that Jupyter passes. Jupyter starts a
 * kernel in its notebook's folder, which is where cells read files and import modules from.
 */
export async function startKernel({
  root,
  connectionFile,
}: {
  root: string;
  connectionFile: string;
}): Promise<void> {
  resolveFolderSettings((folder) => resolve(root, folder));
  const headless = headlessRun();
  const session = new Session({ folder: process.cwd(), root });
  let failed: { error: unknown } | undefined;
  const server = createServer(session, connectionFile, {
    beforeCell() {
      if (failed) throw failed.error;
    },
  });
  session.afterEntry = handleInterrupts(() => server.interrupt());
  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    process.on(event, (error) => {
      if (isOfClosedSocket(error) && server.iopub?.closed) return;
      // A cell that awaits may wait for what will now never come.
      if (session.fail(error)) return;
      const { traceback } = session.describe(error);
      const trace = [
        ...traceback,
        `  outside of any cell's own call, after cell [${session.nextCount - 1}] had run`,
      ];
      process.stderr.write(`Uncaught ${trace.join("\n")}\n`);
      if (!headless) return;
      failed = { error };
      reportFailure(headless.report, trace.join("\n"));
    });
  if (headless) {
    const watch = watchStillness(headless, { fail: (error) => session.fail(error) });
    server.onActivity = watch.heard;
  }
  exitWithParent();
  await server.init();
}

/** A Jupyter server that was killed cannot shut its kernels down. */
function exitWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 2000).unref();
}
