import { optimizerName } from "../optimizers/config.js";
import { type Penalty, parameterRoles } from "../optimizers/penalty-config.js";
import type { PruneConfig } from "../pruning/config.js";
import type { RunConfig } from "./config.js";

/** Short numbers as tables show them: 1e-3, 0.03, 3e-4, 0. */
export function shortNumber(value: number): string {
  const exponential = value.toExponential().replace("e+", "e");
  const plain = String(value);
  return plain.length < exponential.length ? plain : exponential;
}

/**
 * "Adam, L2 1e-3", "SGD+momentum, no penalty", "Adam, L2 1e-3 on weights only, L1 on gamma 1e-4", "Adam, L2 3e-4 in the first
 * 30 %", "Adam, no penalty, weights held at 0.25 of their norm". A run that starts from
 * another: "Adam, L2 1e-4, L1 on gamma 1e-3, slimming 50 %, fine-tuned" (the other's optimizer and penalty).
 */
export function describeArm({ optimizer, penalty, start, filterNorm, cutDead }: DescribedConfig): string {
  if (start) return [describeArm(start.run), describePruning(start.prune), describeStart(start)].join(", ");
  const { kind, lambda, on, l1Gamma, moments, cautious } = penalty;
  const where = on.length === parameterRoles.length ? "" : ` on ${on.map(rolePlural).join(" and ")} only`;
  const form = kind === "l2" ? "L2" : cautious ? "cautious WD" : "WD";
  const span = penaltySpan(penalty);
  const when = span === "throughout" ? "" : ` ${span}`;
  const how = moments === "both" ? "" : ` ${penaltyPath(penalty)} only`;
  const parts = [
    ...(lambda > 0 ? [`${form} ${shortNumber(lambda)}${where}${how}${when}`] : []),
    ...(l1Gamma > 0 ? [`L1 on gamma ${shortNumber(l1Gamma)}`] : []),
  ];
  const held = filterNorm === undefined ? [] : [`weights held at ${shortNumber(filterNorm)} of their norm`];
  const cut = cutDead ? [cuttingText(cutDead)] : [];
  return [optimizerName(optimizer), ...(parts.length > 0 ? parts : ["no penalty"]), ...held, ...cut].join(
    ", ",
  );
}

type DescribedConfig = Pick<RunConfig, "optimizer" | "penalty" | "start" | "filterNorm" | "cutDead">;

/** "dead filters cut every 250 steps" */
export const cuttingText = ({ every }: NonNullable<RunConfig["cutDead"]>): string =>
  `dead filters cut every ${every.toLocaleString("en")} steps`;

/** Where a penalty enters a step: "in both moments", "in the first moment", "around them", "around them, cautiously". */
export function penaltyPath({ kind, moments, cautious }: Penalty): string {
  if (kind === "decoupled") return cautious ? "around them, cautiously" : "around them";
  return moments === "both" ? "in both moments" : `in the ${moments} moment`;
}

/** When a penalty acts: "throughout", "in the first 30 %", "after the first 30 %", "in 10 cycles". */
export function penaltySpan({ during: { from, until, cycles } }: Penalty): string {
  const percent = (share: number) => `${shortNumber(Math.round(1000 * share) / 10)} %`;
  if (from === 0 && until === 1) return "throughout";
  const part =
    from === 0
      ? `in the first ${percent(until)}`
      : until === 1
        ? `after the first ${percent(from)}`
        : `from ${percent(from)} to ${percent(until)}`;
  return cycles === 1 ? part : `${part} of each of ${cycles} cycles`;
}

/** "slimming 50 %", "by activation". */
export const describePruning = (prune: PruneConfig): string =>
  "share" in prune ? `${prune.method} ${Math.round(100 * prune.share)} %` : `by ${prune.method}`;

function describeStart({ weights, budget }: NonNullable<RunConfig["start"]>): string {
  const compute = budget === "compute" ? " at equal compute" : "";
  return (weights === "kept" ? "fine-tuned" : "from scratch") + compute;
}

const rolePlural = (role: Penalty["on"][number]): string =>
  ({ weight: "weights", gamma: "gamma", beta: "beta", bias: "biases" })[role];

/** "BasicNet", "VGG-11", "ResNet". */
export function networkTitle({ name, widths }: RunConfig["model"]): string {
  // A VGG is called by its layers with weights, three of them fully connected in the published ones.
  if (name === "vgg") return `VGG-${widths.length + 3}`;
  return { basicnet: "BasicNet", resnet: "ResNet" }[name];
}

/** "cifar10 (jpeg) 16 px, 10,000 images"; size and images as configured. */
export function describeDataset({ dataset }: RunConfig): string {
  const source = dataset.source === "official" || dataset.source === "builtin" ? "" : ` (${dataset.source})`;
  const images = dataset.trainImages ? `, ${dataset.trainImages.toLocaleString("en")} images` : "";
  return `${dataset.name}${source} ${dataset.size} px${images}`;
}

/** "2 days", "5 min", "just now": how long ago, roughly. */
export function describeAge(startedAt: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(startedAt)) / 1000);
  const units: [number, string][] = [
    [365 * 86400, "year"],
    [30 * 86400, "month"],
    [86400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ];
  for (const [size, name] of units) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${name}${count > 1 ? "s" : ""}`;
  }
  return "moments";
}

/** "1 h 02 min", "3 min 10 s", "42 s". */
export function describeDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${whole} s`;
}
