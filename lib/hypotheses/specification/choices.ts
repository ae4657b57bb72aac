/** What was chosen to answer a question and could have been chosen otherwise. */
export const choices = [
  "penalty",
  "rate",
  "definition",
  "scale",
  "data",
  "matching",
  "against",
  "optimizer",
  "network",
  "seen",
] as const;

export type Choice = (typeof choices)[number];

/** What each choice was. */
export type Choices = Partial<Record<Choice, string>>;
