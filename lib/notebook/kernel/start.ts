import { createCompiler } from "./compiler.js";
import { handleInterrupts } from "./interrupts.js";
import { createServer } from "./server.js";
import { Session } from "./session.js";

/** Serves one Jupyter kernel until it is shut down. `connectionFile`: the path that Jupyter passes. */
export async function startKernel({
  root,
  connectionFile,
}: {
  root: string;
  connectionFile: string;
}): Promise<void> {
  const session = new Session(root, createCompiler());
  const server = createServer(session, connectionFile);
  session.afterEntry = handleInterrupts(() => server.interrupt());
  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    process.on(event, (error) =>
      process.stderr.write(`Uncaught ${session.describe(error).traceback.join("\n")}\n`),
    );
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
