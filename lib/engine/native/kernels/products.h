// Matrix products in tiles of registers, N * N of them for one convolution.
#pragma once

#include "vector.h"

namespace filter_sparsity {
namespace {

/** Register tiles: tiles x vectors of filters in the convolution, channels in the filter's gradient. */
constexpr int ROWS = manyRegisters ? 12 : 6;
constexpr int PANEL = 2;
constexpr int SUM_ROWS = W == 16 ? 8 : 4;

/**
 * R tiles times P vectors of filters: values [chunks][tile][W] times a panel [chunks * W][P * W] to [P][tile][W].
 * S is the distance between tiles.
 */
template <int S, int R, int P>
NOINLINE void multiply(const float* a, long aChunk, const float* b, float* to, long toChunk, long chunks) {
  V sum[R][P] = {};
  for (long q = 0; q < chunks; q++, a += aChunk) {
    const float* value = a;
    // The tiles' values lie too far apart for the processor to foresee them.
    if (chunks * W > 128) {
      UNROLL for (int r = 0; r < R; r++) __builtin_prefetch(a + aChunk + r * S);
    }
#if !defined(__clang__)
#pragma GCC unroll 4
#endif
    for (int j = 0; j < W; j++, b += P * W, value++) {
      V w[P];
      UNROLL for (int p = 0; p < P; p++) w[p] = load(b + p * W);
      UNROLL for (int r = 0; r < R; r++) {
        const V x = spread(value[r * S]);
        UNROLL for (int p = 0; p < P; p++) sum[r][p] += x * w[p];
      }
    }
  }
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int p = 0; p < P; p++) store(to + p * toChunk + r * S, sum[r][p]);
  }
}

typedef void (*Multiply)(const float*, long, const float*, float*, long, long);

/** `multiply` for each number of tiles up to ROWS. */
template <int S, int P, int... R>
struct Multiplies {
  static constexpr Multiply table[] = {nullptr, multiply<S, R, P>...};
};

template <int S, int P>
INLINE Multiply multiplyFor(long rows) {
  if constexpr (ROWS == 12) return Multiplies<S, P, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12>::table[rows];
  else return Multiplies<S, P, 1, 2, 3, 4, 5, 6>::table[rows];
}

/** All tiles of a block times one panel, as evenly many at a time as goes. */
template <int S, int P>
void multiplyBlock(const float* a, long aChunk, const float* b, float* to, long toChunk, long chunks, long tiles) {
  const long parts = ceilDivide(tiles, ROWS);
  for (long part = 0, done = 0; part < parts; part++) {
    const long rows = (tiles - done) / (parts - part);
    multiplyFor<S, P>(rows)(a + done * S, aChunk, b, to + done * S, toChunk, chunks);
    done += rows;
  }
}

/**
 * Sums over tiles, of SUM_ROWS channels times P vectors of filters; to [channel][columns], on top of what is there if
 * `more`. `far`: whether the values come from beyond the L2 cache.
 */
template <int S, int P>
NOINLINE void sumProducts(const float* a, const float* b, long bChunk, float* sums, long columns, long tiles, bool more,
                          bool far) {
  constexpr int AHEAD = 8;
  V sum[SUM_ROWS][P] = {};
  UNROLL_TWICE for (long t = 0; t < tiles; t++) {
    if (far) {
      __builtin_prefetch(a + (t + AHEAD) * S);
      UNROLL for (int p = 0; p < P; p++) __builtin_prefetch(b + p * bChunk + (t + AHEAD) * S);
    }
    V w[P];
    UNROLL for (int p = 0; p < P; p++) w[p] = load(b + p * bChunk + t * S);
    UNROLL for (int r = 0; r < SUM_ROWS; r++) {
      const V x = spread(a[t * S + r]);
      UNROLL for (int p = 0; p < P; p++) sum[r][p] += x * w[p];
    }
  }
  UNROLL for (int r = 0; r < SUM_ROWS; r++) {
    UNROLL for (int p = 0; p < P; p++) {
      float* to = sums + r * columns + p * W;
      // Each block on its own first: shorter chains of sums are more exact.
      store(to, more ? sum[r][p] + load(to) : sum[r][p]);
    }
  }
}

}  // namespace
}  // namespace filter_sparsity
