import type { RunConfig } from "./config.js";

/** Short numbers as tables show them: 1e-3, 0.03, 3e-4, 0. */
export function shortNumber(value: number): string {
  const exponential = value.toExponential().replace("e+", "e");
  const plain = String(value);
  return plain.length < exponential.length ? plain : exponential;
}

const names = { sgd: "SGD", adam: "Adam", amsgrad: "AMSGrad", adagrad: "AdaGrad", rmsprop: "RMSProp" };

/** As figures color it: "Adam", "SGD", "SGD+momentum". */
export function optimizerName(optimizer: RunConfig["optimizer"]): string {
  return optimizer.name === "sgd" && optimizer.momentum > 0 ? "SGD+momentum" : names[optimizer.name];
}

/** "Adam, L2 1e-3", "SGD+momentum, no penalty". */
export function describeArm({ optimizer, penalty }: RunConfig): string {
  const name = optimizerName(optimizer);
  const kind = penalty.kind === "l2" ? "L2" : "WD";
  return `${name}, ${penalty.lambda === 0 ? "no penalty" : `${kind} ${shortNumber(penalty.lambda)}`}`;
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
