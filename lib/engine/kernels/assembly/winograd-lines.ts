/** Points at which Winograd's form evaluates polynomials: 0, +-a, +-b and infinity; a * b = 1. */
const a = Math.SQRT1_2 as f32;
const b = Math.SQRT2 as f32;
const aSquared: f32 = 0.5;
const bSquared: f32 = 2;
/** Lagrange's denominators at +-a and at +-b. */
const atA: f32 = 1 / (2 * aSquared * (aSquared - bSquared));
const atB: f32 = 1 / (2 * bSquared * (bSquared - aSquared));

/** Arithmetic on 4 channels. AssemblyScript's `@inline` is TypeScript on methods only, hence classes here. */
class Vector {
  /** factor * value */
  @inline
  static scale(factor: f32, value: v128): v128 {
    return f32x4.mul(f32x4.splat(factor), value);
  }

  /** sum + factor * value */
  @inline
  static plus(sum: v128, factor: f32, value: v128): v128 {
    return f32x4.add(sum, Vector.scale(factor, value));
  }

  /** Stores even + odd and even - odd, `step` bytes apart: the values at a point and at its negative. */
  @inline
  static store(to: usize, step: usize, even: v128, odd: v128): void {
    v128.store(to, f32x4.add(even, odd));
    v128.store(to + step, f32x4.sub(even, odd));
  }
}

/**
 * One-dimensional transforms of F(4,3): 4 results of a filter of 3 by 6 products (Winograd 1980; Lavin and Gray 2015,
 * section 4). In all of them vectors of 4 channels lie `gap` bytes apart from `from` on, and go `step` apart from `to` on.
 *
 * The points are 0, +-sqrt(1/2), +-sqrt(2) and infinity: rounding errors are a fifth of those at 0, +-1, +-2, since the
 * powers of a and b stay near 1.
 */
export class WinogradLine {
  /** 6 of 6 values of an image. */
  @inline
  static values(from: usize, gap: usize, to: usize, step: usize): void {
    const x1 = v128.load(from + gap);
    const x2 = v128.load(from + 2 * gap);
    const x3 = v128.load(from + 3 * gap);
    const x4 = v128.load(from + 4 * gap);
    const sum = -(aSquared + bSquared);
    v128.store(to, Vector.plus(f32x4.add(v128.load(from), x4), sum, x2));
    const evenA = Vector.plus(x4, -bSquared, x2);
    Vector.store(to + step, step, evenA, Vector.scale(a, Vector.plus(x3, -bSquared, x1)));
    const evenB = Vector.plus(x4, -aSquared, x2);
    Vector.store(to + 3 * step, step, evenB, Vector.scale(b, Vector.plus(x3, -aSquared, x1)));
    v128.store(to + 5 * step, Vector.plus(f32x4.add(x1, v128.load(from + 5 * gap)), sum, x3));
  }

  /** 4 results of 6 products. */
  @inline
  static results(from: usize, gap: usize, to: usize, step: usize): void {
    const m1 = v128.load(from + gap);
    const m2 = v128.load(from + 2 * gap);
    const m3 = v128.load(from + 3 * gap);
    const m4 = v128.load(from + 4 * gap);
    const evenA = f32x4.add(m1, m2);
    const oddA = f32x4.sub(m1, m2);
    const evenB = f32x4.add(m3, m4);
    const oddB = f32x4.sub(m3, m4);
    v128.store(to, f32x4.add(v128.load(from), f32x4.add(evenA, evenB)));
    v128.store(to + step, Vector.plus(Vector.scale(a, oddA), b, oddB));
    v128.store(to + 2 * step, Vector.plus(Vector.scale(aSquared, evenA), bSquared, evenB));
    const last = Vector.plus(v128.load(from + 5 * gap), a * aSquared, oddA);
    v128.store(to + 3 * step, Vector.plus(last, b * bSquared, oddB));
  }

  /** 6 of 4 gradients of results: the transpose of `results`. */
  @inline
  static gradients(from: usize, gap: usize, to: usize, step: usize): void {
    const y0 = v128.load(from);
    const y1 = v128.load(from + gap);
    const y2 = v128.load(from + 2 * gap);
    const y3 = v128.load(from + 3 * gap);
    v128.store(to, y0);
    const evenA = Vector.plus(y0, aSquared, y2);
    Vector.store(to + step, step, evenA, Vector.scale(a, Vector.plus(y1, aSquared, y3)));
    const evenB = Vector.plus(y0, bSquared, y2);
    Vector.store(to + 3 * step, step, evenB, Vector.scale(b, Vector.plus(y1, bSquared, y3)));
    v128.store(to + 5 * step, y3);
  }

  /** 6 of 3 taps of a filter. */
  @inline
  static filter(from: usize, gap: usize, to: usize, step: usize): void {
    const w0 = v128.load(from);
    const w1 = v128.load(from + gap);
    const w2 = v128.load(from + 2 * gap);
    v128.store(to, w0);
    const evenA = Vector.plus(Vector.scale(atA, w0), atA * aSquared, w2);
    Vector.store(to + step, step, evenA, Vector.scale(atA * a, w1));
    const evenB = Vector.plus(Vector.scale(atB, w0), atB * bSquared, w2);
    Vector.store(to + 3 * step, step, evenB, Vector.scale(atB * b, w1));
    v128.store(to + 5 * step, w2);
  }

  /** 3 taps' gradients of 6 sums of products: the transpose of `filter`. */
  @inline
  static filterGradient(from: usize, gap: usize, to: usize, step: usize): void {
    const u1 = v128.load(from + gap);
    const u2 = v128.load(from + 2 * gap);
    const u3 = v128.load(from + 3 * gap);
    const u4 = v128.load(from + 4 * gap);
    const evenA = Vector.scale(atA, f32x4.add(u1, u2));
    const evenB = Vector.scale(atB, f32x4.add(u3, u4));
    v128.store(to, f32x4.add(v128.load(from), f32x4.add(evenA, evenB)));
    const odd = Vector.scale(atA * a, f32x4.sub(u1, u2));
    v128.store(to + step, Vector.plus(odd, atB * b, f32x4.sub(u3, u4)));
    const last = Vector.plus(v128.load(from + 5 * gap), aSquared, evenA);
    v128.store(to + 2 * step, Vector.plus(last, bSquared, evenB));
  }
}

/**
 * The same for the 2 results of a line of 2 with zeros around it, by 3 products: a Toeplitz matrix [w1 w2; w0 w1] times
 * [x0; x1] after Karatsuba and Ofman (1962), w1 (x0 + x1) + (w2 - w1) x1 and w1 (x0 + x1) + (w0 - w1) x0.
 */
export class KaratsubaLine {
  @inline
  static values(from: usize, gap: usize, to: usize, step: usize): void {
    const x0 = v128.load(from);
    const x1 = v128.load(from + gap);
    v128.store(to, f32x4.add(x0, x1));
    v128.store(to + step, x1);
    v128.store(to + 2 * step, x0);
  }

  @inline
  static results(from: usize, gap: usize, to: usize, step: usize): void {
    const m0 = v128.load(from);
    v128.store(to, f32x4.add(m0, v128.load(from + gap)));
    v128.store(to + step, f32x4.add(m0, v128.load(from + 2 * gap)));
  }

  @inline
  static gradients(from: usize, gap: usize, to: usize, step: usize): void {
    const y0 = v128.load(from);
    const y1 = v128.load(from + gap);
    v128.store(to, f32x4.add(y0, y1));
    v128.store(to + step, y0);
    v128.store(to + 2 * step, y1);
  }

  @inline
  static filter(from: usize, gap: usize, to: usize, step: usize): void {
    const w1 = v128.load(from + gap);
    const first = f32x4.sub(v128.load(from), w1);
    v128.store(to, w1);
    v128.store(to + step, f32x4.sub(v128.load(from + 2 * gap), w1));
    v128.store(to + 2 * step, first);
  }

  @inline
  static filterGradient(from: usize, gap: usize, to: usize, step: usize): void {
    const u1 = v128.load(from + gap);
    const u2 = v128.load(from + 2 * gap);
    v128.store(to, u2);
    v128.store(to + step, f32x4.sub(v128.load(from), f32x4.add(u1, u2)));
    v128.store(to + 2 * step, u1);
  }
}
