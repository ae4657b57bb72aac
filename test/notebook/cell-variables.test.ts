import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Session } from "../../lib/notebook/kernel/session.js";
import { ts } from "../../lib/notebook/kernel/tslab.js";
import { projectRoot } from "../../lib/paths.js";

/**
 * Cells are one module in pieces: wherever a program is cut into cells, a variable is one variable, whoever declares,
 * reads or assigns it. The reference is the program as one module, compiled by TypeScript alone and run by Node.
 * Each program ends in an expression, and none names what only a later statement declares.
 */
const programs: Record<string, string[]> = {
  "a closure reads": ["let rate = 0.1;", "const scaled = (x: number) => rate * x;", "rate = 1;", "scaled(2)"],
  "a closure writes": ["let count = 0;", "const inc = () => { count++; };", "count = 10;", "inc();", "count"],
  "a function reads and writes": [
    "let total = 1;",
    "function add(x: number) { total += x; return total; }",
    "total = 5;",
    "const sum = add(2);",
    "[sum, total]",
  ],
  "an async function": [
    "let state = 'a';",
    "async function read() { await null; return state; }",
    "const early = await read();",
    "state = 'b';",
    "[early, await read()]",
  ],
  "a generator": [
    "let step = 1;",
    "function* steps() { for (;;) yield (step *= 2); }",
    "const it = steps();",
    "step = 5;",
    "[it.next().value, step]",
  ],
  "a getter and a setter": [
    "let held = 1;",
    "const box = { get held() { return held; }, set held(x: number) { held = x; } };",
    "held = 2;",
    "box.held += 3;",
    "[held, box.held]",
  ],
  "a class": [
    "let seed = 1;",
    "class Source { static made = 0; next() { Source.made++; return seed++; } }",
    "const source = new Source();",
    "seed = 7;",
    "[source.next(), seed, Source.made]",
  ],
  "a subclass": [
    "let greeting = 'hi';",
    "class Base { hello() { return greeting; } }",
    "class Derived extends Base { override hello() { return super.hello() + '!'; } }",
    "greeting = 'ho';",
    "[new Derived().hello(), Derived.name, new Derived() instanceof Base]",
  ],
  "a static block and private members": [
    "let made = 0;",
    "class Counter { static { made = 5; } #n = made; get n() { return this.#n; } }",
    "made++;",
    "[made, new Counter().n]",
  ],
  "arrays and objects": [
    "const list = [1, 2];",
    "const grow = () => list.push(list.length + 1);",
    "list[0] = 9;",
    "grow();",
    "({ list, first: list[0] })",
  ],
  "var in blocks": [
    "for (var i = 0; i < 3; i++) { var last = i; }",
    "const readBoth = () => [i, last];",
    "i = 10;",
    "last = 20;",
    "[readBoth(), i, last]",
  ],
  "loops over a declared variable": [
    "let x = 0;",
    "const seen: number[] = [];",
    "for (x of [4, 5]) seen.push(x);",
    "for (var k in { a: 1, b: 2 }) seen.push(k.length);",
    "for (var [p, q = 3] of [[1], [2, 2]] as number[][]) seen.push(p! + q);",
    "[x, seen, k!, p]",
  ],
  "destructuring declarations": [
    "const source = { a: 1, b: { c: [2, 3, 4] }, 'd-e': 5, f: undefined as number | undefined };",
    "let { a, b: { c: [c0, , ...rest] }, 'd-e': de, f = a + 1, ...others } = source;",
    "const sum = () => a + c0! + de + f + rest.length;",
    "a = 10;",
    "[sum(), a, c0, rest, de, f, others]",
  ],
  "destructuring assignments": [
    "let left = 1, right = 2;",
    "const both = () => [left, right];",
    "[left, right] = [right, left];",
    "({ left, other: right = 9 } = { left: 7 } as { left: number; other?: number });",
    "[both(), { left, right }]",
  ],
  "shadowed names": [
    "let name = 'outer';",
    "const inner = (name: string) => { const f = () => name; return f(); };",
    "{ let name = 'block'; name += '!'; }",
    "const o = { name, nested: { name: 'own' }, name2: ((name) => name)('argument') };",
    "name = 'changed';",
    "[name, inner('x'), o, class { name = name; }.name]",
  ],
  "names of functions and classes": [
    "const arrow = () => 1, plain = function () {}, Klass = class {}, asynchronous = async () => {};",
    "[arrow.name, plain.name, Klass.name, asynchronous.name]",
  ],
  "calls without a receiver": [
    "function self(this: unknown) { return this; }",
    "const tag = function (this: unknown, parts: TemplateStringsArray) { return [this, parts[0]]; };",
    "let maybe: (() => number) | undefined;",
    "[self(), (self)(), self?.call(3), tag`t`, maybe?.()]",
  ],
  "recursion and mutual recursion": [
    "const even = (n: number): boolean => n === 0 || odd(n - 1); function odd(n: number): boolean { return n !== 0 && even(n - 1); }",
    "[even(10), odd(7)]",
  ],
  "enums and namespaces": [
    "enum Kind { A = 1, B = A + 1, C = 'c'.length }",
    "namespace Space { export let value = Kind.B; export const read = () => value; }",
    "Space.value = 5;",
    "const enum Fast { X = 3 }",
    "[Kind.B, Kind[1], Space.read(), Fast.X]",
  ],
  "types alone": [
    "interface Point { x: number }",
    "type Pair = [Point, Point];",
    "const pair: Pair = [{ x: 1 }, { x: 2 }];",
    "namespace Types { export type T = Point }",
    "const t: Types.T = pair[1];",
    "t",
  ],
  imports: [
    'import { basename, join as joined, type ParsedPath } from "node:path";',
    'import * as os from "node:os";',
    'import path, { sep } from "node:path";',
    "const parsed: ParsedPath = path.parse('/a/b.c');",
    "[basename('/x/y'), joined('a', 'b'), typeof os.cpus, sep, parsed.ext, { basename }.basename === basename]",
  ],
  exports: [
    "export const one = 1;",
    "export function f() { return one; }",
    "export class K {}",
    "export default function g() { return f() + 1; }",
    "export type T = K;",
    "const two = 2;",
    "export { two, two as zwei };",
    "[one, f(), K.name, g(), two]",
  ],
  "using what is updated": [
    "let n = 1;",
    "n++;",
    "n **= 3;",
    "n ??= 4;",
    "let u: number | undefined;",
    "u ??= n;",
    "[n--, --n, -n, u]",
  ],
  "a label, a property and a key of the same name": [
    "let a = 1;",
    "const o = { a: 2, ['a' + a]: a, get b() { return a; } };",
    "a: for (;;) { break a; }",
    "o.a = 5;",
    "[a, o, o.a]",
  ],
};

let session: Session;
beforeAll(() => {
  session = new Session({ folder: projectRoot, root: projectRoot });
});
afterAll(() => session.close());

/** The value of the last statement, an expression, of the program as one module. */
async function asModule(statements: readonly string[]): Promise<unknown> {
  const source = [...statements.slice(0, -1), `export const __value = ${statements.at(-1)};`].join("\n");
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      preserveConstEnums: true,
    },
  });
  const url = `data:text/javascript,${encodeURIComponent(outputText)}`;
  return ((await import(/* @vite-ignore */ url)) as { __value: unknown }).__value;
}

const held = globalThis as { __shown?: unknown };

/** The same of the program cut into cells before the statements at `cuts`. */
async function asCells(statements: readonly string[], cuts: ReadonlySet<number>): Promise<unknown> {
  const cells: string[][] = [[]];
  for (const [index, statement] of statements.entries()) {
    if (cuts.has(index)) cells.push([]);
    const last = index === statements.length - 1;
    cells.at(-1)!.push(last ? `(globalThis as { __shown?: unknown }).__shown = ${statement};` : statement);
  }
  for (const cell of cells) {
    const outcome = await session.execute(cell.join("\n"));
    if (outcome.status === "error")
      throw new Error(`${cell.join("\n")}\n${outcome.error.traceback.join("\n")}`);
  }
  return held.__shown;
}

describe("a program cut into cells is the program", () => {
  test.each(Object.entries(programs))(
    "%s",
    async (_, statements) => {
      const expected = await asModule(statements);
      const cuts = fc.uniqueArray(fc.integer({ min: 1, max: statements.length - 1 }));
      const everywhere = statements.map((_, index) => index).slice(1);
      await fc.assert(
        fc.asyncProperty(cuts, async (chosen) => {
          expect(await asCells(statements, new Set(chosen))).toEqual(expected);
        }),
        { numRuns: 3, examples: [[[]], [everywhere]], seed: 1 },
      );
    },
    60_000,
  );
});
