import type { Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  absolute,
  add,
  divide,
  type Formula,
  type Formulas,
  formulaKey,
  inOrder,
  maximum,
  multiply,
  namesIn,
  number,
  sign,
  squareRoot,
  subtract,
  vector,
} from "../../lib/engine/formula.js";
import { evaluateFormulas } from "../../lib/engine/formula-ops.js";
import { openEngine } from "../../lib/engine/index.js";
import { formulaModule } from "../../lib/engine/kernels/formula-module.js";
import { formulaShader } from "../../lib/engine/webgpu/formula-shader.js";

const vectorNames = ["x", "y", "z"];
const numberNames = ["a", "b"];

/** Any formula whose values stay moderate: quotients and roots are of what is at least 1. */
const formulas: fc.Arbitrary<Formula> = fc.letrec<{ any: Formula }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(...vectorNames).map(vector),
    fc.constantFrom(...numberNames).map(number),
    fc.integer({ min: -3, max: 3 }).map((value): Formula => ({ kind: "constant", value })),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => add(a, b)),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => subtract(a, b)),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => multiply(multiply(a, b), 0.25)),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => maximum(a, b)),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => divide(a, add(absolute(b), 1))),
    tie("any").map((a) => squareRoot(add(absolute(a), 1))),
    tie("any").map(absolute),
    tie("any").map(sign),
  ),
})).any;

/** Of one element: in double precision, or with every result rounded (`Math.fround`: in single precision). */
function reference(
  formula: Formula,
  at: (name: string) => number,
  round: (value: number) => number = (value) => value,
): number {
  if (formula.kind === "vector" || formula.kind === "number") return at(formula.name);
  if (formula.kind === "constant") return formula.value;
  const [x = 0, y = 0] = formula.of.map((operand) => reference(operand, at, round));
  switch (formula.kind) {
    case "add":
      return round(x + y);
    case "subtract":
      return round(x - y);
    case "multiply":
      return round(x * y);
    case "divide":
      return round(x / y);
    case "maximum":
      return Math.max(x, y);
    case "squareRoot":
      return round(Math.sqrt(x));
    case "absolute":
      return Math.abs(x);
    case "sign":
      return Math.sign(x);
  }
}

/**
 * Whether a sign hangs on rounding: its operand is nearly 0, and not 0 in both precisions. `x - (z + (x - z))` is 0 in double
 * precision and what was rounded away in single.
 */
const isTouchy = (formula: Formula, at: (name: string) => number): boolean =>
  inOrder({ formula }).some((part) => {
    if (part.kind !== "sign") return false;
    const double = reference(part.of[0], at);
    const single = reference(part.of[0], at, Math.fround);
    return Math.abs(double) < 1e-3 && (double !== 0 || single !== 0);
  });

const values = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, index) => Math.fround(2 * Math.sin(seed + 3.7 * index)));

const inputs = (length: number) => ({
  vectors: Object.fromEntries(vectorNames.map((name, index) => [name, values(length, index)])),
  numbers: { a: 0.75, b: -1.25 } as Record<string, number>,
});

/** Runs a module on a memory of its own. */
function runModule(of: Formulas, length: number): Record<string, Float32Array> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { vectors, numbers } = namesIn(of);
  const given = inputs(length);
  const module = new WebAssembly.Module(formulaModule(of));
  const { run } = new WebAssembly.Instance(module, { env: { memory } }).exports as {
    run(...words: number[]): void;
  };
  const places = vectors.map((_, index) => 64 + index * (4 * length + 16));
  const views = places.map((place) => new Float32Array(memory.buffer, place, length));
  for (const [index, name] of vectors.entries()) views[index]!.set(given.vectors[name] ?? []);
  run(...places, 4 * length, ...numbers.map((name) => given.numbers[name]!));
  return Object.fromEntries(vectors.map((name, index) => [name, views[index]!]));
}

describe("formulas", () => {
  beforeAll(() => openEngine({ name: "wasm" }));

  it("compute the same as WebAssembly, as tfjs' operations and in double precision", () => {
    fc.assert(
      fc.property(formulas, formulas, fc.integer({ min: 1, max: 21 }), (first, second, length) => {
        const of = { x: first, other: second };
        const given = inputs(length);
        const at = (index: number) => (name: string) => given.vectors[name]?.[index] ?? given.numbers[name]!;
        fc.pre(Object.values(of).every((own) => given.vectors.x!.every((_, i) => !isTouchy(own, at(i)))));
        const expected = Object.values(of).map((own) =>
          Float64Array.from({ length }, (_, index) => reference(own, at(index))),
        );
        const compiled = runModule(of, length);
        const composed = tf.tidy(() => {
          const vectors = Object.fromEntries(
            Object.entries(given.vectors).map(([name, data]) => [name, tf.tensor1d(data)]),
          ) as Record<string, Tensor1D>;
          const results = evaluateFormulas(of, { vectors, numbers: given.numbers });
          // What no vector is part of is the same for every element.
          return Object.values(results).map((result) => tf.add(tf.zeros([length]), result).dataSync());
        });
        for (const [which, name] of Object.keys(of).entries()) {
          for (let index = 0; index < length; index++) {
            const right = expected[which]![index]!;
            const tolerance = 1e-4 * (1 + Math.abs(right));
            expect(Math.abs(compiled[name]![index]! - right)).toBeLessThan(tolerance);
            expect(Math.abs(composed[which]![index]! - right)).toBeLessThan(tolerance);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("leave memory beside their vectors alone, whatever the length", () => {
    for (let length = 1; length < 12; length++) {
      const { x, y } = runModule({ x: add(vector("x"), vector("y")) }, length);
      const given = inputs(length).vectors;
      expect([...y!]).toEqual([...given.y!]);
      expect([...x!]).toEqual([...given.x!].map((value, index) => Math.fround(value + given.y![index]!)));
      expect([...new Float32Array(x!.buffer, x!.byteOffset + 4 * length, 4)]).toEqual([0, 0, 0, 0]);
    }
  });

  it("read every vector before any is written", () => {
    const swapped = runModule({ x: vector("y"), y: vector("x") }, 6);
    const given = inputs(6).vectors;
    expect([...swapped.x!]).toEqual([...given.y!]);
    expect([...swapped.y!]).toEqual([...given.x!]);
  });

  it("have the key of all that compute the same way, and of no other", () => {
    const of = (value: number) => ({ x: multiply(add(vector("x"), number("a")), value) });
    expect(formulaKey(of(2))).toBe(formulaKey(of(2)));
    expect(formulaKey(of(2))).not.toBe(formulaKey(of(3)));
    expect(formulaKey({ x: vector("y") })).not.toBe(formulaKey({ y: vector("y") }));
  });

  it("become one statement for every value in WGSL, used twice or not", () => {
    const sum = add(vector("x"), number("a"));
    expect(
      formulaShader({ x: multiply(sum, sum) })
        .split("\n")
        .map((line) => line.trim()),
    ).toEqual([
      "let v0 = x[index];",
      "let v1 = constants.a;",
      "let v2 = v0 + v1;",
      "let v3 = v2 * v2;",
      "x[index] = v3;",
    ]);
  });
});
