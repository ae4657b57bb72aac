import type { SpecificationPoint } from "../../figures/specification-curve.js";
import type { Scale } from "../../study/arm.js";
import type { Answer } from "../answer.js";
import { decides, type Verdict } from "../verdict.js";
import { type Choice, type Choices, choices as names } from "./choices.js";

/** The same question, asked in one way: a point of a specification curve. Choices that it does not have are null. */
export interface SpecificationRow
  extends SpecificationPoint,
    Record<Exclude<Choice, "scale">, string | null> {
  scale: Scale;
  /** undefined of fewer than two seeds, which decide nothing. */
  verdict: Answer | undefined;
  seeds: number;
  /** One sentence that says what was compared. */
  comparison: string;
}

/** A verdict as a point. Its scale is that of its runs, whatever `choices` say. */
export function rowOf(
  { effect, interval, verdict, seeds, unit, smallestEffect, scale, comparison }: Verdict,
  choices: Choices,
  { isMain = false } = {},
): SpecificationRow {
  const isDecided = decides({ seeds });
  const none = Object.fromEntries(names.map((name) => [name, null])) as Record<Choice, null>;
  return {
    ...none,
    ...choices,
    scale,
    effect,
    interval: isDecided ? interval : null,
    verdict: isDecided ? verdict : undefined,
    ...{ seeds, unit, smallestEffect, isMain, comparison },
  };
}

/** By effect, those against the claim first; one per set of choices and unit, the main one before its like. */
export function sorted(rows: readonly SpecificationRow[]): SpecificationRow[] {
  const kept = new Map<string, SpecificationRow>();
  for (const row of rows) {
    if (!Number.isFinite(row.effect)) continue;
    const key = JSON.stringify([row.unit, ...names.map((name) => row[name])]);
    if (row.isMain || !kept.has(key)) kept.set(key, row);
  }
  return [...kept.values()].sort((a, b) => a.effect - b.effect);
}

/** Choices in which rows differ, with their levels in order of appearance. */
export function variedChoices(rows: readonly SpecificationRow[]): [choice: Choice, levels: string[]][] {
  return names
    .map((name): [Choice, string[]] => [name, [...new Set(rows.flatMap((row) => row[name] ?? []))]])
    .filter(([, levels]) => levels.length > 1);
}
