export type { Augmentation } from "./augmentation.js";
export { type Batch, BatchMaker } from "./batches.js";
export { evaluate } from "./evaluate.js";
export { type LoopOptions, type LoopOutcome, trainingLoop } from "./loop.js";
export { addScores, emptyScore, type Score, score } from "./loss.js";
export { BatchOrder } from "./order.js";
export { meanScheduleFactor, scheduleFactor } from "./schedule.js";
export { Trainer } from "./trainer.js";
