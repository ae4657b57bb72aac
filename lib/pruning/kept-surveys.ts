import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { messageOf, UserError } from "../errors.js";
import { latencyDirectory } from "../paths.js";
import type { LatencySurvey } from "./survey.js";

const surveysDirectory = (): string => join(latencyDirectory(), "surveys");

/** Keeps a survey among the records, in place of an earlier one of that name, engine and batch. Returns its path. */
export async function keepSurvey(survey: LatencySurvey, name: string): Promise<string> {
  const path = join(surveysDirectory(), `${name}-${survey.engine}-batch-${survey.batch}.json`);
  await mkdir(surveysDirectory(), { recursive: true });
  const networks = survey.networks.map((network) => `    ${JSON.stringify(network)}`).join(",\n");
  const head = JSON.stringify({ ...survey, networks: [] }, null, 2);
  await writeFileAtomic(path, `${head.replace('"networks": []', `"networks": [\n${networks}\n  ]`)}\n`);
  return path;
}

/** All kept surveys, by file name; none where there is no folder. Throws `UserError` naming a file that is damaged. */
export function keptSurveys(): LatencySurvey[] {
  const directory = surveysDirectory();
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      const path = join(directory, name);
      try {
        const survey = JSON.parse(readFileSync(path, "utf8")) as Partial<LatencySurvey>;
        if (!survey.engine || !survey.networks?.every(({ runs, speedup }) => runs && speedup))
          throw new Error("parts of it are missing");
        return survey as LatencySurvey;
      } catch (error) {
        throw new UserError(
          `${path} is damaged: ${messageOf(error)}. Delete it and measure again with npm run latency.`,
        );
      }
    });
}
