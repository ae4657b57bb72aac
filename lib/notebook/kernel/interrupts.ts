/**
 * Makes SIGINT, by which Jupyter interrupts a kernel, end the cell and never the kernel. Returns a function to be
 * called once a cell's synchronous part has run.
 *
 * Two things would end the kernel. Libraries that exit on SIGINT, as Playwright does while a browser is open: their
 * listeners are taken off. And Node itself, which for `vm` code that SIGINT may break, as a cell is, first removes
 * all listeners, leaving the signal to its default action meanwhile, and in the end does not set up its handler
 * anew if there was a listener: so removal is refused, and the handler set up anew after each cell.
 */
export function handleInterrupts(interrupt: () => void): () => void {
  const arm = () => {
    for (const listener of process.listeners("SIGINT")) process.off("SIGINT", listener);
    process.on("SIGINT", interrupt);
  };
  const removeAllListeners = process.removeAllListeners.bind(process);
  process.removeAllListeners = (event) => (event === "SIGINT" ? process : removeAllListeners(event));
  process.on("newListener", (event, listener) => {
    if (event === "SIGINT" && listener !== interrupt) queueMicrotask(arm);
  });
  arm();
  return arm;
}
