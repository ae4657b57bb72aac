import { open, openVector, rectify, rectifyVector } from "./rectify";

/** Floats of one block of rows, which stays in the first cache. */
const blockSize: usize = 4096;

/** y = rectify(x + bias, slope) over the rows of x [rows, channels]. */
export function addBias(x: usize, bias: usize, y: usize, rows: usize, channels: usize, slope: f32): void {
  const slopes = f32x4.splat(slope);
  const rowBytes: usize = channels << 2;
  const vectorBytes: usize = (channels & ~3) << 2;
  const end: usize = rows * rowBytes;
  for (let row: usize = 0; row < end; row += rowBytes) {
    let at: usize = 0;
    for (; at < vectorBytes; at += 16) {
      const value = f32x4.add(v128.load(x + row + at), v128.load(bias + at));
      v128.store(y + row + at, rectifyVector(value, slopes));
    }
    for (; at < rowBytes; at += 4) {
      store<f32>(y + row + at, rectify(load<f32>(x + row + at) + load<f32>(bias + at), slope));
    }
  }
}

/** dx = dy behind the rectifier with output y; dBias [channels], its sums over rows, block by block. */
export function addBiasGradient(
  dy: usize,
  y: usize,
  dx: usize,
  dBias: usize,
  rows: usize,
  channels: usize,
  slope: f32,
): void {
  const slopes = f32x4.splat(slope);
  const rowBytes: usize = channels << 2;
  const vectorBytes: usize = (channels & ~3) << 2;
  const block = max(1, blockSize / channels);
  memory.fill(dBias, 0, rowBytes);
  for (let row: usize = 0; row < rows; row += block) {
    const start: usize = row * rowBytes;
    const end: usize = start + min(block, rows - row) * rowBytes;
    let at: usize = 0;
    for (; at < vectorBytes; at += 16) {
      let sum = f32x4.splat(0);
      for (let offset = start + at; offset < end; offset += rowBytes) {
        const gradient = openVector(v128.load(dy + offset), v128.load(y + offset), slopes);
        v128.store(dx + offset, gradient);
        sum = f32x4.add(sum, gradient);
      }
      v128.store(dBias + at, f32x4.add(v128.load(dBias + at), sum));
    }
    for (; at < rowBytes; at += 4) {
      let sum: f32 = 0;
      for (let offset = start + at; offset < end; offset += rowBytes) {
        const gradient = open(load<f32>(dy + offset), load<f32>(y + offset), slope);
        store<f32>(dx + offset, gradient);
        sum += gradient;
      }
      store<f32>(dBias + at, load<f32>(dBias + at) + sum);
    }
  }
}
