import { join } from "node:path";
import { latencyDirectory } from "../paths.js";
import { keepFile, readKeptFiles } from "./kept-files.js";
import type { LatencySurvey } from "./survey.js";

const surveysDirectory = (): string => join(latencyDirectory(), "surveys");

/** Keeps a survey among the records, in place of an earlier one of that name, engine and batch. Returns its path. */
export async function keepSurvey(survey: LatencySurvey, name: string): Promise<string> {
  const path = join(surveysDirectory(), `${name}-${survey.engine}-batch-${survey.batch}.json`);
  return keepFile(path, survey, "networks");
}

/** All kept surveys, by file name; none where there is no folder. Throws `UserError` naming a file that is damaged. */
export const keptSurveys = (): LatencySurvey[] =>
  readKeptFiles<LatencySurvey>(surveysDirectory(), {
    isWhole: ({ engine, networks }) => engine && networks?.every(({ runs, speedup }) => runs && speedup),
    command: "npm run latency",
  });
