export type { Augmentation } from "./augmentation.js";
export { type Batch, BatchMaker } from "./batches.js";
export { evaluate } from "./evaluate.js";
export { addScores, emptyScore, type Score, score } from "./loss.js";
export { BatchOrder } from "./order.js";
export { meanScheduleFactor, scheduleFactor } from "./schedule.js";
export {
  type Listener,
  type Outcome,
  type Position,
  Session,
  type SessionOptions,
  type TrainingEvent,
  trainWith,
} from "./session.js";
export { Trainer } from "./trainer.js";
