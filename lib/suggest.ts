import { distance } from "fastest-levenshtein";
import { UsageError } from "./errors.js";

/** Words that an error lists; a dataset may have hundreds of classes. */
const mostListed = 20;

/** `Unknown scale "lit". Did you mean lite? Scales: quick, lite, paper.` */
export function unknownWord(kind: string, given: string, known: readonly string[]): UsageError {
  const [nearest] = known
    .map((word) => ({ word, edits: distance(given.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const isNear = nearest && nearest.edits <= Math.max(1, Math.floor(nearest.word.length / 3));
  const guess = isNear ? ` Did you mean ${nearest.word}?` : "";
  const plural = `${kind[0]!.toUpperCase()}${kind.slice(1)}${kind.endsWith("s") ? "es" : "s"}`;
  const more = known.length > mostListed ? ` and ${known.length - mostListed} more` : "";
  const listed = `${known.slice(0, mostListed).join(", ")}${more}`;
  return new UsageError(`Unknown ${kind} "${given}".${guess} ${plural}: ${listed}.`);
}

/** The word of `known` that was given, or the error that lists them. */
export function oneOf<Word extends string>(kind: string, given: string, known: readonly Word[]): Word {
  const word = known.find((candidate) => candidate === given);
  if (word === undefined) throw unknownWord(kind, given, known);
  return word;
}
