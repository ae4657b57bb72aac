/**
 * 2x2 maximum with stride 2: x [images, height, width, channels] to y [images, height / 2, width / 2, channels], odd
 * last rows and columns dropped. NaN wins.
 */
export function maxPool(
  x: usize,
  y: usize,
  images: usize,
  height: usize,
  width: usize,
  channels: usize,
): void {
  const pixelBytes: usize = channels << 2;
  const rowBytes: usize = width * pixelBytes;
  const vectorBytes: usize = (channels & ~3) << 2;
  let to = y;
  for (let image: usize = 0; image < images; image++) {
    for (let row: usize = 0; row + 1 < height; row += 2) {
      let window: usize = x + (image * height + row) * rowBytes;
      for (let column: usize = 0; column + 1 < width; column += 2) {
        let at: usize = 0;
        for (; at < vectorBytes; at += 16) {
          const upper = window + at;
          const lower = upper + rowBytes;
          const above = f32x4.max(v128.load(upper), v128.load(upper + pixelBytes));
          const below = f32x4.max(v128.load(lower), v128.load(lower + pixelBytes));
          v128.store(to + at, f32x4.max(above, below));
        }
        for (; at < pixelBytes; at += 4) {
          const upper = window + at;
          const lower = upper + rowBytes;
          const above = max(load<f32>(upper), load<f32>(upper + pixelBytes));
          const below = max(load<f32>(lower), load<f32>(lower + pixelBytes));
          store<f32>(to + at, max(above, below));
        }
        window += 2 * pixelBytes;
        to += pixelBytes;
      }
    }
  }
}

/**
 * Gives each window's dy to the first of its values, row by row, that equals the maximum y, and zero to the others,
 * as TensorFlow and PyTorch do.
 */
export function maxPoolGradient(
  dy: usize,
  x: usize,
  y: usize,
  dx: usize,
  images: usize,
  height: usize,
  width: usize,
  channels: usize,
): void {
  const pixelBytes: usize = channels << 2;
  const rowBytes: usize = width * pixelBytes;
  const vectorBytes: usize = (channels & ~3) << 2;
  if (((height | width) & 1) !== 0) memory.fill(dx, 0, images * height * rowBytes);
  let pooled: usize = 0;
  for (let image: usize = 0; image < images; image++) {
    for (let row: usize = 0; row + 1 < height; row += 2) {
      let window: usize = (image * height + row) * rowBytes;
      for (let column: usize = 0; column + 1 < width; column += 2) {
        let at: usize = 0;
        for (; at < vectorBytes; at += 16) {
          const maximum = v128.load(y + pooled + at);
          let gradient = v128.load(dy + pooled + at);
          gradient = giveVector(x, dx, window + at, maximum, gradient);
          gradient = giveVector(x, dx, window + at + pixelBytes, maximum, gradient);
          gradient = giveVector(x, dx, window + at + rowBytes, maximum, gradient);
          giveVector(x, dx, window + at + rowBytes + pixelBytes, maximum, gradient);
        }
        for (; at < pixelBytes; at += 4) {
          const maximum = load<f32>(y + pooled + at);
          let gradient = load<f32>(dy + pooled + at);
          gradient = give(x, dx, window + at, maximum, gradient);
          gradient = give(x, dx, window + at + pixelBytes, maximum, gradient);
          gradient = give(x, dx, window + at + rowBytes, maximum, gradient);
          give(x, dx, window + at + rowBytes + pixelBytes, maximum, gradient);
        }
        window += 2 * pixelBytes;
        pooled += pixelBytes;
      }
    }
  }
}

/** Stores the gradient where x is the maximum; returns what is left of it for the values that follow. */
function giveVector(x: usize, dx: usize, at: usize, maximum: v128, gradient: v128): v128 {
  const chosen = f32x4.eq(v128.load(x + at), maximum);
  v128.store(dx + at, v128.and(gradient, chosen));
  return v128.andnot(gradient, chosen);
}

function give(x: usize, dx: usize, at: usize, maximum: f32, gradient: f32): f32 {
  const chosen = load<f32>(x + at) === maximum;
  store<f32>(dx + at, chosen ? gradient : 0);
  return chosen ? 0 : gradient;
}
