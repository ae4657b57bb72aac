import { givenFolders } from "../../../datasets/given-folders.js";
import { UserError } from "../../../errors.js";
import type { AdmissionOptions, MissingRun } from "../../../runs/admission.js";
import type { RunConfig } from "../../../runs/config.js";
import { trainingCost } from "../../../runs/cost.js";
import { describeDuration } from "../../../runs/describe.js";
import { makespan } from "../../../runs/durations.js";
import type { Admission, RunnerReport } from "../messages.js";
import { measureInTrainer } from "./worker-process.js";

const elsewhere =
  "In a checkout this cell trains them: npm run lab. To train all that a hypothesis lacks: npm run reproduce -- <hypothesis>";

let asked = 0;
let asksReader = false;

/** From now on whoever wants runs trained has to ask the reader; a worker that trains has no reader. */
export function askReader(): void {
  asksReader = true;
}

/** In the place of what lets runs be trained: says how many there are and how long they take, and asks the reader. */
export async function admitTraining(
  runs: readonly MissingRun[],
  { workers, locations }: AdmissionOptions,
): Promise<void> {
  if (!asksReader) return;
  for (const { config } of runs) requireImages(config, locations);
  const id = ++asked;
  const tell = (seconds?: number) =>
    (globalThis as unknown as { postMessage(report: RunnerReport): void }).postMessage({
      type: "ask",
      id,
      question: {
        ...{ runs: runs.length, workers },
        ...(seconds !== undefined && { expected: describeDuration(seconds) }),
      },
    });
  let isAnswered = false;
  const answered = answerTo(id).finally(() => {
    isAnswered = true;
  });
  tell();
  const estimate = expectSeconds(runs, { workers, locations }).then((seconds) => {
    if (!isAnswered) tell(seconds);
  });
  // Who agrees, or does not, before the estimate is there need not wait for it.
  await Promise.race([answered, estimate]);
  estimate.catch(() => {});
  const { agreed, asked: wasAsked } = await answered;
  if (agreed) return;
  const what =
    runs.length === 1 ? "A run that this cell needs is" : `${runs.length} runs that this cell needs are`;
  throw new UserError(
    wasAsked
      ? `${what} not trained, as you chose. Run the cell again to be asked again. ${elsewhere}`
      : `Some of these runs are not on record on this site, and here nobody can be asked whether to train them. ${elsewhere}`,
  );
}

function answerTo(id: number): Promise<Admission> {
  return new Promise((resolve) => {
    const hear = ({ data }: MessageEvent<Admission>) => {
      if (data.type !== "admission" || data.id !== id) return;
      removeEventListener("message", hear as EventListener);
      resolve(data);
    };
    addEventListener("message", hear as EventListener);
  });
}

/** What a page has not, it cannot train on. */
function requireImages({ dataset: { name } }: RunConfig, locations: Record<string, string>): void {
  if (name === "synthetic" || givenFolders.has(name) || name in locations) return;
  throw new UserError(
    `Some of these runs are not on record on this site, and it has no images "${name}" to train them on. Give it some by "Your images", as a folder called ${name} with a folder for each class, and set the dataset's source to "jpeg". ${elsewhere}`,
  );
}

/** Measured on the longest of them; the others in proportion to what they compute. */
async function expectSeconds(
  runs: readonly MissingRun[],
  { workers, locations }: AdmissionOptions,
): Promise<number> {
  const longest = runs.reduce((a, b) => (trainingCost(b.config) > trainingCost(a.config) ? b : a));
  const { config, seed } = longest;
  const seconds = await measureInTrainer({ config, seed, locations });
  const costs = runs.map((run) => trainingCost(run.config)).sort((a, b) => b - a);
  const each = costs.map((cost) => (seconds * cost) / trainingCost(config));
  return makespan(each, new Array<number>(workers).fill(0));
}
