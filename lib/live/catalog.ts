import type { RunConfig } from "../runs/config/run.js";
import type { MeasureName } from "./messages.js";

/** What a page knows of a hypothesis before anything runs: `live/<id>.json`, made when the site is built. */
export interface LiveHypothesis {
  /** "h01" */
  id: string;
  /** The paper's claim, paraphrased. */
  claim: string;
  /** Two arms; the claim is about their difference. */
  arms: [LiveArmChoice, LiveArmChoice];
  judgment: Judgment;
  /** What one pair cannot show of the claim, in a sentence. */
  caveat?: string;
  /** Optimizers to choose from, with the learning rates of their arms. */
  optimizers: { name: string; config: RunConfig["optimizer"] }[];
  /** The same pair on record, from the scale nearest to this one on. */
  stored: StoredPair[];
}

export interface LiveArmChoice {
  /** "Adam, L2 1e-2" */
  label: string;
  config: RunConfig;
  /** What sets it apart and cannot be changed in the page: "2 classes", "GroupNorm". */
  fixed?: string;
}

/** How the verdict line is computed. */
export interface Judgment {
  /** What is compared: "share of filters inactive by activation". */
  what: string;
  unit: "%" | "decades";
  /** The claim says that this one is larger ... */
  more: Side;
  /** ... than this one. */
  less: Side;
  /** Differences below it say nothing; in `unit`, percentage points for "%". */
  smallestEffect: number;
  /** Whether a difference of this pair speaks for or against the claim. */
  decides: boolean;
}

export interface Side {
  /** Which of the arms, 0 or 1. */
  arm: number;
  measure: MeasureName;
  /** In a sentence: "with L2", "in the first half of the layers". */
  words: string;
}

/** What is on record of a pair at one scale. */
export interface StoredPair {
  scale: string;
  /** "BasicNet/4 on cifar10 (jpeg) 16 px, 10,000 images, 5,000 steps" */
  setting: string;
  arms: StoredArm[];
  /** The verdict of all the hypothesis's arms at this scale, in words; absent where runs are missing. */
  verdict?: { answer: string; evidence: string; basis: string };
}

export interface StoredArm {
  label: string;
  seeds: number;
  /** Means over the seeds, %; null where there are none, or one diverged. */
  deadByActivation: number | null;
  deadByScale: number | null;
  testError: number | null;
}
