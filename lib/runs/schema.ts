import { z } from "zod";
import { messageOf } from "../errors.js";
import { parseRunConfig, type RunConfig, runId } from "./config.js";
import type { RunRecord } from "./record.js";
import { type LayerSummary, recordShape, recordVersion } from "./record-shape.js";

/** Parsed configurations by their text: the seeds of a configuration share it, and it is most of a record's checks. */
const parsedConfigs = new Map<string, { config: RunConfig; id: string }>();

function parseConfig(value: unknown): { config: RunConfig; id: string } {
  const text = JSON.stringify(value) ?? "";
  let parsed = parsedConfigs.get(text);
  if (!parsed) {
    const config = parseRunConfig(value);
    parsed = { config, id: runId(config) };
    if (parsedConfigs.size >= 2000) parsedConfigs.clear();
    parsedConfigs.set(text, parsed);
  }
  return parsed;
}

const config = z.unknown().transform((value, context) => {
  try {
    return parseConfig(value);
  } catch (error) {
    context.issues.push({ code: "custom", message: messageOf(error), input: value });
    return z.NEVER;
  }
});

const recordSchema = z
  .object({
    ...recordShape,
    config,
    /** Binds the table to this record. Records of before it was written have none. */
    table: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  })
  .superRefine((record, context) => {
    for (const { path, message } of contradictions(record))
      context.addIssue({ code: "custom", path, message });
  })
  .transform(({ config: { config }, table, ...record }) => {
    const { version, id, seed, status, ...rest } = record;
    return { record: { version, id, seed, status, config, ...rest } satisfies RunRecord, table };
  });

type Checked = Omit<RunRecord, "config"> & { config: { id: string } };

/** What each value alone allows, and all together do not. */
function* contradictions(record: Checked): Generator<{ path: PropertyKey[]; message: string }> {
  const { id, config, status, model, epochs, probes, final } = record;
  if (id !== config.id) yield { path: ["id"], message: `is ${id}, but the configuration's is ${config.id}` };
  if (status === "finished" && Number.isNaN(final.testError))
    yield { path: ["final", "testError"], message: "a finished run has one" };
  if (!ascends(epochs.map(({ step }) => step)) || epochs.at(-1)!.step !== final.step)
    yield { path: ["epochs"], message: `their steps ascend to the last, ${final.step}` };
  if (!ascends(probes.steps) || probes.steps.at(-1) !== final.step)
    yield { path: ["probes", "steps"], message: `ascend to the last step, ${final.step}` };
  if (probes.images.length !== probes.steps.length)
    yield { path: ["probes", "images"], message: "one number for each step" };
  const { layers } = model;
  const counted = (dead: readonly number[]) =>
    dead.length === layers.length && dead.every((count, layer) => count <= layers[layer]!.filters);
  const wrong = epochs.findIndex(({ deadByScale }) => !counted(deadByScale));
  if (wrong >= 0)
    yield { path: ["epochs", wrong, "deadByScale"], message: "no more filters than each layer has" };
  const same = ({ name, filters }: LayerSummary, layer: number) =>
    name === layers[layer]?.name && filters === layers[layer].filters;
  if (final.layers.length !== layers.length || !final.layers.every(same))
    yield { path: ["final", "layers"], message: "are not the model's" };
  const all = layers.reduce((sum, { filters }) => sum + filters, 0);
  for (const name of ["deadByScale", "deadByActivation"] as const) {
    const dead = final.layers.map((layer) => layer[name]);
    const total = dead.reduce((sum, count) => sum + count, 0);
    if (!counted(dead) || Math.abs(total / all - final[name]) > 1e-9)
      yield { path: ["final", name], message: `is ${final[name]}, but the layers have ${total} of ${all}` };
  }
}

const ascends = (steps: readonly number[]) =>
  steps.every((step, index) => index === 0 || step > steps[index - 1]!);

/** What a record's text holds: the record, with its table's checksum where it says that, or why it is none. */
export type ParsedRecord =
  | { kind: "record"; record: RunRecord; tableChecksum: string | undefined }
  | { kind: "other version"; version: number }
  | { kind: "damaged"; reason: string };

/** Reads the text of a `record.json`; never throws. */
export function parseRecord(text: string): ParsedRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: "damaged", reason: `not JSON (${messageOf(error)})` };
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version !== recordVersion) return { kind: "other version", version };
  const result = recordSchema.safeParse(value);
  if (result.success)
    return { kind: "record", record: result.data.record, tableChecksum: result.data.table?.sha256 };
  const [first, ...others] = result.error.issues.map(
    ({ path, message }) => `${path.join(".") || "record"}: ${message}`,
  );
  return { kind: "damaged", reason: `${first}${others.length > 0 ? ` (and ${others.length} more)` : ""}` };
}
