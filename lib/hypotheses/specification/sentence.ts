import { capitalized } from "../../capitalized.js";
import type { Answer } from "../answer.js";
import type { Choice } from "./choices.js";
import { type SpecificationRow, variedChoices } from "./row.js";

/** What one or several do to `what`. */
const verbs: Record<Answer, (number: number, what?: string) => string> = {
  supported: (number) => `${verb("support", number)} the claim`,
  contradicted: (number, what = "it") => `${verb("contradict", number)} ${what}`,
  "no difference that matters": (number) => `${verb("find", number)} no difference that matters`,
  undecided: (number, what = "it") => `${verb("leave", number)} ${what} open`,
};

const verb = (plural: string, number: number): string => (number === 1 ? `${plural}s` : plural);

const isDecided = (row: SpecificationRow): row is SpecificationRow & { verdict: Answer } =>
  row.verdict !== undefined;

/**
 * "11 of 14 specifications support the claim, 3 leave it open. 6 more have one seed: 5 of them point the claim's way". What has
 * one seed points the claim's way where its effect is beyond the smallest of interest.
 */
export function specificationCounts(rows: readonly SpecificationRow[]): string {
  const decided = rows.filter(isDecided);
  const single = rows.filter((row) => !isDecided(row));
  const found = (Object.keys(verbs) as Answer[])
    .map((answer) => ({ answer, number: decided.filter(({ verdict }) => verdict === answer).length }))
    .filter(({ number }) => number > 0);
  const told = found.map(({ answer, number }) => `${number} ${verbs[answer](number)}`).join(", ");
  const parts: string[] = [];
  if (found.length === 1) {
    const { answer, number } = found[0]!;
    const those =
      number === 1
        ? "The only specification"
        : number === 2
          ? "Both specifications"
          : `All ${specifications(number)}`;
    parts.push(`${those} ${verbs[answer](number, "the claim")}`);
  } else if (found[0]?.answer === "supported")
    parts.push(told.replace(/^\d+/, (number) => `${number} of ${specifications(decided.length)}`));
  else if (found.length > 0)
    parts.push(`Of ${specifications(decided.length)} none supports the claim: ${told}`);
  if (single.length > 0) {
    const toward = single.filter(({ effect, smallestEffect }) => effect > smallestEffect).length;
    const those = parts.length > 0 ? `${single.length} more` : specifications(single.length);
    parts.push(
      `${those} ${single.length === 1 ? "has" : "have"} one seed: ${toward} of them ${verb("point", toward)} the claim's way`,
    );
  }
  return parts.join(". ");
}

const specifications = (number: number): string => `${number} specification${number === 1 ? "" : "s"}`;

/**
 * What specifications say of their claim, in a sentence or two, with the choices that decide: those of which no specification
 * supports it although others do, or under which all do although others do not.
 */
export function specificationText(rows: readonly SpecificationRow[]): string {
  if (rows.length === 0) return "No specification has runs on record.";
  const main = rows.find(({ isMain }) => isMain);
  const units = new Set([(main ?? rows[0]!).unit, ...rows.map(({ unit }) => unit)]);
  return [...units]
    .map((unit, place) => {
      const own = rows.filter((row) => row.unit === unit);
      const levels = decisiveLevels(own.filter(isDecided)).join("; ");
      // Behind the counts of another unit it would be read as of all.
      const decisive = place > 0 && levels !== "" ? `Of these, ${levels}` : capitalized(levels);
      const counts = specificationCounts(own);
      return [place === 0 ? counts : `Measured in ${unit}: ${uncapitalized(counts)}`, decisive]
        .filter(Boolean)
        .map((sentence) => `${sentence}.`)
        .join(" ");
    })
    .join(" ");
}

/** "by scale none of 6 does"; where there is no such choice, "by activation all 7 do" of one that is no number. */
function decisiveLevels(rows: readonly (SpecificationRow & { verdict: Answer })[]): string[] {
  const supports = ({ verdict }: SpecificationRow) => verdict === "supported";
  const all = rows.filter(supports).length;
  if (all === 0 || all === rows.length) return [];
  const levels = variedChoices(rows).flatMap(([choice, names]) =>
    names.map((level) => {
      const own = rows.filter((row) => row[choice] === level);
      return { choice, level, own, number: own.filter(supports).length };
    }),
  );
  const none = levels.filter(({ own, number }) => own.length > 1 && number === 0);
  const whole = levels.filter(
    ({ choice, own, number }) =>
      own.length > 1 && number === own.length && choice !== "penalty" && choice !== "rate",
  );
  const told = none.length > 0 ? none : whole.length === 1 ? whole : [];
  const isPart = ({ own }: (typeof levels)[number]) =>
    told.some((other) => other.own.length > own.length && own.every((row) => other.own.includes(row)));
  return told
    .filter((level) => !isPart(level))
    .map(
      ({ choice, level, own: { length }, number }) =>
        `${phrases[choice](level)} ${number === 0 ? `none of ${length} does` : length === 2 ? "both do" : `all ${length} do`}`,
    );
}

const phrases: Record<Choice, (level: string) => string> = {
  penalty: (level) => `under ${level}`,
  rate: (level) => `at learning rate ${level}`,
  definition: (level) => level,
  scale: (level) => `at ${level} scale`,
  data: (level) => `on ${level}`,
  matching: (level) => `at ${level}`,
  against: (level) => `against ${level}`,
  optimizer: (level) => `under ${level}`,
  network: (level) => `in ${level}`,
  seen: (level) => `after ${level} of training`,
};

const uncapitalized = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
