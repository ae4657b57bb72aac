import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { messageOf, UserError } from "../errors.js";

export interface KeptFilesOptions<T> {
  /** Whether what a file holds is all there. */
  isWhole: (content: Partial<T>) => unknown;
  /** The command that makes such a file, for messages. */
  command: string;
}

/** The JSON files of a folder, by name; none where there is no folder. Throws `UserError` naming one that is damaged. */
export function readKeptFiles<T>(directory: string, { isWhole, command }: KeptFilesOptions<T>): T[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      const path = join(directory, name);
      try {
        const content = JSON.parse(readFileSync(path, "utf8")) as Partial<T>;
        if (!isWhole(content)) throw new Error("parts of it are missing");
        return content as T;
      } catch (error) {
        throw new UserError(
          `${path} is damaged: ${messageOf(error)}. Delete it and measure again with ${command}.`,
        );
      }
    });
}

/** Writes a JSON file in place of an earlier one, its folder made where it is not there; of one list a row each line. */
export async function keepFile<T extends object>(
  path: string,
  content: T,
  list: Extract<keyof T, string>,
): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const rows = (content[list] as unknown[]).map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  const head = JSON.stringify({ ...content, [list]: [] }, null, 2);
  await writeFileAtomic(path, `${head.replace(`"${list}": []`, `"${list}": [\n${rows}\n  ]`)}\n`);
  return path;
}
