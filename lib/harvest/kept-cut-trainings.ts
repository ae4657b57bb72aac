import { join } from "node:path";
import { latencyDirectory } from "../paths.js";
import type { CutTraining } from "./cut-training.js";
import { keepFile, readKeptFiles } from "./kept-files.js";

const trainingDirectory = (): string => join(latencyDirectory(), "training");

/** Keeps what was measured in place of an earlier measurement of the same configuration, engine and looks. Returns its path. */
export async function keepCutTraining(measured: CutTraining): Promise<string> {
  const path = join(trainingDirectory(), `${measured.id}-${measured.engine}-every-${measured.every}.json`);
  return keepFile(path, measured, "trainings");
}

/** All that were kept, by file name; none where there is no folder. Throws `UserError` naming a file that is damaged. */
export const keptCutTrainings = (): CutTraining[] =>
  readKeptFiles<CutTraining>(trainingDirectory(), {
    isWhole: ({ arm, every, trainings }) =>
      arm && every && trainings?.every(({ pace, cuts }) => pace && cuts),
    command: "npm run cut-dead",
  });
