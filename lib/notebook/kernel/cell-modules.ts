import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

export type Namespace = Record<string, unknown>;
export type Load = (specifier: string, options?: ImportCallOptions) => Promise<Namespace>;

/** How cells reach modules: as from `folder`, and packages that are not found there as from `root`. */
export class CellModules {
  readonly #loaders: Load[];
  readonly #folder: string;
  readonly require: NodeJS.Require;

  constructor({ folder, root }: { folder: string; root: string }) {
    this.#folder = folder;
    this.#loaders = [...new Set([folder, root])].map(loaderIn);
    this.require = createRequire(join(folder, "cell.mjs"));
  }

  /** `import()` as cells see it. */
  readonly import: Load = async (specifier, options) => {
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
}

/** `import()` from a folder. */
const loaderIn = (folder: string): Load =>
  vm.runInThisContext("(specifier, options) => import(specifier, options)", {
    filename: join(folder, "cell.mjs"),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
