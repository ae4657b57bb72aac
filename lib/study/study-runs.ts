import { UserError } from "../errors.js";
import type { Arm, ArmRuns } from "./arm.js";
import { type Factors, factorsOf, type Level } from "./factors.js";

/** Levels that are chosen by a rule, on what else there is. */
export interface Rule {
  /** In an error: "the highest". */
  words: string;
  /** @param levels of the arms that everything else chooses; @param first level of the study's first arm */
  holds(level: Level, levels: readonly Level[], first: Level | undefined): boolean;
}

/** What arms are chosen by: for each factor a level, several, or a rule. */
export type Selector = { [Factor in keyof Factors]?: Factors[Factor] | readonly Factors[Factor][] | Rule };

/** Any level but these. */
export const not = (...levels: Level[]): Rule => ({
  words: `not ${levels.join(" or ")}`,
  holds: (level) => !levels.includes(level),
});

/** The level of the study's first arm. */
export const asFirst: Rule = { words: "as in the first arm", holds: (level, _, first) => level === first };

const numbers = (levels: readonly Level[]) => levels.filter((level) => typeof level === "number");

/** The largest number among the arms that everything else chooses. */
export const highest: Rule = {
  words: "the highest",
  holds: (level, levels) => level === Math.max(...numbers(levels)),
};

/** The smallest number among the arms that everything else chooses. */
export const lowest: Rule = {
  words: "the lowest",
  holds: (level, levels) => level === Math.min(...numbers(levels)),
};

/** Of a study's arms with their runs: an array that can be asked for arms by their factors. */
export class StudyRuns extends Array<ArmRuns> {
  /** What `filter`, `map` and the like give is a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** What a cell prints of it: "9 arms, 27 runs: Adam, no penalty (3); ...". */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const count = this.reduce((sum, { runs }) => sum + runs.length, 0);
    const all = Array.from(this, ({ arm, runs }) => `${arm.label} (${runs.length})`);
    return `${this.length} ${this.length === 1 ? "arm" : "arms"}, ${count} ${count === 1 ? "run" : "runs"}: ${all.join("; ")}`;
  }

  /**
   * The arms that all of it holds for, in order: `runs.where({ optimizer: "Adam", lambda: [0, 1e-3] })`,
   * `runs.where({ schedule: not("steps"), lambda: highest })`.
   */
  where(selector: Selector): StudyRuns {
    return studyRuns(select(this, selector));
  }

  /** The one arm that all of it holds for. Throws `UserError` where there is none, or more than one. */
  one(selector: Selector): ArmRuns {
    const found = this.where(selector);
    if (found.length === 1) return found[0]!;
    const labels = (found.length > 0 ? found : this).map(({ arm }) => `"${arm.label}"`).join(", ");
    throw new UserError(
      `${found.length === 0 ? "No arm has" : `${found.length} arms have`} ${selectorText(selector)}, where one is expected. ${found.length === 0 ? "There are" : "They are"} ${labels}.`,
    );
  }
}

/** Arms with their runs, to be asked for by their factors. */
export function studyRuns(arms: readonly ArmRuns[]): StudyRuns {
  if (arms instanceof StudyRuns) return arms;
  const own = new StudyRuns();
  own.push(...arms);
  return own;
}

/** The items whose arms a selector chooses: levels first, then `highest` and `lowest` of what is left, in its order. */
export function select<Item extends { arm: Pick<Arm, "config"> }>(
  items: readonly Item[],
  selector: Selector,
): Item[] {
  const conditions = Object.entries(selector) as [keyof Factors, Level | readonly Level[] | Rule][];
  const level = ({ arm }: Item, factor: keyof Factors): Level => factorsOf(arm.config)[factor];
  const isLast = (choice: unknown) => choice === highest || choice === lowest;
  const inOrder = [
    ...conditions.filter(([, choice]) => !isLast(choice)),
    ...conditions.filter(([, choice]) => isLast(choice)),
  ];
  const [first] = items;
  return inOrder.reduce<readonly Item[]>((left, [factor, choice]) => {
    if (isRule(choice)) {
      const levels = left.map((item) => level(item, factor));
      return left.filter((item) => choice.holds(level(item, factor), levels, first && level(first, factor)));
    }
    const wanted = [choice].flat() as Level[];
    return left.filter((item) => wanted.includes(level(item, factor)));
  }, items) as Item[];
}

const isRule = (choice: Level | readonly Level[] | Rule): choice is Rule =>
  typeof choice === "object" && "holds" in choice;

/** "optimizer Adam, lambda the highest" */
export const selectorText = (selector: Selector): string =>
  Object.entries(selector)
    .map(([factor, choice]) => {
      const said = isRule(choice) ? choice.words : [choice].flat().join(" or ");
      return `${factor} ${said}`;
    })
    .join(", ");
