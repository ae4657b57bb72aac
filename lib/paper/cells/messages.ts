import type { PlotlyFigure } from "../../figures/figure.js";
import type { MimeBundle, MimeMetadata } from "../../notebook/display.js";
import type { CellImport } from "../../notebook/kernel/cell-imports.js";
import type { CellDiagnostic } from "../../notebook/kernel/diagnostics.js";
import type { ErrorContent } from "../../notebook/kernel/trace.js";
import type { RunConfig } from "../../runs/config.js";
import type { RunProgress } from "../../runs/execute.js";
import type { TrainMessage } from "../../runs/messages.js";

/** A cell as JavaScript, as the worker that compiles hands it to the worker that runs. */
export interface Script {
  script: string;
  isAsync: boolean;
  imports: CellImport[];
  variables: string[];
}

/** A thrown value, as far as it can be passed on. */
export interface Thrown {
  name: string;
  message: string;
  stack: string;
  cause?: Thrown;
}

/** What a cell shows. */
export type Output =
  | { type: "display"; id: string; data: MimeBundle; metadata: MimeMetadata }
  /** Replaces the display of that id. */
  | { type: "update"; id: string; data: MimeBundle; metadata: MimeMetadata }
  | { type: "stream"; name: "stdout" | "stderr"; text: string }
  | { type: "error"; error: ErrorContent };

/** What both workers begin with. */
export interface Start {
  type: "start";
  /** Address of the folder with the machinery, ending in a slash. */
  assets: string;
}

/** A figure as a picture's file, that a cell asked for; or why there is none. */
export interface Drawn {
  type: "drawn";
  id: number;
  picture?: Uint8Array<ArrayBuffer>;
  problem?: string;
}

/** What a reader is asked before runs that are not on record are trained. */
export interface TrainingQuestion {
  runs: number;
  /** Runs at work at once. */
  workers: number;
  /** How long that takes, in words; absent until it is measured. */
  expected?: string;
}

/** The reader's answer. `asked`: false where there is nobody to be asked. */
export interface Admission {
  type: "admission";
  id: number;
  agreed: boolean;
  asked: boolean;
}

/** Images of the reader's own, as an image folder. */
export interface ReadersImages {
  /** What cells call the dataset. */
  name: string;
  /** Another one for every choice of files. */
  stamp: string;
  /** `train/<class>/<file>` or `test/<class>/<file>`. */
  files: { path: string; file: Blob }[];
}

export type RunnerRequest =
  | Start
  | Drawn
  | Admission
  | { type: "images"; images: ReadersImages }
  | { type: "run"; cell: number; script: Script }
  /** Asks code that listens to end; what computes without end does not hear it. */
  | { type: "interrupt" };

export type RunnerReport =
  | { type: "ready" }
  | { type: "output"; output: Output }
  /** Images of the reader's are there and can be read, or why not; what there is to say of them. */
  | { type: "images"; stamp: string; usable: boolean; text: string }
  /** Twice: at once, and when it is known how long it takes. */
  | { type: "ask"; id: number; question: TrainingQuestion }
  | { type: "draw"; id: number; figure: PlotlyFigure; format: "svg" | "png" }
  | { type: "done" }
  | { type: "thrown"; thrown: Thrown }
  | { type: "failed"; message: string };

export type CompilerRequest =
  | Start
  | { type: "compile"; id: number; cell: number; code: string }
  /** The cell has run: those after it see what it declares. */
  | { type: "commit"; cell: number }
  /** What later cells see of a cell that has not run yet. */
  | { type: "declare"; cell: number; code: string }
  | { type: "check"; id: number; code: string }
  | { type: "complete"; id: number; code: string; position: number }
  | { type: "describe"; id: number; thrown: Thrown };

export type Compiled = { script: Script } | { diagnostics: CellDiagnostic[]; error: ErrorContent };

export interface Completion {
  start: number;
  candidates: string[];
}

export type CompilerReport =
  | { type: "ready" }
  | { type: "answer"; id: number; answer: Compiled | CellDiagnostic[] | Completion | ErrorContent }
  | { type: "failed"; message: string };

/** What the runner asks of a worker that trains. */
export interface TrainerRequest {
  job: TrainMessage | MeasureMessage;
  images: ReadersImages[];
}

/** How long would that run take? */
export interface MeasureMessage {
  type: "measure";
  config: RunConfig;
  seed: number;
  locations: Record<string, string>;
}

export type TrainerReport =
  | { type: "ready"; version: string }
  | { type: "measured"; seconds: number }
  | { type: "progress"; progress: RunProgress }
  | { type: "note"; message: string }
  | {
      type: "trained";
      seconds: number;
      status: "finished" | "diverged";
      /** Of the record, by name. */
      files: Record<string, Uint8Array<ArrayBuffer>>;
    }
  | { type: "failed"; message: string }
  /** The engine does not open. */
  | { type: "unable"; message: string };
