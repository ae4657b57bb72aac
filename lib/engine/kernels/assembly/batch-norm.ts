import { open, openVector, rectify, rectifyVector } from "./rectify";

/**
 * Batch normalization with a rectifier over the rows of x [rows, channels], four channels at a time. Rows go in blocks
 * that stay in the first cache; sums within a block are in single precision, few enough to keep six digits.
 */

/** Floats of one block. */
const blockSize: usize = 4096;

function rowsPerBlock(channels: usize): usize {
  return max(1, blockSize / channels);
}

/**
 * Training mode: y = rectify((x - mean) * inverse * gamma + beta, slope) with the statistics of the batch.
 * Writes mean, variance (unbiased: divided by rows - 1) and inverse = 1 / sqrt(biased variance + epsilon).
 *
 * Blocks' means and sums of squared deviations are merged after Chan, Golub and LeVeque (1983), equation 1.5.
 */
export function batchNorm(
  x: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  mean: usize,
  variance: usize,
  inverse: usize,
  rows: usize,
  channels: usize,
  epsilon: f32,
  slope: f32,
): void {
  const vectorBytes: usize = (channels & ~3) << 2;
  const rowBytes: usize = channels << 2;
  const block = rowsPerBlock(channels);
  memory.fill(mean, 0, rowBytes);
  memory.fill(variance, 0, rowBytes);
  for (let row: usize = 0; row < rows; row += block) {
    const count = min(block, rows - row);
    const from: usize = x + row * rowBytes;
    const share: f32 = f32(count) / f32(row + count);
    const weight: f32 = f32(row) * share;
    let at: usize = 0;
    for (; at < vectorBytes; at += 16) {
      mergeVector(from + at, mean + at, variance + at, count, rowBytes, share, weight);
    }
    for (; at < rowBytes; at += 4) {
      mergeScalar(from + at, mean + at, variance + at, count, rowBytes, share, weight);
    }
  }
  const biased: f32 = f32(rows);
  const unbiased: f32 = f32(max(rows - 1, 1));
  for (let at: usize = 0; at < rowBytes; at += 4) {
    const squares = load<f32>(variance + at);
    store<f32>(inverse + at, 1 / sqrt(squares / biased + epsilon));
    store<f32>(variance + at, squares / unbiased);
  }
  normalize(x, gamma, beta, y, mean, inverse, rows, channels, slope);
}

/** With given statistics. `inverse` is scratch of `channels` floats. */
export function batchNormInference(
  x: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  mean: usize,
  variance: usize,
  inverse: usize,
  rows: usize,
  channels: usize,
  epsilon: f32,
  slope: f32,
): void {
  const rowBytes: usize = channels << 2;
  for (let at: usize = 0; at < rowBytes; at += 4) {
    store<f32>(inverse + at, 1 / sqrt(load<f32>(variance + at) + epsilon));
  }
  normalize(x, gamma, beta, y, mean, inverse, rows, channels, slope);
}

/** Takes one block of 4 channels into their running means and sums of squared deviations. */
function mergeVector(
  x: usize,
  mean: usize,
  squares: usize,
  count: usize,
  rowBytes: usize,
  share: f32,
  weight: f32,
): void {
  let sum = f32x4.splat(0);
  let from = x;
  for (let row: usize = 0; row < count; row++) {
    sum = f32x4.add(sum, v128.load(from));
    from += rowBytes;
  }
  const center = f32x4.div(sum, f32x4.splat(f32(count)));
  let deviations = f32x4.splat(0);
  from = x;
  for (let row: usize = 0; row < count; row++) {
    const deviation = f32x4.sub(v128.load(from), center);
    deviations = f32x4.add(deviations, f32x4.mul(deviation, deviation));
    from += rowBytes;
  }
  const old = v128.load(mean);
  const delta = f32x4.sub(center, old);
  const shift = f32x4.mul(f32x4.mul(delta, delta), f32x4.splat(weight));
  v128.store(mean, f32x4.add(old, f32x4.mul(delta, f32x4.splat(share))));
  v128.store(squares, f32x4.add(v128.load(squares), f32x4.add(deviations, shift)));
}

function mergeScalar(
  x: usize,
  mean: usize,
  squares: usize,
  count: usize,
  rowBytes: usize,
  share: f32,
  weight: f32,
): void {
  let sum: f32 = 0;
  let from = x;
  for (let row: usize = 0; row < count; row++) {
    sum += load<f32>(from);
    from += rowBytes;
  }
  const center = sum / f32(count);
  let deviations: f32 = 0;
  from = x;
  for (let row: usize = 0; row < count; row++) {
    const deviation = load<f32>(from) - center;
    deviations += deviation * deviation;
    from += rowBytes;
  }
  const delta = center - load<f32>(mean);
  store<f32>(mean, load<f32>(mean) + delta * share);
  store<f32>(squares, load<f32>(squares) + (deviations + delta * delta * weight));
}

function normalize(
  x: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  mean: usize,
  inverse: usize,
  rows: usize,
  channels: usize,
  slope: f32,
): void {
  const vectorBytes: usize = (channels & ~3) << 2;
  const rowBytes: usize = channels << 2;
  const block = rowsPerBlock(channels);
  const slopes = f32x4.splat(slope);
  for (let row: usize = 0; row < rows; row += block) {
    const start: usize = row * rowBytes;
    const end: usize = start + min(block, rows - row) * rowBytes;
    let at: usize = 0;
    for (; at < vectorBytes; at += 16) {
      const center = v128.load(mean + at);
      const scale = f32x4.mul(v128.load(inverse + at), v128.load(gamma + at));
      const shift = v128.load(beta + at);
      for (let offset = start + at; offset < end; offset += rowBytes) {
        const deviation = f32x4.sub(v128.load(x + offset), center);
        const value = f32x4.add(f32x4.mul(deviation, scale), shift);
        v128.store(y + offset, rectifyVector(value, slopes));
      }
    }
    for (; at < rowBytes; at += 4) {
      const center = load<f32>(mean + at);
      const scale = load<f32>(inverse + at) * load<f32>(gamma + at);
      const shift = load<f32>(beta + at);
      for (let offset = start + at; offset < end; offset += rowBytes) {
        const value = (load<f32>(x + offset) - center) * scale + shift;
        store<f32>(y + offset, rectify(value, slope));
      }
    }
  }
}

/**
 * Gradients of the training mode (Ioffe and Szegedy 2015, section 3), the rectifier's first: it lets dy through where y > 0
 * and slope * dy elsewhere. y's sign is computed anew from x by the same operations, which costs less than reading y.
 * Writes dx [rows, channels], dGamma and dBeta [channels].
 */
export function batchNormGradient(
  dy: usize,
  x: usize,
  gamma: usize,
  beta: usize,
  mean: usize,
  inverse: usize,
  dx: usize,
  dGamma: usize,
  dBeta: usize,
  rows: usize,
  channels: usize,
  slope: f32,
): void {
  const rowBytes: usize = channels << 2;
  const vectorBytes: usize = (channels & ~3) << 2;
  const block = rowsPerBlock(channels);
  const slopes = f32x4.splat(slope);
  memory.fill(dGamma, 0, rowBytes);
  memory.fill(dBeta, 0, rowBytes);
  for (let row: usize = 0; row < rows; row += block) {
    const start: usize = row * rowBytes;
    const end: usize = start + min(block, rows - row) * rowBytes;
    let at: usize = 0;
    for (; at < vectorBytes; at += 16) {
      const center = v128.load(mean + at);
      const inverses = v128.load(inverse + at);
      const scale = f32x4.mul(inverses, v128.load(gamma + at));
      const shift = v128.load(beta + at);
      let sum = f32x4.splat(0);
      let projection = f32x4.splat(0);
      for (let offset = start + at; offset < end; offset += rowBytes) {
        const deviation = f32x4.sub(v128.load(x + offset), center);
        const value = f32x4.add(f32x4.mul(deviation, scale), shift);
        const gradient = openVector(v128.load(dy + offset), value, slopes);
        sum = f32x4.add(sum, gradient);
        projection = f32x4.add(projection, f32x4.mul(gradient, deviation));
      }
      v128.store(dBeta + at, f32x4.add(v128.load(dBeta + at), sum));
      v128.store(dGamma + at, f32x4.add(v128.load(dGamma + at), f32x4.mul(projection, inverses)));
    }
    for (; at < rowBytes; at += 4) {
      const center = load<f32>(mean + at);
      const scale = load<f32>(inverse + at) * load<f32>(gamma + at);
      const shift = load<f32>(beta + at);
      let sum: f32 = 0;
      let projection: f32 = 0;
      for (let offset = start + at; offset < end; offset += rowBytes) {
        const deviation = load<f32>(x + offset) - center;
        const gradient = open(load<f32>(dy + offset), deviation * scale + shift, slope);
        sum += gradient;
        projection += gradient * deviation;
      }
      store<f32>(dBeta + at, load<f32>(dBeta + at) + sum);
      store<f32>(dGamma + at, load<f32>(dGamma + at) + projection * load<f32>(inverse + at));
    }
  }
  inputGradient(dy, x, gamma, beta, mean, inverse, dx, dGamma, dBeta, rows, channels, slope);
}

/** dx = gamma * inverse * (gradient behind the rectifier - dBeta / rows - normalized * dGamma / rows) */
function inputGradient(
  dy: usize,
  x: usize,
  gamma: usize,
  beta: usize,
  mean: usize,
  inverse: usize,
  dx: usize,
  dGamma: usize,
  dBeta: usize,
  rows: usize,
  channels: usize,
  slope: f32,
): void {
  const rowBytes: usize = channels << 2;
  const vectorBytes: usize = (channels & ~3) << 2;
  const block = rowsPerBlock(channels);
  const count = f32(rows);
  const counts = f32x4.splat(count);
  const slopes = f32x4.splat(slope);
  for (let row: usize = 0; row < rows; row += block) {
    const start: usize = row * rowBytes;
    const end: usize = start + min(block, rows - row) * rowBytes;
    let at: usize = 0;
    for (; at < vectorBytes; at += 16) {
      const center = v128.load(mean + at);
      const inverses = v128.load(inverse + at);
      const scale = f32x4.mul(inverses, v128.load(gamma + at));
      const shift = v128.load(beta + at);
      const average = f32x4.div(v128.load(dBeta + at), counts);
      const tilt = f32x4.mul(inverses, f32x4.div(v128.load(dGamma + at), counts));
      for (let offset = start + at; offset < end; offset += rowBytes) {
        const deviation = f32x4.sub(v128.load(x + offset), center);
        const value = f32x4.add(f32x4.mul(deviation, scale), shift);
        const gradient = openVector(v128.load(dy + offset), value, slopes);
        const rest = f32x4.sub(f32x4.sub(gradient, average), f32x4.mul(deviation, tilt));
        v128.store(dx + offset, f32x4.mul(rest, scale));
      }
    }
    for (; at < rowBytes; at += 4) {
      const center = load<f32>(mean + at);
      const scale = load<f32>(inverse + at) * load<f32>(gamma + at);
      const shift = load<f32>(beta + at);
      const average = load<f32>(dBeta + at) / count;
      const tilt = load<f32>(inverse + at) * (load<f32>(dGamma + at) / count);
      for (let offset = start + at; offset < end; offset += rowBytes) {
        const deviation = load<f32>(x + offset) - center;
        const gradient = open(load<f32>(dy + offset), deviation * scale + shift, slope);
        store<f32>(dx + offset, (gradient - average - deviation * tilt) * scale);
      }
    }
  }
}
