import { basename } from "node:path";
import { UserError } from "../errors.js";
import { readKeptFiles } from "../harvest/kept-files.js";
import { modelsDirectory } from "../paths.js";
import type { CutReport } from "./prove.js";

/** A model of `data/models` with what cutting it gave, by either measure. */
export interface KeptCuts {
  /** Of its file: "resnet18". */
  name: string;
  activation: CutReport;
  scale: CutReport;
}

/** The models that are kept with both reports, by name. Throws `UserError` naming a report that is damaged or missing. */
export function keptCuts(directory = modelsDirectory()): KeptCuts[] {
  const reports = readKeptFiles<CutReport>(directory, {
    isWhole: ({ model, layers, proof }) => model && layers && proof,
    command: "npm run cut",
  });
  const nameOf = ({ model }: CutReport) => basename(model, ".onnx");
  return [...new Set(reports.map(nameOf))].map((name) => {
    const [activation, scale] = (["activation", "scale"] as const).map((by) => {
      const report = reports.find((one) => nameOf(one) === name && one.by === by);
      if (report) return report;
      throw new UserError(
        `${directory} lacks the report of ${name} by ${by}. Make it: npm run cut -- ${directory}/${name}.onnx --by ${by} --images DIR --out ${directory}/${name}-${by}.onnx`,
      );
    });
    return { name, activation: activation!, scale: scale! };
  });
}
