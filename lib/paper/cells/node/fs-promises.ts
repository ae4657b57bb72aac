/** What the library and cells use of Node's `fs/promises`, on the page's disk. */
import * as fs from "./fs.js";

const later =
  <Arguments extends unknown[], Result>(now: (...given: Arguments) => Result) =>
  async (...given: Arguments): Promise<Result> =>
    now(...given);

export const readFile = later(fs.readFileSync);
export const writeFile = later(fs.writeFileSync);
export const stat = later(fs.statSync);
export const lstat = later(fs.lstatSync);
export const readdir = later(fs.readdirSync);
export const mkdir = later(fs.mkdirSync);
export const mkdtemp = later(fs.mkdtempSync);
export const rm = later(fs.rmSync);
export const rmdir = rm;
export const unlink = rm;
export const rename = later(fs.renameSync);
export const realpath = later(fs.realpathSync);
export const access = later((path: string) => void fs.statSync(path));
