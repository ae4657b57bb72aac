import { describeArm, describeDataset } from "../../runs/describe.js";
import type { Run, RunRecord } from "../../runs/record.js";
import type { Histogram, SummaryEvent, SummaryValue } from "./event-file.js";

/**
 * What TensorBoard shows of a run: its configuration as text; losses, errors, learning rate and dead filters by epoch;
 * and at every probe a histogram over each layer's filters of whatever was measured of them.
 */
export function runEvents({ record, filters }: Run): SummaryEvent[] {
  const { startedAt, millisecondsPerStep } = record.timing;
  const pace = Number.isFinite(millisecondsPerStep) ? millisecondsPerStep : 0;
  const wallTime = (step: number) => (Date.parse(startedAt) + step * pace) / 1000;
  const events = new Map<number, SummaryValue[]>([[0, [{ tag: "run", text: describeRun(record) }]]]);
  const add = (step: number, values: SummaryValue[]) =>
    events.set(step, [...(events.get(step) ?? []), ...values]);
  for (const epoch of record.epochs) add(epoch.step, epochScalars(epoch, record.final.layers));

  const { step, layer, filter: _, ...measures } = filters;
  for (const [first, end] of groups(step, layer)) {
    const name = record.final.layers[layer[first]!]?.name ?? `layer ${layer[first]}`;
    const values = Object.entries(measures).flatMap(([measure, column]): SummaryValue[] => {
      const histogram = histogramOf(column.subarray(first, end));
      return histogram ? [{ tag: `${measure}/${name}`, histogram }] : [];
    });
    add(step[first]!, values);
  }
  return [...events]
    .sort(([a], [b]) => a - b)
    .map(([at, values]) => ({ step: at, wallTime: wallTime(at), values }));
}

function epochScalars(
  { trainLoss, trainError, testLoss, testError, learningRate, deadByScale }: RunRecord["epochs"][number],
  layers: RunRecord["final"]["layers"],
): SummaryValue[] {
  const all = layers.reduce((sum, { filters }) => sum + filters, 0);
  const dead = deadByScale.reduce((sum, count) => sum + count, 0);
  const scalars: Record<string, number> = {
    "loss/train": trainLoss,
    "loss/test": testLoss,
    "error/train": trainError,
    "error/test": testError,
    "learning rate": learningRate,
    "dead by scale/all layers": dead / all,
  };
  for (const [layer, { name, filters }] of layers.entries())
    scalars[`dead by scale/${name}`] = (deadByScale[layer] ?? 0) / filters;
  // An epoch without an evaluation has no point, rather than one that is not a number.
  return Object.entries(scalars)
    .filter(([, scalar]) => Number.isFinite(scalar))
    .map(([tag, scalar]) => ({ tag, scalar }));
}

/** Ranges of rows with the same step and layer. */
function* groups(step: Uint32Array, layer: Uint8Array): Generator<[first: number, end: number]> {
  let first = 0;
  for (let row = 1; row <= step.length; row++) {
    if (row < step.length && step[row] === step[first] && layer[row] === layer[first]) continue;
    yield [first, row];
    first = row;
  }
}

const buckets = 30;

/** Equal buckets from the least to the greatest; undefined where nothing finite was measured. */
export function histogramOf(values: Float32Array): Histogram | undefined {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  const min = finite.reduce((least, value) => Math.min(least, value));
  const max = finite.reduce((greatest, value) => Math.max(greatest, value));
  const number = max > min ? buckets : 1;
  const width = (max - min) / number;
  const limits = Array.from({ length: number }, (_, k) => (k === number - 1 ? max : min + (k + 1) * width));
  const counts = new Array<number>(number).fill(0);
  for (const value of finite) {
    const k = width > 0 ? Math.ceil((value - min) / width) - 1 : 0;
    counts[Math.min(number - 1, Math.max(0, k))]! += 1;
  }
  const sum = (of: (value: number) => number) => finite.reduce((total, value) => total + of(value), 0);
  return {
    min,
    max,
    count: finite.length,
    sum: sum((value) => value),
    sumOfSquares: sum((value) => value ** 2),
    limits,
    counts,
  };
}

function describeRun({ id, seed, status, config, environment, dataset }: RunRecord): string {
  const { engine, engineVersion, machine } = environment;
  return [
    `**${describeArm(config)}**, seed ${seed} (${id}, ${status})`,
    "",
    `${describeDataset(config)}, checksum ${dataset.checksum}; ${engine} (${engineVersion}) on ${machine}`,
    "",
    "```json",
    JSON.stringify(config, null, 2),
    "```",
  ].join("\n");
}
