import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
