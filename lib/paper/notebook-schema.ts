import { z } from "zod";
import type { Arrangement } from "../figures/arrangement.js";
import { answers } from "../hypotheses/answer.js";
import { claimSources } from "../hypotheses/claim.js";
import { scales } from "../study/arm.js";

const record = z.record(z.string(), z.unknown());
const number = z.number();
const orInfinite = number.nullable();

/** As `showVerdict` writes it; JSON has no infinity, and null stands for it. */
export const verdictSchema = z.object({
  ...{ id: z.string(), claim: z.string(), comparison: z.string(), unit: z.string(), dataset: z.string() },
  part: z.string().optional(),
  source: z.enum(claimSources),
  verdict: z.enum(answers),
  p: orInfinite.optional(),
  effect: orInfinite,
  interval: z.tuple([orInfinite, orInfinite]),
  ...{ smallestEffect: number, seeds: number },
  scale: z.enum(scales),
});

export const originSchema = z.object({
  ...{ hypothesis: z.string(), figure: z.string() },
  runs: z.array(z.object({ arm: z.string(), id: z.string(), seeds: z.array(number) })),
});

const axisPlan = z.strictObject({ title: z.string(), own: z.boolean().optional() });
const pixels = z.number().min(0).max(10_000);

/** How a figure of this library arranges its panels; `arrange` trusts it. */
const arrangement: z.ZodType<Arrangement> = z.strictObject({
  title: z.string(),
  subtitle: z.array(z.string()),
  panels: z
    .array(
      z.strictObject({
        name: z.string(),
        row: z.int().min(0).max(999),
        column: z.int().min(0).max(99),
        x: axisPlan,
        y: axisPlan,
      }),
    )
    .min(1)
    .max(999),
  grid: z.boolean(),
  heights: z.array(pixels).min(1),
  legend: z.boolean(),
  itemWidth: pixels,
  right: pixels,
  above: pixels,
  below: pixels,
  leastWidth: pixels,
  colorBar: z.boolean(),
});

/** Whatever else is found there was put by another program, and stays. */
const knownArrangement = (meta: unknown): boolean => {
  const given = (meta as { arrangement?: unknown } | null | undefined)?.arrangement;
  return given === undefined || arrangement.safeParse(given).success;
};

/** What draws as a figure: traces, each an object, and a layout; Plotly takes a title as a text too. */
export const figureSchema = z.object({
  data: z.array(record),
  layout: record.default({}).transform(({ title, meta, ...layout }) => ({
    ...layout,
    ...(meta !== undefined && knownArrangement(meta) && { meta }),
    ...(title !== undefined && { title: typeof title === "string" ? { text: title } : title }),
  })),
});
