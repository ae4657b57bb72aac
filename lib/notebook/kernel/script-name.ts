/** What a cell's script is called in stack traces. */
export const scriptName = (count: number): string => `filter-sparsity-cell-${count}`;

/** Matches the file name of a cell in a stack trace; its execution count is the first group. */
export const cellFilePattern = /^filter-sparsity-cell-(\d+)$/;
