import { type Bindings, bindings } from "./dispatch.js";

/** How the rows of [rows, channels] are shared out: workgroups, and threads in each, that reduce over rows. */
export interface Reduction {
  rows: number;
  channels: number;
  rowsPerChunk: number;
  chunks: number;
  /** Neighboring channels that a workgroup reads side by side. */
  lanes: number;
  workgroups: [x: number, y: number];
}

const invocations = 256;
const laneCounts = [4, 16, 64];
const rowsPerThread = 16;
const mostChunks = 64;

export function planReduction(rows: number, channels: number): Reduction {
  const lanes = laneCounts.find((count) => count >= channels) ?? laneCounts.at(-1)!;
  const rowsAtOnce = (invocations / lanes) * rowsPerThread;
  const wanted = Math.min(mostChunks, Math.ceil(rows / rowsAtOnce));
  const rowsPerChunk = Math.ceil(rows / wanted);
  const chunks = Math.ceil(rows / rowsPerChunk);
  return { rows, channels, rowsPerChunk, chunks, lanes, workgroups: [Math.ceil(channels / lanes), chunks] };
}

/** The sizes that shaders of a reduction take. */
export const reductionSizes = ["rows", "channels", "rowsPerChunk", "chunks"] as const;
export const sizesOf = (plan: Reduction): number[] => reductionSizes.map((name) => plan[name]);

/**
 * A workgroup that reduces one chunk of rows. `body` sees `channel`, the rows from `first` (this thread's own) to
 * `end`, `rowsAtOnce` and its `slot` in the workgroup's memory, and leaves its result there; `combine` joins slot
 * `other` into `slot`; `finish` writes `slot` out for `channel` and `chunk`.
 *
 * @param memory declarations of arrays of the workgroup, `slots` long
 */
export function chunkReduction(
  { lanes }: Reduction,
  declared: Omit<Bindings, "sizes">,
  { memory, body, combine, finish }: { memory: string; body: string; combine: string; finish: string },
): string {
  return `
${bindings({ ...declared, sizes: reductionSizes })}
const lanes = ${lanes}u;
const rowsAtOnce = ${invocations / lanes}u;
const slots = ${invocations};
${memory}
@compute @workgroup_size(lanes, rowsAtOnce)
fn main(
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) slot: u32,
  @builtin(workgroup_id) group: vec3u,
) {
  let channels = constants.channels;
  let channel = group.x * lanes + local.x;
  let chunk = group.y;
  let first = chunk * constants.rowsPerChunk + local.y;
  let end = select(0u, min((chunk + 1u) * constants.rowsPerChunk, constants.rows), channel < channels);
${body}
  workgroupBarrier();
  for (var half = rowsAtOnce / 2u; half > 0u; half /= 2u) {
    if (local.y < half) {
      let other = slot + half * lanes;
${combine}
    }
    workgroupBarrier();
  }
  if (local.y == 0u && channel < channels) {
${finish}
  }
}`;
}
