export { fromArquero, fromDataFrame } from "./frames.js";
export { renderTable, type TableFormat, tableFormats } from "./render.js";
export { layersFrame, runsFrame } from "./runs-frame.js";
export { armSummary, describeRuns, layerSummary } from "./summary.js";
export type { Cell, Column, Estimate, Table } from "./table.js";
