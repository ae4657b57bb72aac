/**
 * Four floats, or a single one (the other lanes 0): with `whole` = four are left, one loop does the bulk of a vector
 * and the rest of it.
 */
export function load(at: usize, whole: bool): v128 {
  return whole ? v128.load(at) : v128.load_zero<f32>(at);
}

export function store(at: usize, values: v128, whole: bool): void {
  if (whole) v128.store(at, values);
  else v128.store_lane<f32>(at, values, 0);
}

/** Bytes to go on by. */
export function stride(whole: bool): usize {
  return whole ? 16 : 4;
}
