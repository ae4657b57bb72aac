import { UserError } from "../../../errors.js";
import { packages } from "../node/module.js";
import { importable } from "./importable.js";

let danfo: Promise<void> | undefined;

/** The library, which nearly every cell imports. */
export const loadLibrary = (): Promise<unknown> => importable["filter-sparsity"]!();

/** Puts danfojs where the library's `require`, which does not wait, finds it. */
export function loadDanfo(): Promise<void> {
  danfo ??= importable["danfojs-node"]!().then((namespace) => {
    packages["danfojs-node"] = () => namespace.default;
  });
  return danfo;
}

/** `import()` as cells see it. Throws `UserError` that lists what there is. */
export async function importModule(specifier: string): Promise<Record<string, unknown>> {
  const load = importable[specifier] ?? importable[`node:${specifier}`];
  if (!load)
    throw new UserError(
      `A page has no module "${specifier}". It has ${Object.keys(importable).join(", ")}. In JupyterLab a cell can import all that is installed: npm run lab`,
    );
  return load();
}
