import { probeSteps } from "../sparsity/index.js";

/** Test evaluations over a run, evenly spaced over its epochs; the last is at its end. */
const evaluations = 8;

/** At which steps of a run what is measured; the last step of all, where everything is, is in none but `epochEnds`. */
export interface Moments {
  epochEnds: ReadonlySet<number>;
  /** Epoch ends with a test evaluation. */
  tested: ReadonlySet<number>;
  /** Steps at which all filters are probed. */
  probed: ReadonlySet<number>;
}

export function momentsOf({ steps, stepsPerEpoch }: { steps: number; stepsPerEpoch: number }): Moments {
  const ends = epochSteps(stepsPerEpoch, steps);
  return {
    epochEnds: new Set(ends),
    tested: new Set(evenly(ends, evaluations).filter((step) => step < steps)),
    probed: new Set(probeSteps(steps).filter((step) => step < steps)),
  };
}

/** The last step of every epoch, and the last of all. */
function epochSteps(stepsPerEpoch: number, steps: number): number[] {
  const ends = Array.from(
    { length: Math.floor(steps / stepsPerEpoch) },
    (_, epoch) => (epoch + 1) * stepsPerEpoch,
  );
  return ends.at(-1) === steps ? ends : [...ends, steps];
}

/** `count` of the items, evenly spaced, the last among them. */
function evenly<T>(items: T[], count: number): T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, k) => items[Math.ceil(((k + 1) * items.length) / count) - 1]!);
}
