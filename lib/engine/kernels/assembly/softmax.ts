/** JavaScript's `Math.exp`: the compiler's own needs a table, and this module's memory belongs to tfjs. */
declare function exp(x: f64): f64;

/** (softmax(logits) - one-hot(labels)) / rows for logits [rows, classes], labels [rows] int32. */
export function softmaxCrossEntropyGradient(
  logits: usize,
  labels: usize,
  gradient: usize,
  rows: usize,
  classes: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    const from: usize = logits + ((row * classes) << 2);
    const to: usize = gradient + ((row * classes) << 2);
    const label = load<u32>(labels + (row << 2));
    let largest: f32 = -Infinity;
    for (let k: usize = 0; k < classes; k++) largest = max(largest, load<f32>(from + (k << 2)));
    let sum: f64 = 0;
    for (let k: usize = 0; k < classes; k++) sum += exp(load<f32>(from + (k << 2)) - largest);
    for (let k: usize = 0; k < classes; k++) {
      const probability = exp(load<f32>(from + (k << 2)) - largest) / sum;
      const target: f64 = k === label ? 1 : 0;
      store<f32>(to + (k << 2), f32((probability - target) / rows));
    }
  }
}
