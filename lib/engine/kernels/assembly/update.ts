import { load, store, stride } from "./lanes";

/**
 * Optimizer steps in place on vectors of `length` floats, as lib/optimizers describes them. In all of them l2 * theta
 * is added to the gradient first, and theta is multiplied by `kept` (1 - decoupled decay) last. `rest` stands for
 * 1 - beta.
 */
export function sgd(theta: usize, gradient: usize, length: usize, rate: f32, l2: f32, kept: f32): void {
  const bytes = length << 2;
  let whole = true;
  for (let at: usize = 0; at < bytes; at += stride(whole)) {
    whole = at + 16 <= bytes;
    const t = load(theta + at, whole);
    const g = penalized(load(gradient + at, whole), t, l2);
    store(theta + at, moved(t, f32x4.mul(f32x4.splat(rate), g), kept), whole);
  }
}

/** Plain, or with Nesterov's look ahead. */
export function momentum(
  theta: usize,
  gradient: usize,
  velocity: usize,
  length: usize,
  rate: f32,
  l2: f32,
  kept: f32,
  factor: f32,
  nesterov: bool,
): void {
  const bytes = length << 2;
  const factors = f32x4.splat(factor);
  let whole = true;
  for (let at: usize = 0; at < bytes; at += stride(whole)) {
    whole = at + 16 <= bytes;
    const t = load(theta + at, whole);
    const g = penalized(load(gradient + at, whole), t, l2);
    const v = f32x4.add(f32x4.mul(factors, load(velocity + at, whole)), g);
    store(velocity + at, v, whole);
    const direction = nesterov ? f32x4.add(g, f32x4.mul(factors, v)) : v;
    store(theta + at, moved(t, f32x4.mul(f32x4.splat(rate), direction), kept), whole);
  }
}

/**
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
  const bytes = length << 2;
  let whole = true;
  for (let at: usize = 0; at < bytes; at += stride(whole)) {
    whole = at + 16 <= bytes;
    const t = load(theta + at, whole);
    const g = penalized(load(gradient + at, whole), t, l2);
    const m = average(load(first + at, whole), beta1, g, rest1);
    const v = average(load(second + at, whole), beta2, f32x4.mul(g, g), rest2);
    store(first + at, m, whole);
    store(second + at, v, whole);
    const root = rootOf(f32x4.div(v, f32x4.splat(correction)), epsilon);
    store(theta + at, moved(t, f32x4.div(f32x4.mul(f32x4.splat(rate), m), root), kept), whole);
  }
}

/** Arguments as Adam's. */
export function amsgrad(
  theta: usize,
  gradient: usize,
  first: usize,
  second: usize,
  largest: usize,
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
  const bytes = length << 2;
  let whole = true;
  for (let at: usize = 0; at < bytes; at += stride(whole)) {
    whole = at + 16 <= bytes;
    const t = load(theta + at, whole);
    const g = penalized(load(gradient + at, whole), t, l2);
    const m = average(load(first + at, whole), beta1, g, rest1);
    const v = average(load(second + at, whole), beta2, f32x4.mul(g, g), rest2);
    const u = f32x4.max(load(largest + at, whole), v);
    store(first + at, m, whole);
    store(second + at, v, whole);
    store(largest + at, u, whole);
    const root = rootOf(f32x4.div(u, f32x4.splat(correction)), epsilon);
    store(theta + at, moved(t, f32x4.div(f32x4.mul(f32x4.splat(rate), m), root), kept), whole);
  }
}

/** @param rate learning rate over 1 - beta1 ^ step */
export function adamax(
  theta: usize,
  gradient: usize,
  first: usize,
  largest: usize,
  length: usize,
  rate: f32,
  l2: f32,
  kept: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  epsilon: f32,
): void {
  const bytes = length << 2;
  let whole = true;
  for (let at: usize = 0; at < bytes; at += stride(whole)) {
    whole = at + 16 <= bytes;
    const t = load(theta + at, whole);
    const g = penalized(load(gradient + at, whole), t, l2);
    const m = average(load(first + at, whole), beta1, g, rest1);
    const size = f32x4.add(f32x4.abs(g), f32x4.splat(epsilon));
    const u = f32x4.max(f32x4.mul(f32x4.splat(beta2), load(largest + at, whole)), size);
    store(first + at, m, whole);
    store(largest + at, u, whole);
    store(theta + at, moved(t, f32x4.div(f32x4.mul(f32x4.splat(rate), m), u), kept), whole);
  }
}

/**
 * @param gradientRate learning rate times the gradient's share of the step
 * @param momentRate learning rate times the first moment's
 * @param correction 1 - beta2 ^ step
 */
export function nadam(
  theta: usize,
  gradient: usize,
  first: usize,
  second: usize,
  length: usize,
  gradientRate: f32,
  momentRate: f32,
  l2: f32,
  kept: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  correction: f32,
  epsilon: f32,
): void {
  const bytes = length << 2;
  let whole = true;
  for (let at: usize = 0; at < bytes; at += stride(whole)) {
    whole = at + 16 <= bytes;
    const t = load(theta + at, whole);
    const g = penalized(load(gradient + at, whole), t, l2);
    const m = average(load(first + at, whole), beta1, g, rest1);
    const v = average(load(second + at, whole), beta2, f32x4.mul(g, g), rest2);
    store(first + at, m, whole);
    store(second + at, v, whole);
    const ahead = average(g, gradientRate, m, momentRate);
    const root = rootOf(f32x4.div(v, f32x4.splat(correction)), epsilon);
    store(theta + at, moved(t, f32x4.div(ahead, root), kept), whole);
  }
}

/** RMSProp with decay and rest = 1 - decay; AdaGrad with both 1. */
export function overRootOfSquares(
  theta: usize,
  gradient: usize,
  squares: usize,
  length: usize,
  rate: f32,
  l2: f32,
  kept: f32,
  decay: f32,
  rest: f32,
  epsilon: f32,
): void {
  const bytes = length << 2;
  let whole = true;
  for (let at: usize = 0; at < bytes; at += stride(whole)) {
    whole = at + 16 <= bytes;
    const t = load(theta + at, whole);
    const g = penalized(load(gradient + at, whole), t, l2);
    const s = average(load(squares + at, whole), decay, f32x4.mul(g, g), rest);
    store(squares + at, s, whole);
    const step = f32x4.div(f32x4.mul(f32x4.splat(rate), g), rootOf(s, epsilon));
    store(theta + at, moved(t, step, kept), whole);
  }
}

export function adadelta(
  theta: usize,
  gradient: usize,
  squares: usize,
  steps: usize,
  length: usize,
  rate: f32,
  l2: f32,
  kept: f32,
  rho: f32,
  rest: f32,
  epsilon: f32,
): void {
  const bytes = length << 2;
  const epsilons = f32x4.splat(epsilon);
  let whole = true;
  for (let at: usize = 0; at < bytes; at += stride(whole)) {
    whole = at + 16 <= bytes;
    const t = load(theta + at, whole);
    const g = penalized(load(gradient + at, whole), t, l2);
    const s = average(load(squares + at, whole), rho, f32x4.mul(g, g), rest);
    const before = load(steps + at, whole);
    const ratio = f32x4.div(f32x4.add(before, epsilons), f32x4.add(s, epsilons));
    const step = f32x4.mul(g, f32x4.sqrt(ratio));
    store(squares + at, s, whole);
    store(steps + at, average(before, rho, f32x4.mul(step, step), rest), whole);
    store(theta + at, moved(t, f32x4.mul(f32x4.splat(rate), step), kept), whole);
  }
}

export function lion(
  theta: usize,
  gradient: usize,
  first: usize,
  length: usize,
  rate: f32,
  l2: f32,
  kept: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
): void {
  const bytes = length << 2;
  /** The smallest normal number: where all is 0, the sign is too; NaN stays. */
  const smallest = f32x4.splat(1.1754944e-38);
  let whole = true;
  for (let at: usize = 0; at < bytes; at += stride(whole)) {
    whole = at + 16 <= bytes;
    const t = load(theta + at, whole);
    const g = penalized(load(gradient + at, whole), t, l2);
    const m = load(first + at, whole);
    const blend = average(m, beta1, g, rest1);
    store(first + at, average(m, beta2, g, rest2), whole);
    const sign = f32x4.div(blend, f32x4.max(f32x4.abs(blend), smallest));
    store(theta + at, moved(t, f32x4.mul(f32x4.splat(rate), sign), kept), whole);
  }
}

function penalized(gradient: v128, theta: v128, l2: f32): v128 {
  return f32x4.add(gradient, f32x4.mul(f32x4.splat(l2), theta));
}

function moved(theta: v128, step: v128, kept: f32): v128 {
  return f32x4.mul(f32x4.sub(theta, step), f32x4.splat(kept));
}

function average(mean: v128, decay: f32, value: v128, rest: f32): v128 {
  return f32x4.add(f32x4.mul(f32x4.splat(decay), mean), f32x4.mul(f32x4.splat(rest), value));
}

function rootOf(squares: v128, epsilon: f32): v128 {
  return f32x4.add(f32x4.sqrt(squares), f32x4.splat(epsilon));
}
