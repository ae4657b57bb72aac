import type { Command } from "commander";

/** What a command's module exports: it adds its command, options and action to the program. */
export interface CommandModule {
  register(program: Command): void;
}

interface CommandEntry {
  summary: string;
  /** Whether it works on the checkout's notebooks or tests: the installed package does not have it. */
  checkoutOnly?: boolean;
  /** Imported only when the command is called, so that no command waits for another's libraries. */
  load(): Promise<CommandModule>;
}

/** Every command, in the order of the help. */
export const commands: Record<string, CommandEntry> = {
  start: {
    summary: "run the first hypothesis from scratch, in a few minutes, offline",
    checkoutOnly: true,
    load: () => import("./start.js"),
  },
  reproduce: {
    summary: "train what a hypothesis lacks, then print its table and verdict",
    load: () => import("./reproduce.js"),
  },
  sweep: {
    summary: "train what several hypotheses lack, longest runs first",
    load: () => import("./sweep.js"),
  },
  runs: { summary: "list the finished runs", load: () => import("./runs.js") },
  verdicts: {
    summary: "print the verdict on every hypothesis, computed from the finished runs",
    load: () => import("./verdicts.js"),
  },
  claims: {
    summary: "print every claim with its answer, what it cost, and how to test it again",
    load: () => import("./claims.js"),
  },
  crosscheck: {
    summary: "write a run's configuration as a PyTorch script, and compare what PyTorch makes of it",
    load: () => import("./crosscheck.js"),
  },
  export: {
    summary: "write the finished runs as CSV, Arrow, Parquet or TensorBoard logs",
    load: () => import("./export.js"),
  },
  figures: {
    summary: "export every figure as SVG, PNG and PDF from the finished runs",
    load: () => import("./figures.js"),
  },
  gallery: {
    summary: "draw every figure on one page: on a screen, on a phone, in one column of a paper",
    load: () => import("./gallery.js"),
  },
  paper: {
    summary: "build the notebooks into a static site, to read, share and print",
    checkoutOnly: true,
    load: () => import("./paper.js"),
  },
  archive: {
    summary: "make one file of all that the paper is, or check that it rebuilds from one",
    checkoutOnly: true,
    load: () => import("./archive.js"),
  },
  evaluate: {
    summary: "run the claims of docs/evaluation.md and compare what comes out",
    checkoutOnly: true,
    load: () => import("./evaluate.js"),
  },
  prune: {
    summary: "cut a run's dead filters, check the smaller network, save it and time it",
    load: () => import("./prune.js"),
  },
  inspect: {
    summary: "find the inactive filters of a model that was trained elsewhere",
    load: () => import("./inspect.js"),
  },
  cut: {
    summary: "cut the inactive filters out of a model that was trained elsewhere, and prove it",
    load: () => import("./cut.js"),
  },
  latency: {
    summary: "time the networks that a hypothesis' runs leave when dead filters are cut",
    load: () => import("./latency.js"),
  },
  "cut-dead": {
    summary: "train an arm whole and with dead filters cut out as they die, and time both",
    load: () => import("./cut-dead.js"),
  },
  lab: {
    summary: "open the notebooks in JupyterLab",
    checkoutOnly: true,
    load: () => import("./lab.js"),
  },
  notebook: {
    summary: "execute a notebook again, headless",
    checkoutOnly: true,
    load: () => import("./notebook.js"),
  },
  doctor: {
    summary: "say what was found here, what is used, and what would be faster",
    load: () => import("./doctor.js"),
  },
  engine: { summary: "add the native TensorFlow engine", load: () => import("./engine.js") },
  dataset: { summary: "download, check or describe a dataset", load: () => import("./dataset.js") },
  "check-notebooks": {
    summary: "type-check the notebooks' cells",
    checkoutOnly: true,
    load: () => import("./check-notebooks.js"),
  },
  torture: {
    summary: "kill training processes at random moments and compare what comes out",
    load: () => import("./torture.js"),
  },
  bench: {
    summary: "measure step times and throughput",
    checkoutOnly: true,
    load: () => import("./bench.js"),
  },
};
