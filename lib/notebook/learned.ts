import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, UserError } from "../errors.js";
import { answers } from "../hypotheses/answer.js";
import type { Answered } from "./collection.js";
import { notebooksDirectory } from "./notebooks.js";

export interface Learned {
  /** Markdown list of what the verdicts bear out. */
  text: string;
  /** What else the file says, and which verdict speaks against it: a sentence each. */
  stale: string[];
}

/**
 * What was learned, of `notebooks/learned.md`: an item each, with the verdicts that it rests on in brackets at its end,
 * "(h01: supported, h09: supported)". An item whose verdicts are others by now, or missing, is left out and told. Throws
 * `UserError` where the file is missing or an item names no verdict.
 */
export function whatWeLearned(
  answered: readonly Answered[],
  path = join(notebooksDirectory(), "learned.md"),
): Learned {
  const verdicts = new Map(answered.map(({ hypothesis, verdict }) => [hypothesis.id, verdict?.verdict]));
  const kept: string[] = [];
  const stale: string[] = [];
  for (const item of itemsOf(path)) {
    const [, text, basis] = /^(.+) \(([^()]+)\)$/s.exec(item) ?? [];
    const expected = basis?.split(", ").map((one) => one.split(": ") as [string, string]) ?? [];
    if (text === undefined || expected.some(([, answer]) => !answers.some((known) => known === answer))) {
      throw new UserError(
        `${path} has an item that names no verdict: "${item.slice(0, 60)}". Expected "text (h01: supported)", with ${answers.join(", ")}.`,
      );
    }
    const other = expected.find(([id, answer]) => verdicts.get(id) !== answer);
    if (other === undefined) kept.push(`- ${text}`);
    else {
      stale.push(
        `${path} says "${text.slice(0, 60)}" for ${other[0]} being ${other[1]}, which is ${verdicts.get(other[0]) ?? "not known"} now.`,
      );
    }
  }
  return { text: kept.join("\n"), stale };
}

function itemsOf(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(
      `${path} cannot be read (${messageOf(error)}). Restore it: git checkout -- notebooks/learned.md`,
      { cause: error },
    );
  }
  const lines = text.split("\n").filter((line) => line.startsWith("- "));
  return lines.map((line) => line.slice(2).trim());
}
