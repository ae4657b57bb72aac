import { z } from "zod";
import { UserError } from "../errors.js";
import type { Arrangement } from "../figures/arrangement.js";
import { answers } from "../hypotheses/answer.js";
import type { NotebookFile } from "../notebook/notebooks.js";
import { scales } from "../study/arm.js";

/** A text, or its lines. */
const lines = z.union([z.string(), z.array(z.string())]);
const record = z.record(z.string(), z.unknown());

const output = z.looseObject({
  output_type: z.string(),
  data: record.optional(),
  metadata: record.optional(),
  text: lines.optional(),
});

const cell = z.looseObject({
  cell_type: z.string(),
  source: lines,
  metadata: record.optional(),
  execution_count: z.number().nullish(),
  outputs: z.array(output).optional(),
  attachments: z.record(z.string(), record).optional(),
});

const notebook = z.looseObject({ cells: z.array(cell) });

/** Throws `UserError` with the first place where a notebook's file does not keep to its format. */
export function requireNotebook(file: NotebookFile, name: string): void {
  const { error } = notebook.safeParse(file);
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return;
  const place = issue.path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
  throw new UserError(
    `${name} is no notebook of format 4: at ${place}, ${issue.message}. Open and save it in JupyterLab, or restore it with git checkout.`,
  );
}

const number = z.number();
const orInfinite = number.nullable();

/** As `showVerdict` writes it; JSON has no infinity, and null stands for it. */
export const verdictSchema = z.object({
  ...{ id: z.string(), claim: z.string(), comparison: z.string(), unit: z.string(), dataset: z.string() },
  // A notebook that was executed before there were four answers has the word for two of them.
  verdict: z
    .enum([...answers, "inconclusive"])
    .transform((answer) => (answer === "inconclusive" ? "undecided" : answer)),
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
