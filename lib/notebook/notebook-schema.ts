import { z } from "zod";
import { UserError } from "../errors.js";

/** Of the notebook format (nbformat 4.5), what the project reads. */
export interface NotebookFile {
  cells: NotebookCell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

export interface NotebookCell {
  cell_type: "code" | "markdown" | "raw";
  id?: string;
  metadata?: Record<string, unknown>;
  /** Text, or its lines with their line ends. */
  source: string | string[];
  execution_count?: number | null;
  outputs?: NotebookOutput[];
}

export interface NotebookOutput {
  output_type: "stream" | "display_data" | "execute_result" | "error";
  ename?: string;
  evalue?: string;
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  /** Of a stream. */
  text?: string | string[];
}

/** A text, or its lines. */
const lines = z.union([z.string(), z.array(z.string())], { error: "expected a text or a list of lines" });
const record = z.record(z.string(), z.unknown());

const output = z.looseObject({
  output_type: z.string(),
  ename: z.string().optional(),
  evalue: z.string().optional(),
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

const notebook = z.looseObject({
  nbformat: z.literal(4),
  metadata: record.optional(),
  cells: z.array(cell),
});

/** What is read of a notebook's file. Throws `UserError` with the first place that does not keep to format 4. */
export function requireNotebook(file: unknown, name: string): NotebookFile {
  const format = (file as { nbformat?: unknown } | null)?.nbformat;
  if (typeof format === "number" && format !== 4)
    throw new UserError(
      `${name} is a notebook of format ${format}, not 4. Open it in JupyterLab and save it, which brings it to format 4.`,
    );
  const { error } = notebook.safeParse(file);
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return file as NotebookFile;
  const place = issue.path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
  throw new UserError(
    `${name} is not a Jupyter notebook of format 4: ${place ? `at ${place}, ` : ""}${issue.message}. Open and save it in JupyterLab, or restore it: git checkout -- ${name}`,
  );
}

/** Throws `UserError` with the first part that Jupyter does not execute a notebook without, though it can be read. */
export function requireExecutable({ metadata, cells }: Partial<NotebookFile>, name: string): void {
  const parts: [path: string, value: unknown][] = [
    ["metadata", metadata],
    ...(cells ?? []).flatMap((cell, index): [string, unknown][] => [
      [`cells[${index}].metadata`, cell.metadata],
      ...(cell.cell_type === "code"
        ? ([
            [`cells[${index}].execution_count`, cell.execution_count],
            [`cells[${index}].outputs`, cell.outputs],
          ] satisfies [string, unknown][])
        : []),
    ]),
  ];
  const lack = parts.find(([, value]) => value === undefined);
  if (lack)
    throw new UserError(
      `${name} has no ${lack[0]}, and Jupyter executes no notebook without it. Open and save it in JupyterLab.`,
    );
}
