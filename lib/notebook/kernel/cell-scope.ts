import type { CellImport } from "./cell-imports.js";
import type { Load, Namespace } from "./cell-modules.js";

/** The variables of a notebook, and the modules that its cells load. */
export class CellScope {
  /** The variables by name. */
  readonly variables: Record<string, unknown> = {};
  /** `import()` as cells see it. */
  readonly import: Load;

  constructor(load: Load) {
    this.import = load;
  }

  /** Loads the modules of a cell in their order, and binds the names it takes to them, live as a module's are. */
  async load(imports: readonly CellImport[]): Promise<void> {
    for (const { specifier, attributes, bindings } of imports) {
      const options = Object.keys(attributes).length > 0 ? { with: attributes } : undefined;
      const namespace = await this.import(specifier, options);
      for (const { name, imported } of bindings) this.#bind(name, namespace, imported);
    }
  }

  /** What the names hold now; the function puts it back. */
  snapshot(names: readonly string[]): () => void {
    const held = names.map((name) => [name, Object.getOwnPropertyDescriptor(this.variables, name)] as const);
    return () => {
      for (const [name, descriptor] of held)
        if (descriptor) Object.defineProperty(this.variables, name, descriptor);
        else delete this.variables[name];
    };
  }

  #bind(name: string, namespace: Namespace, imported: string): void {
    // Node finds the names that a CommonJS module exports by reading it, and may overlook some.
    const whole = namespace.default as Namespace | null | undefined;
    const get =
      imported === "*"
        ? () => namespace
        : imported in namespace || whole == null
          ? () => namespace[imported]
          : () => whole[imported];
    const set = (value: unknown) =>
      Object.defineProperty(this.variables, name, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    Object.defineProperty(this.variables, name, { get, set, enumerable: true, configurable: true });
  }
}
