// Convolutions with a filter of 3 taps in one dimension, as transforms around products that are taken element by
// element; applied to rows and columns they give those of 3x3 filters. Each form has
//   output(input(d) * filter(w)) = correlation of d with w,
//   filterGradient(input(d) * gradient(dy)) = its gradient with respect to w,
// where the last line is the transposed transform of the first (Lavin and Gray 2015, "Fast Algorithms for
// Convolutional Neural Networks"). N products for M outputs of I inputs, PAD zeros before the image.
#pragma once

#include "vector.h"

namespace filter_sparsity {
namespace {

/** Images of one pixel: only the middle tap meets it. */
struct Center {
  enum { N = 1, M = 1, I = 1, PAD = 0 };
  INLINE void input(const V (&d)[I], V (&to)[N]) { to[0] = d[0]; }
  INLINE void output(const V (&m)[N], V (&y)[M]) { y[0] = m[0]; }
  INLINE void gradient(const V (&dy)[M], V (&to)[N]) { to[0] = dy[0]; }
  INLINE void filter(const V (&w)[3], V (&to)[N]) { to[0] = w[1]; }
  INLINE void filterGradient(const V (&u)[N], V (&dw)[3]) {
    dw[0] = V{};
    dw[1] = u[0];
    dw[2] = V{};
  }
};

/** Images of two pixels: y0 = w1 d0 + w2 d1, y1 = w0 d0 + w1 d1, with 3 products (Karatsuba). */
struct Karatsuba {
  enum { N = 3, M = 2, I = 2, PAD = 0 };
  INLINE void input(const V (&d)[I], V (&to)[N]) {
    to[0] = d[0] + d[1];
    to[1] = d[1];
    to[2] = d[0];
  }
  INLINE void output(const V (&m)[N], V (&y)[M]) {
    y[0] = m[0] + m[1];
    y[1] = m[0] + m[2];
  }
  INLINE void gradient(const V (&dy)[M], V (&to)[N]) {
    to[0] = dy[0] + dy[1];
    to[1] = dy[0];
    to[2] = dy[1];
  }
  INLINE void filter(const V (&w)[3], V (&to)[N]) {
    to[0] = w[1];
    to[1] = w[2] - w[1];
    to[2] = w[0] - w[1];
  }
  INLINE void filterGradient(const V (&u)[N], V (&dw)[3]) {
    dw[0] = u[2];
    dw[1] = u[0] - (u[1] + u[2]);
    dw[2] = u[1];
  }
};

/** Winograd's F(2,3): points 0, 1, -1, infinity. */
struct Winograd2 {
  enum { N = 4, M = 2, I = 4, PAD = 1 };
  INLINE void input(const V (&d)[I], V (&to)[N]) {
    to[0] = d[0] - d[2];
    to[1] = d[1] + d[2];
    to[2] = d[2] - d[1];
    to[3] = d[1] - d[3];
  }
  INLINE void output(const V (&m)[N], V (&y)[M]) {
    y[0] = m[0] + (m[1] + m[2]);
    y[1] = (m[1] - m[2]) - m[3];
  }
  INLINE void gradient(const V (&dy)[M], V (&to)[N]) {
    to[0] = dy[0];
    to[1] = dy[0] + dy[1];
    to[2] = dy[0] - dy[1];
    to[3] = -dy[1];
  }
  INLINE void filter(const V (&w)[3], V (&to)[N]) {
    const V even = 0.5f * (w[0] + w[2]), odd = 0.5f * w[1];
    to[0] = w[0];
    to[1] = even + odd;
    to[2] = even - odd;
    to[3] = w[2];
  }
  INLINE void filterGradient(const V (&u)[N], V (&dw)[3]) {
    const V even = 0.5f * (u[1] + u[2]);
    dw[0] = u[0] + even;
    dw[1] = 0.5f * (u[1] - u[2]);
    dw[2] = even + u[3];
  }
};

/**
 * Winograd's F(4,3): points 0, +-sqrt(1/2), +-sqrt(2), infinity, whose rounding errors are a fifth of those of the
 * usual points 0, +-1, +-2, infinity.
 */
struct Winograd4 {
  enum { N = 6, M = 4, I = 6, PAD = 1 };
  /** The points, their squares, and the Lagrange factors that the filter's side takes. */
  static constexpr float A = 0.70710678118654752f, B = 1.41421356237309505f, A2 = 0.5f, B2 = 2;
  static constexpr float LA = 1 / (2 * A2 * (A2 - B2)), LB = 1 / (2 * B2 * (B2 - A2));
  INLINE void input(const V (&d)[I], V (&to)[N]) {
    to[0] = (d[0] + d[4]) - (A2 + B2) * d[2];
    const V evenA = d[4] - B2 * d[2], oddA = d[3] - B2 * d[1];
    to[1] = evenA + A * oddA;
    to[2] = evenA - A * oddA;
    const V evenB = d[4] - A2 * d[2], oddB = d[3] - A2 * d[1];
    to[3] = evenB + B * oddB;
    to[4] = evenB - B * oddB;
    to[5] = (d[1] + d[5]) - (A2 + B2) * d[3];
  }
  INLINE void output(const V (&m)[N], V (&y)[M]) {
    const V sumA = m[1] + m[2], sumB = m[3] + m[4], differenceA = m[1] - m[2], differenceB = m[3] - m[4];
    y[0] = m[0] + (sumA + sumB);
    y[1] = A * differenceA + B * differenceB;
    y[2] = A2 * sumA + B2 * sumB;
    y[3] = m[5] + (A * A2) * differenceA + (B * B2) * differenceB;
  }
  INLINE void gradient(const V (&dy)[M], V (&to)[N]) {
    to[0] = dy[0];
    const V evenA = dy[0] + A2 * dy[2], oddA = dy[1] + A2 * dy[3];
    to[1] = evenA + A * oddA;
    to[2] = evenA - A * oddA;
    const V evenB = dy[0] + B2 * dy[2], oddB = dy[1] + B2 * dy[3];
    to[3] = evenB + B * oddB;
    to[4] = evenB - B * oddB;
    to[5] = dy[3];
  }
  INLINE void filter(const V (&w)[3], V (&to)[N]) {
    to[0] = w[0];
    const V evenA = LA * w[0] + (LA * A2) * w[2], oddA = (LA * A) * w[1];
    to[1] = evenA + oddA;
    to[2] = evenA - oddA;
    const V evenB = LB * w[0] + (LB * B2) * w[2], oddB = (LB * B) * w[1];
    to[3] = evenB + oddB;
    to[4] = evenB - oddB;
    to[5] = w[2];
  }
  INLINE void filterGradient(const V (&u)[N], V (&dw)[3]) {
    const V sumA = LA * (u[1] + u[2]), sumB = LB * (u[3] + u[4]), differenceA = u[1] - u[2], differenceB = u[3] - u[4];
    dw[0] = u[0] + (sumA + sumB);
    dw[1] = (LA * A) * differenceA + (LB * B) * differenceB;
    dw[2] = u[5] + A2 * sumA + B2 * sumB;
  }
};

}  // namespace
}  // namespace filter_sparsity
