/** What cells of a page can import, by name. The bundler writes this module: see `modulesOfCells`. */
export const importable: Record<string, () => Promise<Record<string, unknown>>> = {};
