/**
 * What an optimizer does to one element of its vectors, as data: written once, and turned by an emitter for each engine
 * into tfjs operations, WebAssembly or WGSL. Two uses of the same object are computed once.
 */
export type Formula =
  /** The element of a vector. */
  | { readonly kind: "vector"; readonly name: string }
  /** A number that is given with every call, e.g. a learning rate. */
  | { readonly kind: "number"; readonly name: string }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: BinaryKind; readonly of: readonly [Formula, Formula] }
  | { readonly kind: UnaryKind; readonly of: readonly [Formula] };

export type BinaryKind = "add" | "subtract" | "multiply" | "divide" | "maximum";
/** "sign" is -1, 0 or 1. */
export type UnaryKind = "squareRoot" | "absolute" | "sign";
type Operand = Formula | number;

const formulaOf = (operand: Operand): Formula =>
  typeof operand === "number" ? { kind: "constant", value: operand } : operand;

const binary =
  (kind: BinaryKind) =>
  (a: Operand, b: Operand): Formula => ({ kind, of: [formulaOf(a), formulaOf(b)] });

const unary =
  (kind: UnaryKind) =>
  (a: Formula): Formula => ({ kind, of: [a] });

export const vector = (name: string): Formula => ({ kind: "vector", name });
export const number = (name: string): Formula => ({ kind: "number", name });
export const add = binary("add");
export const subtract = binary("subtract");
export const multiply = binary("multiply");
export const divide = binary("divide");
export const maximum = binary("maximum");
export const squareRoot = unary("squareRoot");
export const absolute = unary("absolute");
export const sign = unary("sign");
export const square = (a: Formula): Formula => multiply(a, a);

/** Vectors that change, by name, each with the formula of its next value; all are read before any is written. */
export type Formulas = Readonly<Record<string, Formula>>;

/** Every formula that others are made of, each once, operands before what they are in. */
export function inOrder(formulas: Formulas): Formula[] {
  const seen = new Set<Formula>();
  const visit = (formula: Formula) => {
    if (seen.has(formula)) return;
    if ("of" in formula) for (const operand of formula.of) visit(operand);
    seen.add(formula);
  };
  for (const formula of Object.values(formulas)) visit(formula);
  return [...seen];
}

/** Names of the vectors that formulas read or write, and of the numbers that they take; each in order of first use. */
export function namesIn(formulas: Formulas): { vectors: string[]; numbers: string[] } {
  const all = inOrder(formulas);
  const names = (kind: "vector" | "number") =>
    all.flatMap((formula) => (formula.kind === kind ? [formula.name] : []));
  return {
    vectors: [...new Set([...names("vector"), ...Object.keys(formulas)])],
    numbers: [...new Set(names("number"))],
  };
}

/** A text that formulas which compute the same way share, to keep what was made of them. */
export function formulaKey(formulas: Formulas): string {
  const places = new Map<Formula, number>();
  const lines = inOrder(formulas).map((formula, place) => {
    places.set(formula, place);
    const { kind } = formula;
    if ("of" in formula) return `${kind} ${formula.of.map((operand) => places.get(operand)).join(" ")}`;
    return `${kind} ${"value" in formula ? formula.value : formula.name}`;
  });
  return [
    ...lines,
    ...Object.entries(formulas).map(([name, formula]) => `${name} ${places.get(formula)}`),
  ].join("; ");
}
