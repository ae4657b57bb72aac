import { createStore, delMany, entries, keys, set } from "idb-keyval";

/** A run's record and its table of filters as they lie on a disk. */
export interface RunFiles {
  /** `<id>/seed-<number>` */
  path: string;
  /** By name. */
  files: Record<string, Uint8Array<ArrayBuffer>>;
}

let opened: ReturnType<typeof createStore> | undefined;

/** Of this browser and this address alone. */
const store = () => {
  opened ??= createStore("filter-sparsity", "runs");
  return opened;
};

/** Keeps a run that was trained in a page, in the browser's storage. Rejects where the browser keeps nothing. */
export const keepRun = ({ path, files }: RunFiles): Promise<void> => set(path, files, store());

/** All runs that are kept; none where the browser keeps nothing. */
export async function keptRuns(): Promise<RunFiles[]> {
  const all = await entries<string, RunFiles["files"]>(store()).catch(() => []);
  return all.map(([path, files]) => ({ path, files }));
}

/** Where they belong, without what is in them. */
export const keptPaths = (): Promise<string[]> => keys<string>(store()).catch(() => []);

export const forgetRuns = (paths: readonly string[]): Promise<void> => delMany([...paths], store());
