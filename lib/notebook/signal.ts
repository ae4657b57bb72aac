const key = Symbol.for("filter-sparsity.cell-signal");
const holder = globalThis as { [key]?: AbortSignal };

/** Aborts when the reader interrupts the running notebook cell; absent outside the project's kernel. */
export const cellSignal = (): AbortSignal | undefined => holder[key];

/** The kernel's side: names the signal of the cell that starts. */
export function setCellSignal(signal: AbortSignal): void {
  holder[key] = signal;
}
