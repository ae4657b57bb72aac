import { type BinaryKind, type Formula, type Formulas, inOrder } from "../formula.js";

const infix: Record<Exclude<BinaryKind, "maximum">, string> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
};

const calls = { maximum: "max", squareRoot: "sqrt", absolute: "abs", sign: "sign" } as const;

/** Formulas as statements of WGSL on the element at `index`: vectors are arrays, numbers fields of `constants`. */
export function formulaShader(formulas: Formulas): string {
  const names = new Map<Formula, string>();
  const of = (operand: Formula) => names.get(operand)!;
  const expression = (formula: Formula): string => {
    switch (formula.kind) {
      case "vector":
        return `${formula.name}[index]`;
      case "number":
        return `constants.${formula.name}`;
      case "constant":
        return `f32(${formula.value})`;
      case "maximum":
      case "squareRoot":
      case "absolute":
      case "sign":
        return `${calls[formula.kind]}(${formula.of.map(of).join(", ")})`;
      default:
        return `${of(formula.of[0])} ${infix[formula.kind]} ${of(formula.of[1])}`;
    }
  };
  const values = inOrder(formulas).map((formula, place) => {
    names.set(formula, `v${place}`);
    return `let v${place} = ${expression(formula)};`;
  });
  const results = Object.entries(formulas).map(([name, formula]) => `${name}[index] = ${of(formula)};`);
  return [...values, ...results].map((line) => `    ${line}`).join("\n");
}
