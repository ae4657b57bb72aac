/**
 * Optimizer steps in place on vectors of `length` floats. In all of them l2 * theta is added to the gradient first,
 * and theta is multiplied by `kept` (1 - decoupled decay) last.
 */
export function sgd(theta: usize, gradient: usize, length: usize, rate: f32, l2: f32, kept: f32): void {
  const rates = f32x4.splat(rate);
  const penalties = f32x4.splat(l2);
  const shares = f32x4.splat(kept);
  const vectorBytes: usize = (length & ~3) << 2;
  const bytes: usize = length << 2;
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    const t = v128.load(theta + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(penalties, t));
    v128.store(theta + at, f32x4.mul(f32x4.sub(t, f32x4.mul(rates, g)), shares));
  }
  for (; at < bytes; at += 4) {
    const t = load<f32>(theta + at);
    const g = load<f32>(gradient + at) + l2 * t;
    store<f32>(theta + at, (t - rate * g) * kept);
  }
}

/** Velocity <- momentum * velocity + gradient; theta <- theta - rate * velocity. */
export function momentum(
  theta: usize,
  gradient: usize,
  velocity: usize,
  length: usize,
  rate: f32,
  l2: f32,
  kept: f32,
  factor: f32,
): void {
  const rates = f32x4.splat(rate);
  const penalties = f32x4.splat(l2);
  const shares = f32x4.splat(kept);
  const factors = f32x4.splat(factor);
  const vectorBytes: usize = (length & ~3) << 2;
  const bytes: usize = length << 2;
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    const t = v128.load(theta + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(penalties, t));
    const v = f32x4.add(f32x4.mul(factors, v128.load(velocity + at)), g);
    v128.store(velocity + at, v);
    v128.store(theta + at, f32x4.mul(f32x4.sub(t, f32x4.mul(rates, v)), shares));
  }
  for (; at < bytes; at += 4) {
    const t = load<f32>(theta + at);
    const v = factor * load<f32>(velocity + at) + (load<f32>(gradient + at) + l2 * t);
    store<f32>(velocity + at, v);
    store<f32>(theta + at, (t - rate * v) * kept);
  }
}

/**
 * Kingma and Ba (2015), algorithm 1.
 *
 * @param rate learning rate over 1 - beta1 ^ step
 * @param correction 1 - beta2 ^ step
 */
export function adam(
  theta: usize,
  gradient: usize,
  first: usize,
  second: usize,
  length: usize,
  rate: f32,
  l2: f32,
  kept: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  correction: f32,
  epsilon: f32,
): void {
  const rates = f32x4.splat(rate);
  const penalties = f32x4.splat(l2);
  const shares = f32x4.splat(kept);
  const betas1 = f32x4.splat(beta1);
  const rests1 = f32x4.splat(rest1);
  const betas2 = f32x4.splat(beta2);
  const rests2 = f32x4.splat(rest2);
  const corrections = f32x4.splat(correction);
  const epsilons = f32x4.splat(epsilon);
  const vectorBytes: usize = (length & ~3) << 2;
  const bytes: usize = length << 2;
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    const t = v128.load(theta + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(penalties, t));
    const m = f32x4.add(f32x4.mul(betas1, v128.load(first + at)), f32x4.mul(rests1, g));
    const v = f32x4.add(f32x4.mul(betas2, v128.load(second + at)), f32x4.mul(rests2, f32x4.mul(g, g)));
    v128.store(first + at, m);
    v128.store(second + at, v);
    const root = f32x4.add(f32x4.sqrt(f32x4.div(v, corrections)), epsilons);
    const stepped = f32x4.sub(t, f32x4.div(f32x4.mul(rates, m), root));
    v128.store(theta + at, f32x4.mul(stepped, shares));
  }
  for (; at < bytes; at += 4) {
    const t = load<f32>(theta + at);
    const g = load<f32>(gradient + at) + l2 * t;
    const m = beta1 * load<f32>(first + at) + rest1 * g;
    const v = beta2 * load<f32>(second + at) + rest2 * (g * g);
    store<f32>(first + at, m);
    store<f32>(second + at, v);
    const root = sqrt(v / correction) + epsilon;
    store<f32>(theta + at, (t - (rate * m) / root) * kept);
  }
}
