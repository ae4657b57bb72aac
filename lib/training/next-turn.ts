/** Lets other events in, such as a signal that ends the run. Browsers have no `setImmediate`. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve);
  });
