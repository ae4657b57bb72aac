import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import type { CellImport } from "./cell-imports.js";

type Namespace = Record<string, unknown>;
type Load = (specifier: string, options?: ImportCallOptions) => Promise<Namespace>;

/** The variables of a notebook, and the modules that its cells load. */
export class CellScope {
  /** The variables by name. */
  readonly variables: Record<string, unknown> = {};
  readonly #loaders: Load[];
  readonly #folder: string;
  readonly require: NodeJS.Require;

  /** Modules are looked for from `folder`, and packages that are not found there from `root`. */
  constructor({ folder, root }: { folder: string; root: string }) {
    this.#folder = folder;
    this.#loaders = [...new Set([folder, root])].map(loaderIn);
    this.require = createRequire(join(folder, "cell.mjs"));
  }

  /** `import()` as cells see it. */
  readonly import = async (specifier: string, options?: ImportCallOptions): Promise<Namespace> => {
    const [own, fallback] = this.#loaders as [Load, Load?];
    try {
      return await own(specifier, options);
    } catch (error) {
      const isPackage = !/^([./]|[a-z]+:)/i.test(specifier);
      if (!isPackage || !fallback || (error as { code?: unknown }).code !== "ERR_MODULE_NOT_FOUND")
        throw error;
      return fallback(specifier, options);
    }
  };

  /** `import.meta` as cells see it: a cell is no file, its folder is the notebook's. */
  get meta(): { url: string; dirname: string } {
    return { url: pathToFileURL(join(this.#folder, "/")).href, dirname: this.#folder };
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

/** `import()` from a folder. */
const loaderIn = (folder: string): Load =>
  vm.runInThisContext("(specifier, options) => import(specifier, options)", {
    filename: join(folder, "cell.mjs"),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
