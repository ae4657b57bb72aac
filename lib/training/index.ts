export { type Batch, BatchMaker, batchIndices } from "./batches.js";
export { evaluate } from "./evaluate.js";
export { type LoopOptions, type LoopOutcome, trainingLoop } from "./loop.js";
export { addScores, emptyScore, type Score, score } from "./loss.js";
export { scheduleFactor } from "./schedule.js";
export { Trainer } from "./trainer.js";
