/** max(value, slope * value) for slopes of 0 to 1: ReLU at 0, leaky ReLU between, nothing at 1. NaN stays. */
export function rectifyVector(value: v128, slopes: v128): v128 {
  return f32x4.pmax(value, f32x4.mul(value, slopes));
}

export function rectify(value: f32, slope: f32): f32 {
  const low = value * slope;
  return value < low ? low : value;
}

/** y = rectify(x, slope) on vectors of `length` floats. */
export function rectified(x: usize, y: usize, length: usize, slope: f32): void {
  const slopes = f32x4.splat(slope);
  const vectorBytes: usize = (length & ~3) << 2;
  const bytes: usize = length << 2;
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) v128.store(y + at, rectifyVector(v128.load(x + at), slopes));
  for (; at < bytes; at += 4) store<f32>(y + at, rectify(load<f32>(x + at), slope));
}

/** dx = dy where y > 0, slope * dy elsewhere. */
export function rectifiedGradient(dy: usize, y: usize, dx: usize, length: usize, slope: f32): void {
  const slopes = f32x4.splat(slope);
  const vectorBytes: usize = (length & ~3) << 2;
  const bytes: usize = length << 2;
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    v128.store(dx + at, openVector(v128.load(dy + at), v128.load(y + at), slopes));
  }
  for (; at < bytes; at += 4) store<f32>(dx + at, open(load<f32>(dy + at), load<f32>(y + at), slope));
}

/** The gradient dy behind a rectifier whose input or output is y. */
export function openVector(dy: v128, y: v128, slopes: v128): v128 {
  return v128.bitselect(dy, f32x4.mul(dy, slopes), f32x4.gt(y, f32x4.splat(0)));
}

export function open(dy: f32, y: f32, slope: f32): f32 {
  return y > 0 ? dy : dy * slope;
}
