import { inactiveByActivation, inactiveByScale, scaleThreshold } from "../sparsity/measures.js";
import type { FilterFile } from "./filters.js";
import type { RunRecord } from "./record.js";

/**
 * Why a table is not the one that was written with a record; undefined where it is. A record names its table's checksum.
 * An older one does not: of its table, everything is compared that the record says too.
 */
export function whyNotItsTable(
  file: FilterFile,
  record: RunRecord,
  checksum: string | undefined,
): string | undefined {
  if (checksum !== undefined)
    return checksum === file.checksum ? undefined : "it is the table of another run or training";
  const { layers } = record.model;
  const { steps } = record.probes;
  const filters = layers.reduce((sum, layer) => sum + layer.filters, 0);
  if (file.rows !== steps.length * filters)
    return `it has ${file.rows} rows, the record ${steps.length} probes of ${filters} filters`;
  if (!hasKeysOf(file, record)) return "its probes, layers and filters are not the record's";
  const [gammas, activations] = [file.column("gamma"), file.column("maxActivation")];
  let row = file.rows - filters;
  for (const { name, filters, deadByScale, deadByActivation } of record.final.layers) {
    const gamma = gammas.subarray(row, row + filters);
    const maxActivation = activations.subarray(row, row + filters);
    // Rounded as it is stored, a gamma next to the threshold may have come to lie on it.
    const near = gamma.filter((value) => Math.abs(Math.abs(value) / scaleThreshold - 1) < 1e-3).length;
    if (Math.abs(gamma.filter(inactiveByScale).length - deadByScale) > near)
      return `its inactive filters of ${name} are not as many as the record's`;
    if (maxActivation.filter(inactiveByActivation).length !== deadByActivation)
      return `its silent filters of ${name} are not as many as the record's`;
    row += filters;
  }
  return undefined;
}

/** Whether the rows are each probe's, of each layer, each filter. */
function hasKeysOf(file: FilterFile, { model, probes }: RunRecord): boolean {
  const [step, layer, filter] = [file.column("step"), file.column("layer"), file.column("filter")];
  let row = 0;
  for (const probe of probes.steps) {
    for (const [index, { filters }] of model.layers.entries()) {
      for (let own = 0; own < filters; own++, row++)
        if (step[row] !== probe || layer[row] !== index || filter[row] !== own) return false;
    }
  }
  return true;
}
