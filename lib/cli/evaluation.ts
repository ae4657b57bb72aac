import { join } from "node:path";
import { findHypothesis, hypotheses } from "../hypotheses/index.js";
import { codeCells, notebooksDirectory, readNotebook } from "../notebook/notebooks.js";
import { runId } from "../runs/config.js";

/** One claim that an evaluator can check: what to run, and what comes out. */
export interface EvaluationRow {
  id: string;
  /** What is claimed. */
  claim: string;
  /** What to type, word by word after `npm run`; several are run one after the other. */
  commands: readonly (readonly string[])[];
  /** On two cores, in words. */
  time: string;
  /** What is expected of the last command's output, in words. */
  expected: string;
  /** The same as a comparison: undefined where the output is as expected, else how it is not. */
  differs(output: string): string | undefined;
  /** What it needs besides `npm ci`; asked for by name then. */
  needs?: string;
}

/** Stands in a command for the folder that takes what is written, new for each row. */
export const outFolder = "DIR";
/** Stands in a command for the reader's folder of CIFAR-10 images. */
export const imagesFolder = "CIFAR";

/** Cross-entropies on the test images at scale smoke on engine wasm, whose kernels give the same bits everywhere. */
const smokeLosses: Readonly<Record<string, number>> = {
  "Adam, no penalty": 1.3996254169091422,
  "Adam, L2 1e-2": 1.3949884159422385,
  "SGD+momentum, no penalty": 1.4085253194242764,
  "SGD+momentum, L2 1e-2": 1.4020493644866654,
};

/** The run of `npm start` with the most dead filters. */
const strongestQuick = (): string => {
  const arms = findHypothesis("h01").arms({ scale: "quick" });
  const strongest = arms.reduce((a, b) => (b.config.penalty.lambda > a.config.penalty.lambda ? b : a));
  return `${runId(strongest.config)}/1`;
};

export const evaluationRows: readonly EvaluationRow[] = [
  {
    id: "verdicts",
    claim: "Every verdict follows from the committed records, and is the one that its notebook shows.",
    commands: [["verdicts", "--json"]],
    time: "10 s",
    expected: "each verdict is the answer in its notebook",
    differs: verdictsDiffer,
  },
  {
    id: "same-bits",
    claim: "A configuration and a seed decide a run to the last bit, on any machine (engine `wasm`).",
    commands: [["reproduce", "h01", "--scale", "smoke", "--engine", "wasm", "--no-figures", "--json"]],
    time: "10 s",
    expected: `test losses ${Object.values(smokeLosses).join(", ")}`,
    differs: lossesDiffer,
  },
  {
    id: "interruptions",
    claim: "A run that is killed, at any moment, goes on and ends with the same bits.",
    commands: [["torture", "--kills", "10", "--json"]],
    time: "1 min",
    expected: "10 kills, 0 runs lost, 0 different",
    differs: (output) => {
      const { kills, lost, different } = lastJson(output) as Record<string, number>;
      return kills! >= 10 && lost === 0 && different === 0
        ? undefined
        : `${kills} kills, ${lost} lost, ${different} different`;
    },
  },
  {
    id: "dead-filters",
    claim: "With Adam and enough L2, filters die that nobody asked to; cutting them changes no result.",
    commands: [
      ["start", "--no-figures", "--engine", "wasm"],
      ["prune", strongestQuick(), "--no-latency", "--json", "--engine", "wasm", "--out", outFolder],
    ],
    time: "3 min",
    expected: "some filters cut, logits within 1e-4 of their scale, no image classified otherwise",
    differs: cutDiffers,
  },
  {
    id: "site",
    claim: "The paper is built from the executed notebooks, offline.",
    commands: [["paper", "--out", outFolder]],
    time: "30 s",
    expected: "a page for each notebook and more, no warning",
    differs: (output) => {
      const pages = Number(/^(\d+) pages in /m.exec(output)?.[1]);
      return pages > hypotheses.length ? undefined : `"${output.trim().split("\n").at(-1)}"`;
    },
  },
  {
    id: "lite",
    claim:
      "On CIFAR-10 Adam without a penalty leaves no filter dead, and with L2 1e-3 most of them: H1 from scratch.",
    commands: [
      ["reproduce", "h01", "--scale", "lite", "--seeds", "3", "--no-figures", "--json"].concat([
        "--data",
        `cifar10=${imagesFolder}`,
      ]),
    ],
    time: "15 min with `tensorflow`, 40 with `wasm`",
    expected: "verdict supported",
    differs: (output) => {
      const { verdict } = (lastJson(output) as { verdict?: { verdict: string } }).verdict ?? {};
      return verdict === "supported" ? undefined : `verdict ${verdict}`;
    },
    needs: "`--data DIR`, a folder of CIFAR-10",
  },
];

/** The last JSON value that a program printed. */
function lastJson(output: string): unknown {
  const start = output.search(/^[[{]/m);
  if (start < 0) throw new Error(`it printed no JSON: ${output.trim().split("\n").at(-1)}`);
  return JSON.parse(output.slice(start));
}

function verdictsDiffer(output: string): string | undefined {
  const verdicts = lastJson(output) as { id: string; part: string | null; verdict: string }[];
  const without = hypotheses.find((hypothesis) => !verdicts.some(({ id }) => id === hypothesis.id));
  if (without) return `no verdict on ${without.id}`;
  const other = verdicts.find(({ id, part, verdict }) => {
    const notebook = readNotebook(join(notebooksDirectory(), `${findHypothesis(id).notebook}.ipynb`));
    const shown = codeCells(notebook).flatMap(({ cell: { outputs = [] } }) =>
      outputs.map(({ data }) => [data?.["text/plain"] ?? ""].flat().join("")),
    );
    const isIt = (text: string) => part === null || text.includes(`(part: ${part}; `);
    return !shown.some((text) => text.startsWith(`Verdict: ${verdict}`) && isIt(text));
  });
  if (!other) return undefined;
  const { id, part, verdict } = other;
  return `${part === null ? id : `${id}, ${part},`} is "${verdict}", which its notebook does not show`;
}

function lossesDiffer(output: string): string | undefined {
  const { arms } = lastJson(output) as { arms: { label: string; runs: { testLoss: number }[] }[] };
  const found = arms.map(({ label, runs }) => `${label}: ${runs[0]?.testLoss}`);
  const expected = Object.entries(smokeLosses).map(([label, loss]) => `${label}: ${loss}`);
  return found.join() === expected.join() ? undefined : found.join(", ");
}

function cutDiffers(output: string): string | undefined {
  const { changed, variants } = lastJson(output) as {
    changed: boolean;
    variants: { name: string; deviation?: { largest: number; changed: number } }[];
  };
  const deviation = variants.find(({ name }) => name === "pruned")?.deviation;
  if (!changed || deviation === undefined) return "no filter was dead";
  const { largest, changed: otherwise } = deviation;
  if (largest <= 1e-4 && otherwise === 0) return undefined;
  return `logits move by ${largest} of their scale, ${100 * otherwise} % of images change`;
}

/** The table of the documentation, a line a row. */
export const evaluationTable = (): string[] =>
  evaluationRows.map(({ id, claim, commands, time, expected, needs }) => {
    const typed = commands.map(([name, ...words]) => `\`npm run ${name} -- ${words.join(" ")}\``);
    return `| \`${id}\` | ${claim} | ${typed.join(", then ")} | ${time} | ${expected} | ${needs ?? ""} |`;
  });
