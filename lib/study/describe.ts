import { UserError } from "../errors.js";
import type { Run } from "../runs/record.js";
import type { ArmRuns } from "./arm.js";

/** Whole numbers with thousands set apart. */
export const number = new Intl.NumberFormat("en-US");

/** Throws `UserError` unless at least one arm has a run: there is nothing to draw or tabulate. */
export function requireRuns(arms: ArmRuns[], what: string): void {
  if (arms.length === 0) {
    throw new UserError(`No arms to show in ${what}. Expected the arms of a hypothesis with their runs.`);
  }
  if (arms.every(({ runs }) => runs.length === 0)) {
    throw new UserError(
      `None of the ${arms.length} arms has a finished run to show in ${what}. Train them with npm run reproduce.`,
    );
  }
}

export const allRuns = (arms: ArmRuns[]): Run[] => arms.flatMap(({ runs }) => runs);

export const hasDiverged = ({ record }: Run): boolean => record.status === "diverged";

/** Runs that trained to their end. */
export const completedRuns = ({ runs }: ArmRuns): Run[] => runs.filter((run) => !hasDiverged(run));

/** lambda as a reader writes it: "0", "10^-3", "3x10^-3", in Plotly's markup. */
export function lambdaText(lambda: number): string {
  if (lambda === 0) return "0";
  const [digits = "1", exponent = "0"] = lambda.toExponential().split("e");
  const power = `10<sup>${exponent.replace("-", "−").replace("+", "")}</sup>`;
  return digits === "1" ? power : `${digits}×${power}`;
}

/** "3 seeds per arm", "2 to 3 seeds per arm", with what is missing or diverged said after it. */
export function describeSeeds(arms: ArmRuns[]): string {
  const counts = arms.map(({ runs }) => runs.length).filter((count) => count > 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const seeds = least === most ? `${most}` : `${least} to ${most}`;
  const parts = [`${seeds} seed${most === 1 ? "" : "s"} per arm`];
  const untrained = arms.filter(({ runs }) => runs.length === 0).length;
  if (untrained > 0) parts.push(`${untrained} of ${arms.length} arms not trained`);
  const diverged = allRuns(arms).filter(hasDiverged).length;
  if (diverged > 0) parts.push(`${diverged} diverged run${diverged === 1 ? "" : "s"} left out of the means`);
  return parts.join(", ");
}

/** Data, network and length of training, as far as all arms share them. */
export function describeData(arms: ArmRuns[]): string {
  const runs = allRuns(arms);
  const shared = (part: (run: Run) => string): string => {
    const values = [...new Set(runs.map(part))];
    return values.length <= 2
      ? values.join(" and ")
      : `${values.slice(0, -1).join(", ")} and ${values.at(-1)}`;
  };
  const span = (part: (run: Run) => number): string => {
    const values = [...new Set(runs.map(part))].sort((a, b) => a - b).map((value) => number.format(value));
    return values.length <= 2 ? values.join(" and ") : `${values[0]} to ${values.at(-1)}`;
  };
  const dataset = shared(({ record: { dataset } }) => `${datasetTitle(dataset.name)} (${dataset.source})`);
  const images = span(({ record }) => record.dataset.trainImages);
  const size = shared(({ record: { config } }) => `${config.dataset.size}×${config.dataset.size}`);
  const steps = span(({ record }) => record.config.steps);
  const batch = span(({ record }) => record.config.batchSize);
  return `${dataset}, ${images} training images at ${size}; ${networks(runs)}; ${steps} steps of ${batch} images`;
}

/** Networks by their widths; more than two by their numbers of filters. */
function networks(runs: Run[]): string {
  const all = new Map(runs.map(({ record: { config } }) => [config.model.widths.join("-"), config.model]));
  const families = new Set([...all.values()].map(({ name }) => modelTitles[name]));
  if (families.size > 1 && all.size === families.size)
    return [...all].map(([widths, { name }]) => `${modelTitles[name]} ${widths}`).join(" and ");
  const family = [...families].join(" and ");
  if (all.size <= 2) return `${family} ${[...all.keys()].join(" and ")}`;
  const filters = [...all.values()].map(({ widths }) => widths.reduce((sum, width) => sum + width, 0));
  return `${family} of ${number.format(Math.min(...filters))} to ${number.format(Math.max(...filters))} filters`;
}

const modelTitles = { basicnet: "BasicNet", vgg: "VGG", resnet: "ResNet" };

/** A dataset's name as it is written: "CIFAR-10". */
export function datasetTitle(name: string): string {
  const titles: Record<string, string> = {
    cifar10: "CIFAR-10",
    cifar100: "CIFAR-100",
    tinyimagenet: "Tiny ImageNet",
    synthetic: "Synthetic",
  };
  return titles[name] ?? name;
}
