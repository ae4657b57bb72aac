/** A value as Python writes it: None, True, numbers, lists, strings. */
export function pythonValue(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonValue).join(", ")}]`;
  return JSON.stringify(value);
}

/** A template whose first indentation is taken off every line, without blank lines at its ends. */
export function code(parts: TemplateStringsArray, ...values: unknown[]): string {
  const text = parts
    .map((part, index) => part + (index < values.length ? String(values[index]) : ""))
    .join("")
    .replace(/^\n+|\s+$/g, "");
  const indentation = /^ */.exec(text)![0].length;
  return text
    .split("\n")
    .map((line) =>
      line.trim() === "" ? "" : line.slice(Math.min(indentation, line.length - line.trimStart().length)),
    )
    .join("\n");
}
