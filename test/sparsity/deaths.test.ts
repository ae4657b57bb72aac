import { describe, expect, it } from "vitest";
import { emptyFilters } from "../../lib/runs/filters.js";
import type { FilterTable } from "../../lib/sparsity/filter-table.js";
import { findDeaths, findResurrections, findSleepers } from "../../lib/sparsity/index.js";

/** A table of one layer from histories: per filter, per probe [gamma, maximal activation, selectivity]. */
function table(steps: number[], histories: [number, number, number][][]): FilterTable {
  const rows = steps.flatMap((step, probe) =>
    histories.map((history, filter) => ({ step, filter, values: history[probe]! })),
  );
  const column = (index: 0 | 1 | 2) => Float32Array.from(rows, ({ values }) => values[index]);
  return {
    ...emptyFilters(rows.length),
    step: Uint32Array.from(rows, ({ step }) => step),
    filter: Uint16Array.from(rows, ({ filter }) => filter),
    gamma: column(0),
    maxActivation: column(1),
    selectivity: column(2),
  };
}

const steps = [0, 10, 100];

describe("findDeaths", () => {
  it("dates a death by the first probe from which on the filter stays inactive", () => {
    const alive: [number, number, number][] = [
      [1, 2, 0],
      [0.9, 2, 0],
      [0.8, 2, 0],
    ];
    const byScale: [number, number, number][] = [
      [1, 2, 0],
      [1e-4, 0.1, 0],
      [1e-5, 0, 1],
    ];
    expect(findDeaths(table(steps, [alive, byScale]))).toEqual([
      { layer: 0, filter: 1, step: 10, cause: "scale", selectiveFirst: false },
    ]);
  });

  it("names a shift where activations stop while gamma is still large, and remembers selectivity", () => {
    const shifted: [number, number, number][] = [
      [1, 2, 0],
      [0.5, 1, 0.95],
      [0.4, 0, 1],
    ];
    expect(findDeaths(table([0, 60, 100], [shifted]))).toEqual([
      { layer: 0, filter: 0, step: 100, cause: "shift", selectiveFirst: true },
    ]);
  });

  it("names no cause between probes so far apart that gamma may have decayed after the ReLU had closed", () => {
    const between: [number, number, number][] = [
      [1, 2, 0],
      [0.5, 1, 0],
      [1e-5, 0, 1],
    ];
    expect(findDeaths(table(steps, [between]))).toMatchObject([{ step: 100, cause: undefined }]);
  });

  it("does not count a filter that came back to life", () => {
    const back: [number, number, number][] = [
      [1, 2, 0],
      [1e-5, 0, 1],
      [0.5, 2, 0],
    ];
    expect(findDeaths(table(steps, [back]))).toEqual([]);
  });

  it("takes a filter that never lived as dead from the first probe", () => {
    const never: [number, number, number][] = [
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 1],
    ];
    expect(findDeaths(table(steps, [never]))[0]?.step).toBe(0);
  });
});

describe("findResurrections", () => {
  const awake: [number, number, number] = [1, 2, 0];
  const silent: [number, number, number] = [1, 0, 1];
  const shrunk: [number, number, number] = [1e-5, 0, 1];

  it("tells when a filter died, when it came back and whether it lasted", () => {
    const lasting = [silent, awake, awake];
    const brief = [shrunk, awake, silent];
    expect(findResurrections(table(steps, [lasting, brief, [awake, silent, silent]]))).toEqual([
      { layer: 0, filter: 0, diedAt: 0, revivedAt: 10, diedAgain: false },
      { layer: 0, filter: 1, diedAt: 0, revivedAt: 10, diedAgain: true },
    ]);
  });

  it("does not call it a return that the last probe looks at more images", () => {
    expect(findResurrections(table(steps, [[awake, silent, awake]]))).toEqual([]);
    expect(findResurrections(table(steps, [[awake, shrunk, awake]]))).toHaveLength(1);
  });
});

describe("findSleepers", () => {
  const awake: [number, number, number] = [1, 2, 0];
  const silent: [number, number, number] = [1, 0, 1];

  it("counts how long a filter has been silent and whether the next probe finds it active", () => {
    const history = [silent, silent, silent, awake, silent, awake];
    const found = findSleepers(table([0, 1, 2, 3, 4, 5], [history]));
    // Not the probe before training, nor what the last probe says, which looks at more images.
    expect(found.map(({ step, asleepFor, returns }) => [step, asleepFor, returns])).toEqual([
      [1, 1, false],
      [2, 2, true],
    ]);
  });

  it("finds none where all are awake", () => {
    expect(findSleepers(table([0, 1, 2, 3], [[awake, awake, awake, awake]]))).toEqual([]);
  });
});
