import typescript from "@tslab/typescript-for-tslab";
import { disk } from "./disk.js";

/** Where TypeScript's own declarations lie on the disk. */
export const typescriptFolder = "/paper/node_modules/@tslab/typescript-for-tslab/lib";

const text = (path: string) =>
  disk.stat(path)?.folder === false ? new TextDecoder().decode(disk.read(path)) : undefined;

const system: typescript.System = {
  args: [],
  newLine: "\n",
  useCaseSensitiveFileNames: true,
  write: () => {},
  readFile: text,
  writeFile: () => {},
  resolvePath: (path) => path,
  fileExists: (path) => disk.stat(path)?.folder === false,
  directoryExists: (path) => disk.stat(path)?.folder === true,
  createDirectory: () => {},
  getExecutingFilePath: () => `${typescriptFolder}/typescript.js`,
  getCurrentDirectory: () => "/paper/notebooks",
  getDirectories: (path) =>
    disk.stat(path)?.folder ? disk.list(path).filter((name) => disk.stat(`${path}/${name}`)?.folder) : [],
  readDirectory: () => [],
  realpath: (path) => path,
  exit: () => {},
};

// In a browser TypeScript has no system; this is how its own playground gives it one.
(typescript as unknown as { setSys(system: typescript.System): void }).setSys(system);

/** In the place of what the kernel has from tslab. */
export const ts = typescript;
