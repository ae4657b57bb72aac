/** Stores the first `columns` of 8 values. */
export function storeColumns(to: usize, low: v128, high: v128, columns: usize): void {
  if (columns === 8) {
    v128.store(to, low);
    v128.store(to, high, 16);
    return;
  }
  let rest = low;
  let remaining = columns;
  let at = to;
  if (remaining >= 4) {
    v128.store(at, low);
    rest = high;
    remaining -= 4;
    at += 16;
  }
  if (remaining > 0) v128.store_lane<f32>(at, rest, 0);
  if (remaining > 1) v128.store_lane<f32>(at, rest, 1, 4);
  if (remaining > 2) v128.store_lane<f32>(at, rest, 2, 8);
}

/** Stores 8 sums, or adds them to what is there. */
export function storeSums(to: usize, low: v128, high: v128, first: bool): void {
  v128.store(to, first ? low : f32x4.add(v128.load(to), low));
  v128.store(to, first ? high : f32x4.add(v128.load(to, 16), high), 16);
}
