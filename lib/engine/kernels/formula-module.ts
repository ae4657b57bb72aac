import { type BinaryKind, type Formula, type Formulas, inOrder, namesIn } from "../formula.js";

/** Vector instructions of WebAssembly, behind the prefix 0xfd. */
const simd: Record<BinaryKind | "squareRoot" | "absolute", number> = {
  add: 0xe4,
  subtract: 0xe5,
  multiply: 0xe6,
  divide: 0xe7,
  maximum: 0xe9,
  squareRoot: 0xe3,
  absolute: 0xe0,
};

/** The smallest normal number: where all is 0, the sign is too; NaN stays. */
const smallest = 1.1754943508222875e-38;

const [i32, f32, v128] = [0x7f, 0x7d, 0x7b];

/**
 * Formulas as a WebAssembly module, four floats at a time in one pass over memory: it imports `env.memory` and exports
 * `run`, whose arguments are the byte offset of every vector, the number of bytes of each, and the numbers, in the orders of
 * `namesIn`. The vectors that formulas name change in place.
 */
export function formulaModule(formulas: Formulas): Uint8Array<ArrayBuffer> {
  const { vectors, numbers } = namesIn(formulas);
  const parameters = [...vectors.map(() => i32), i32, ...numbers.map(() => f32)];
  const type = [0x60, ...list(parameters.map((kind) => [kind])), 0];
  const memory = [...name("env"), ...name("memory"), 0x02, 0x00, 0x00];
  const sections = [
    section(1, list([type])),
    section(2, list([memory])),
    section(3, list([[0]])),
    section(7, list([[...name("run"), 0x00, 0]])),
    section(10, list([sized(body(formulas, { vectors, numbers }))])),
  ];
  return Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...sections.flat()]);
}

function body(formulas: Formulas, { vectors, numbers }: { vectors: string[]; numbers: string[] }): number[] {
  const bytes = vectors.length;
  const at = bytes + 1 + numbers.length;
  const whole = at + 1;
  const ordered = inOrder(formulas);
  const places = new Map(ordered.map((formula, index) => [formula, whole + 1 + index]));
  const tiny = whole + 1 + ordered.length;
  const placeOf = (formula: Formula) => places.get(formula)!;
  const addressOf = (vector: string) => [...get(vectors.indexOf(vector)), ...get(at), 0x6a];

  const fixed = ordered.flatMap((formula) => {
    if (formula.kind === "constant") return [...splat(float(formula.value)), ...set(placeOf(formula))];
    if (formula.kind !== "number") return [];
    return [...splat(get(bytes + 1 + numbers.indexOf(formula.name))), ...set(placeOf(formula))];
  });
  const compute = (four: boolean) => [
    ...ordered.flatMap((formula) => {
      switch (formula.kind) {
        case "constant":
        case "number":
          return [];
        case "vector":
          return [...addressOf(formula.name), 0xfd, four ? 0x00 : 0x5c, 2, 0, ...set(placeOf(formula))];
        case "sign": {
          const operand = get(placeOf(formula.of[0]));
          const size = [...operand, ...operation("absolute"), ...get(tiny), ...operation("maximum")];
          return [...operand, ...size, ...operation("divide"), ...set(placeOf(formula))];
        }
        default: {
          const operands = formula.of.flatMap((operand) => get(placeOf(operand)));
          return [...operands, ...operation(formula.kind), ...set(placeOf(formula))];
        }
      }
    }),
    ...Object.entries(formulas).flatMap(([vector, formula]) => [
      ...[...addressOf(vector), ...get(placeOf(formula))],
      ...(four ? [0xfd, 0x0b, 2, 0] : [0xfd, 0x5a, 2, 0, 0]),
    ]),
  ];
  return [
    ...list([
      [2, i32],
      [...unsigned(ordered.length + 1), v128],
    ]),
    ...fixed,
    ...[...splat(float(smallest)), ...set(tiny)],
    ...[...get(bytes), 0x41, 0x70, 0x71, ...set(whole)], // bytes & -16
    ...loop(at, whole, 16, compute(true)),
    ...loop(at, bytes, 4, compute(false)),
    0x0b,
  ];
}

/** `while (at < end) { inside; at += by; }` */
const loop = (at: number, end: number, by: number, inside: number[]): number[] => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...[...get(at), ...get(end), 0x4f, 0x0d, 1],
  ...inside,
  ...[...get(at), 0x41, by, 0x6a, ...set(at), 0x0c, 0],
  ...[0x0b, 0x0b],
];

const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];
const splat = (value: number[]): number[] => [...value, 0xfd, 0x13];
const operation = (kind: keyof typeof simd): number[] => [0xfd, ...unsigned(simd[kind])];
const float = (value: number): number[] => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

const sized = (content: number[]): number[] => [...unsigned(content.length), ...content];
const list = (items: number[][]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: number[]): number[] => [id, ...sized(content)];
const name = (text: string): number[] => sized([...new TextEncoder().encode(text)]);
