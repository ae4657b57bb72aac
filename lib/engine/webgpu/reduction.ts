/** How the rows of [rows, channels] are shared out: workgroups, and threads in each, that reduce over rows. */
export interface Reduction {
  rows: number;
  channels: number;
  /** Neighboring channels that a workgroup reads side by side, a power of two. */
  lanes: number;
  /** Rows that a workgroup reads side by side, a power of two. */
  threads: number;
  rowsPerChunk: number;
  chunks: number;
  workgroups: [x: number, y: number];
  key: string;
}

const invocations = 256;
const rowsPerThread = 16;
const mostChunks = 64;

export function planReduction(rows: number, channels: number): Reduction {
  const lanes = Math.min(64, 2 ** Math.ceil(Math.log2(channels)));
  const threads = invocations / lanes;
  const chunks = Math.min(mostChunks, Math.ceil(rows / (threads * rowsPerThread)));
  const rowsPerChunk = Math.ceil(rows / chunks);
  return {
    ...{ rows, channels, lanes, threads, rowsPerChunk },
    // Rounded up, chunks may need fewer than planned.
    chunks: Math.ceil(rows / rowsPerChunk),
    workgroups: [Math.ceil(channels / lanes), Math.ceil(rows / rowsPerChunk)],
    key: `${rows}x${channels}`,
  };
}

/** Constants of the plan, in WGSL. */
export const reductionConstants = ({
  rows,
  channels,
  lanes,
  threads,
  rowsPerChunk,
  chunks,
}: Reduction): string => `
const rows = ${rows}u;
const channels = ${channels}u;
const lanes = ${lanes}u;
const threads = ${threads}u;
const rowsPerChunk = ${rowsPerChunk}u;
const chunks = ${chunks}u;
`;

/** Entry point of a workgroup that reduces one chunk of rows; `body` sees `channel`, `first`, `end` and `slot`. */
export const chunkEntry = (body: string): string => `
@compute @workgroup_size(lanes, threads)
fn main(
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) slot: u32,
  @builtin(workgroup_id) group: vec3u,
) {
  let channel = group.x * lanes + local.x;
  let first = group.y * rowsPerChunk;
  let end = min(first + rowsPerChunk, rows);
${body}
}`;

/** Combines what the threads of a workgroup hold, pair by pair; `combine` joins slot `other` into `slot`. */
export const combineThreads = (combine: string): string => `
  workgroupBarrier();
  for (var half = threads / 2u; half > 0u; half /= 2u) {
    if (local.y < half) {
      let other = slot + half * lanes;
${combine}
    }
    workgroupBarrier();
  }`;
