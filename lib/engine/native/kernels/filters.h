// Transforms of filters and of their gradients. Transformed filters lie in panels of `columns` (one or more vectors)
// filters, for each of N * N products [channels][columns], channels and columns filled up with zeros.
#pragma once

#include "forms.h"

namespace filter_sparsity {
namespace {

/** One vector of filters for one channel. `at(tap)` gives the filter's vectors. */
template <class K, class At>
INLINE void transformFilterVector(const At& at, float* to, long product) {
  constexpr int N = K::N;
  V rows[3][N];
  UNROLL for (int r = 0; r < 3; r++) {
    V w[3];
    UNROLL for (int c = 0; c < 3; c++) w[c] = at(r * 3 + c);
    K::filter(w, rows[r]);
  }
  UNROLL for (int c = 0; c < N; c++) {
    const V w[3] = {rows[0][c], rows[1][c], rows[2][c]};
    V values[N];
    K::filter(w, values);
    UNROLL for (int r = 0; r < N; r++) store(to + (r * N + c) * product, values[r]);
  }
}

/**
 * One panel, of the filters from `start` on: `vectors` vectors, of which the last may reach beyond the last filter.
 * `product` is the distance from one product's values to the next.
 */
template <class K>
NOINLINE void transformFilterPanel(const float* filter, long channels, long filters, long start, int vectors, float* to,
                                   long product) {
  const long tap = channels * filters;
  const float* from = filter + start;
  for (long channel = 0; channel < channels; channel++, from += filters)
    for (int v = 0; v < vectors; v++, to += W) {
      const float* column = from + v * W;
      const long left = filters - start - v * W;
      if (left >= W)
        transformFilterVector<K>([&](int t) __attribute__((always_inline)) { return load(column + t * tap); }, to,
                                 product);
      else
        transformFilterVector<K>(
            [&](int t) __attribute__((always_inline)) { return loadFirst(column + t * tap, left); }, to, product);
    }
  for (long channel = channels; channel < ceilDivide(channels, W) * W; channel++)
    for (int v = 0; v < vectors; v++, to += W)
      for (int n = 0; n < K::N * K::N; n++) store(to + n * product, V{});
}

/** One vector of the filters' gradient for one channel; `put(tap, value)` takes it. */
template <class K, class Put>
INLINE void transformFilterGradientVector(const float* from, long product, const Put& put) {
  constexpr int N = K::N;
  V rows[3][N];
  UNROLL for (int c = 0; c < N; c++) {
    V u[N], w[3];
    UNROLL for (int r = 0; r < N; r++) u[r] = load(from + (r * N + c) * product);
    K::filterGradient(u, w);
    UNROLL for (int r = 0; r < 3; r++) rows[r][c] = w[r];
  }
  UNROLL for (int r = 0; r < 3; r++) {
    V w[3];
    K::filterGradient(rows[r], w);
    UNROLL for (int c = 0; c < 3; c++) put(r * 3 + c, w[c]);
  }
}

/**
 * Sums [N * N][channels][columns] to the gradient of `count` of the filters, from channel `first` to `last`.
 * `dFilter` begins at the first of these filters.
 */
template <class K>
NOINLINE void transformFilterGradients(const float* sums, long product, long columns, float* dFilter, long channels,
                                       long filters, long count, long first, long last) {
  const long tap = channels * filters;
  for (long channel = first; channel < last; channel++)
    for (long f = 0; f < count; f += W) {
      float* to = dFilter + channel * filters + f;
      const float* from = sums + channel * columns + f;
      if (f + W <= count)
        transformFilterGradientVector<K>(
            from, product, [&](int t, V value) __attribute__((always_inline)) { store(to + t * tap, value); });
      else
        transformFilterGradientVector<K>(from, product, [&](int t, V value) __attribute__((always_inline)) {
          storeFirst(to + t * tap, value, count - f);
        });
    }
}

/** Taps [first, last) of a filter [9][channels][filters], turned by 180 degrees: [9][filters][channels]. */
NOINLINE void turnFilter(const float* filter, float* to, long channels, long filters, long first, long last) {
  for (long tap = first; tap < last; tap++) {
    const float* from = filter + (8 - tap) * channels * filters;
    float* turned = to + tap * channels * filters;
    for (long c = 0; c < channels; c += W)
      for (long f = 0; f < filters; f += W) {
        const long rows = smaller(channels - c, W), columns = smaller(filters - f, W);
        V block[W];
        if (rows == W && columns == W) {
          UNROLL for (int i = 0; i < W; i++) block[i] = load(from + (c + i) * filters + f);
          transpose(block);
          UNROLL for (int i = 0; i < W; i++) store(turned + (f + i) * channels + c, block[i]);
        } else {
          for (long i = 0; i < columns; i++)
            for (long j = 0; j < rows; j++) turned[(f + i) * channels + c + j] = from[(c + j) * filters + f + i];
        }
      }
  }
}

}  // namespace
}  // namespace filter_sparsity
