import type { NotebookCell, NotebookFile } from "../../lib/notebook/notebooks.js";

let ids = 0;

export const markdownCell = (source: string): NotebookCell => ({
  cell_type: "markdown",
  id: `cell-${++ids}`,
  metadata: {},
  source,
});

/** A code cell that was never executed. */
export const codeCell = (source: string): NotebookCell => ({
  cell_type: "code",
  id: `cell-${++ids}`,
  metadata: {},
  source,
  execution_count: null,
  outputs: [],
});

export const notebookOf = (cells: NotebookCell[]): NotebookFile => ({
  cells,
  metadata: {
    kernelspec: {
      display_name: "TypeScript (filter-sparsity)",
      language: "typescript",
      name: "filter-sparsity",
    },
    language_info: { name: "typescript" },
  },
  nbformat: 4,
  nbformat_minor: 5,
});
