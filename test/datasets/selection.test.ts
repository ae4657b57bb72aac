import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SelectionOptions, selectImagesOfRun } from "../../lib/datasets/selection.js";
import { UsageError } from "../../lib/errors.js";

const classes = ["ant", "bee", "cat"];
/** 30 training images, 10 of each class, and 6 test images. */
const train = Uint16Array.from({ length: 30 }, (_, i) => (i * 7) % 3);
const held = Uint16Array.from({ length: 6 }, (_, i) => i % 3);
const select = (options: SelectionOptions) => selectImagesOfRun({ classes, train, test: held }, options);
const countOf = (labels: Uint16Array, label: number) => labels.filter((l) => l === label).length;

describe("equal shares", () => {
  test("keeps as many of each class, with their own labels, in order", () => {
    const { indices, labels } = select({ trainImages: 12 }).train;
    expect([...indices]).toEqual([...new Set(indices)].sort((a, b) => a - b));
    expect([...labels]).toEqual([...indices].map((index) => train[index]));
    for (const label of [0, 1, 2]) expect(countOf(labels, label)).toBe(4);
  });

  test("is always the same choice, and a larger subset contains a smaller", () => {
    const [six, fifteen] = [6, 15].map((trainImages) => [...select({ trainImages }).train.indices]);
    expect(fifteen).toEqual(expect.arrayContaining(six!));
    // Pinned: another choice would change every stored result.
    expect(six).toEqual([7, 12, 17, 19, 23, 24]);
  });
});

describe("classes", () => {
  test("the first two, of both splits; everything else is gone", () => {
    const { classes: names, train: kept, evaluation } = select({ classes: 2 });
    expect(names).toEqual(["ant", "bee"]);
    expect(kept.indices).toHaveLength(20);
    expect(evaluation).toMatchObject({ split: "test", indices: Uint32Array.of(0, 1, 3, 4) });
    expect([...evaluation.labels]).toEqual([0, 1, 0, 1]);
  });

  test("named ones, in the order given; a label of two classes takes as many of each", () => {
    const chosen = select({ classes: ["cat+ant", "bee"], trainImages: 12 });
    expect(chosen.classes).toEqual(["cat+ant", "bee"]);
    const original = (label: number) =>
      [...chosen.train.indices].filter((_, row) => chosen.train.labels[row] === label).map((i) => train[i]);
    expect(original(0).sort()).toEqual([0, 0, 0, 2, 2, 2]);
    expect(original(1)).toEqual([1, 1, 1, 1, 1, 1]);
    expect([...chosen.evaluation.labels]).toEqual([0, 1, 0, 0, 1, 0]);
  });

  test("as many images for fewer classes; those of a class do not depend on the others", () => {
    const [two, three] = [select({ classes: 2, trainImages: 6 }), select({ trainImages: 6 })];
    expect([two.train.indices.length, three.train.indices.length]).toEqual([6, 6]);
    const ants = (from: typeof two) => [...from.train.indices].filter((i) => train[i] === 0);
    expect(ants(two)).toEqual(expect.arrayContaining(ants(three)));
  });

  test('a class whose own name has a "+" is one class', () => {
    const named = ["a+b", "a", "b"];
    const chosen = selectImagesOfRun({ classes: named, train, test: held }, { classes: ["b", "a+b"] });
    expect(chosen.train.indices).toHaveLength(20);
    expect([...new Set([...chosen.train.indices].map((i) => train[i]))].sort()).toEqual([0, 2]);
  });
});

describe("validation images", () => {
  test("come out of the training images, as many of each class, and leave the training subset as it is", () => {
    const plain = select({ trainImages: 15 });
    const { train: kept, evaluation } = select({ trainImages: 15, validationImages: 6 });
    expect(kept).toEqual(plain.train);
    expect(evaluation.split).toBe("train");
    expect(evaluation.indices.some((index) => kept.indices.includes(index))).toBe(false);
    for (const label of [0, 1, 2]) expect(countOf(evaluation.labels, label)).toBe(2);
  });

  test("without a subset, all others are trained on; more of them contain fewer", () => {
    const [few, many] = [3, 9].map((validationImages) => select({ validationImages }));
    expect([...many!.train.indices, ...many!.evaluation.indices].sort((a, b) => a - b)).toEqual([
      ...train.keys(),
    ]);
    expect([...many!.evaluation.indices]).toEqual(expect.arrayContaining([...few!.evaluation.indices]));
  });
});

describe("label noise", () => {
  test("replaces that share of the training labels by others, evenly, and no test label", () => {
    const many = Uint16Array.from({ length: 9000 }, (_, i) => i % 3);
    const noisy = selectImagesOfRun({ classes, train: many, test: held }, { labelNoise: 0.4 });
    const moves = new Map<string, number>();
    for (const [row, label] of noisy.train.labels.entries()) {
      if (label === many[row]) continue;
      const move = `${many[row]}>${label}`;
      moves.set(move, (moves.get(move) ?? 0) + 1);
    }
    expect([...moves.values()].reduce((a, b) => a + b)).toBe(3600);
    expect(moves.size).toBe(6);
    // Each of six moves is expected 600 times, with a standard deviation of about 22.
    for (const count of moves.values()) expect(Math.abs(count - 600)).toBeLessThan(100);
    expect([...noisy.evaluation.labels]).toEqual([...held]);
  });

  test("is fixed, and more of it contains less; validation labels stay", () => {
    const changed = (labelNoise: number) => {
      const { train: chosen, evaluation } = select({ labelNoise, validationImages: 6 });
      expect([...evaluation.labels]).toEqual([...evaluation.indices].map((index) => train[index]));
      return [...chosen.labels].flatMap((label, row) =>
        label === train[chosen.indices[row]!] ? [] : [`${row}=${label}`],
      );
    };
    expect(changed(0.5)).toHaveLength(12);
    expect(changed(1)).toHaveLength(24);
    expect(changed(0.5)).toEqual(expect.arrayContaining(changed(0.25)));
    expect(changed(0.25)).toEqual(changed(0.25));
  });
});

test.each<[SelectionOptions, RegExp]>([
  [{ classes: 4 }, /has 3 classes, but the first 4 were asked for. Set dataset.classes to at most 3/],
  [{ classes: ["ant", "bea"] }, /Unknown class "bea". Did you mean bee\? Classes: ant, bee, cat/],
  [{ classes: ["ant+cta", "bee"] }, /Unknown class "cta"/],
  [{ classes: ["ant+bee", "bee"] }, /Class "bee" is given twice/],
  [{ classes: ["ant", "ant"] }, /Class "ant" is given twice/],
  [{ trainImages: 10 }, /10 training images cannot be shared equally by 3 classes.*multiple of 3, e.g. 9/],
  [{ trainImages: 33 }, /11 of each class, but "ant" has 10\. Set dataset.trainImages to at most 30/],
  [
    { trainImages: 30, validationImages: 6 },
    /"ant" has 8 beside 6 validation images. Set dataset.trainImages to at most 24/,
  ],
  [{ validationImages: 7 }, /7 validation images cannot be shared equally.*validationImages to a multiple/],
  [{ validationImages: 30 }, /leave no training image of "ant", which has 10.*to less than 30/],
])("%o is refused with what can be had", (options, message) => {
  expect(() => select(options)).toThrow(message);
  expect(() => select(options)).toThrow(UsageError);
});

test("any combination gives disjoint splits, equal shares and labels in range, or says why not", () => {
  const options = fc.record(
    {
      classes: fc.oneof(
        fc.integer({ min: 2, max: 4 }),
        fc.constantFrom(["cat", "ant"], ["ant+bee", "cat"], ["bee", "dog"]),
      ),
      trainImages: fc.integer({ min: 1, max: 40 }),
      validationImages: fc.integer({ min: 0, max: 20 }),
      labelNoise: fc.double({ min: 0, max: 1, noNaN: true }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(options, (wanted) => {
      try {
        const { classes: names, train: kept, evaluation } = select(wanted);
        for (const label of [...kept.labels, ...evaluation.labels]) expect(label).toBeLessThan(names.length);
        if (wanted.trainImages) expect(kept.indices).toHaveLength(wanted.trainImages);
        if (evaluation.split === "test") return;
        expect(evaluation.indices).toHaveLength(wanted.validationImages!);
        expect(evaluation.indices.some((index) => kept.indices.includes(index))).toBe(false);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        expect(error.message).toMatch(/^[^\n]+\.$/);
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});
