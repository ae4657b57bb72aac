/** In the place of `write-file-atomic`: the page's disk writes whole. */
import { writeFileSync } from "./fs.js";

export default async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  writeFileSync(path, data);
}

writeFileAtomic.sync = (path: string, data: string | Uint8Array): void => writeFileSync(path, data);
