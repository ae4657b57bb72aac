import type { Answer } from "./answer.js";

/**
 * Whose a claim is: the paper's, by its abstract or that of its workshop versions; as third-party reading notes on the paper
 * report it, which name no settings; or this collection's own question. The paper's full text was not at hand.
 */
export const claimSources = ["abstract", "notes", "own"] as const;
export type ClaimSource = (typeof claimSources)[number];

/** In a sentence before the claim. */
export const sourceWords: Record<ClaimSource, string> = {
  abstract: "the paper's, by its abstract",
  notes: "the paper's, as reading notes report it",
  own: "this collection's own",
};

const reservations: Record<ClaimSource, string> = { abstract: "", notes: " (as noted)", own: " (own claim)" };

/**
 * An answer with whom it answers: "contradicted" of the paper's abstract, "contradicted (as noted)" where only notes tell the
 * claim, so that a note that left out a setting is not held against the paper, and "contradicted (own claim)".
 */
export const answerTo = (source: ClaimSource, answer: Answer): string => `${answer}${reservations[source]}`;
