// Batch normalization with a (leaky) rectifier behind it, at least W channels. Sums run over parts of the rows and then
// over parts in order: the same bits for any number of threads.
#pragma once

#include "kernels.h"
#include "parallel.h"

namespace filter_sparsity {
namespace {

INLINE long partsOf(long rows) { return rows < 512 ? 1 : rows < 8192 ? rows / 256 : 32; }

/** max(v, slope * v) for slopes from 0 to 1; FLAT: slope 0, also for infinity. */
template <bool FLAT>
INLINE V rectify(V v, float slope) {
  const V zero{};
  return v < zero ? (FLAT ? zero : v * slope) : v;
}

/** Calls `work(part, from, till)` for the parts of the rows. */
template <class Work>
INLINE void eachPart(int threads, long rows, const Work& work) {
  const long parts = partsOf(rows);
  parallel(threads, parts, [&](long part) { work(part, rows * part / parts, rows * (part + 1) / parts); });
}

/** Two sums over rows from `from` to `till` of G vectors of columns; `add(offset, g, a, b)` adds one row to both. */
template <int G, class Add>
INLINE void sumRows(long from, long till, long step, Add add, float* first, float* second) {
  // As many independent sums as hide the adder's latency.
  constexpr int U = 4 / G;
  V a[U][G] = {}, b[U][G] = {};
  long r = from;
  for (; r + U <= till; r += U) {
    UNROLL for (int u = 0; u < U; u++) {
      UNROLL for (int g = 0; g < G; g++) add((r + u) * step + g * W, g, a[u][g], b[u][g]);
    }
  }
  for (; r < till; r++) {
    UNROLL for (int g = 0; g < G; g++) add(r * step + g * W, g, a[0][g], b[0][g]);
  }
  UNROLL for (int g = 0; g < G; g++) {
    UNROLL for (int u = 1; u < U; u++) {
      a[0][g] += a[u][g];
      b[0][g] += b[u][g];
    }
    store(first + g * W, a[0][g]);
    store(second + g * W, b[0][g]);
  }
}

/** Adds up the parts' pairs of sums, [parts][2][channels]. */
static void addParts(const float* partial, long parts, long channels, float* first, float* second) {
  for (long c = 0; c < channels; c++) {
    float a = 0, b = 0;
    for (long p = 0; p < parts; p++) {
      a += partial[2 * p * channels + c];
      b += partial[(2 * p + 1) * channels + c];
    }
    first[c] = a;
    second[c] = b;
  }
}

/** G vectors of one number a channel. */
template <int G>
struct PerChannel {
  V of[G];
  __attribute__((always_inline)) explicit PerChannel(const float* from) {
    UNROLL for (int g = 0; g < G; g++) of[g] = load(from + g * W);
  }
};

/** What a channel is normalized by: (x - mean) * scale + beta, where a value that is the mean gives beta itself. */
struct Channels {
  const float *mean, *scale, *beta;
};

/** y = rectified((x - mean) * scale + beta) */
template <bool FLAT>
static void scaleRows(const NormalizationShape& s, const float* x, const Channels& by, float* y) {
  const long channels = s.channels;
  eachPart(threadsFor(s.rows * channels), s.rows, [&](long, long from, long till) {
    overlappingGroups(channels, [&](auto group, long c) {
      constexpr int G = decltype(group)::value;
      const PerChannel<G> mean(by.mean + c), a(by.scale + c), b(by.beta + c);
      for (long r = from; r < till; r++) {
        UNROLL for (int g = 0; g < G; g++) {
          const long at = r * channels + c + g * W;
          store(y + at, rectify<FLAT>((load(x + at) - mean.of[g]) * a.of[g] + b.of[g], s.slope));
        }
      }
    });
  });
}

INLINE void scaleAndRectify(const NormalizationShape& s, const float* x, const Channels& by, float* y) {
  if (s.slope == 0) scaleRows<true>(s, x, by, y);
  else scaleRows<false>(s, x, by, y);
}

/** What the gradient needs, [4][channels]: gamma / deviation, beta, 1 / deviation, mean. */
template <class Float>
struct Saved {
  Float *scale, *beta, *inverse, *mean;
  Saved(Float* all, long channels)
      : scale(all), beta(all + channels), inverse(all + 2 * channels), mean(all + 3 * channels) {}
};

static void normalize(const NormalizationShape& s, const float* x, const float* gamma, const float* beta, float* y,
                      float* mean, float* variance, float* saved) {
  const long channels = s.channels, parts = partsOf(s.rows);
  float* const partial = scratch(Scratch::sums, (2 * parts + 2) * channels);
  float* const sums = partial + 2 * parts * channels;
  float* const squares = sums + channels;
  eachPart(threadsFor(s.rows * channels), s.rows, [&](long part, long from, long till) {
    overlappingGroups(channels, [&](auto group, long c) {
      constexpr int G = decltype(group)::value;
      // The first row stands for the mean, which the squares would otherwise drown in.
      const PerChannel<G> origin(x + c);
      float* const to = partial + 2 * part * channels + c;
      sumRows<G>(from, till, channels, [&](long at, int g, V& sum, V& square) __attribute__((always_inline)) {
        const V d = load(x + c + at) - origin.of[g];
        sum += d;
        square += d * d;
      }, to, to + channels);
    });
  });
  addParts(partial, parts, channels, sums, squares);
  const Saved<float> keep(saved, channels);
  const double n = static_cast<double>(s.rows);
  for (long c = 0; c < channels; c++) {
    const double offset = sums[c] / n, middle = x[c] + offset;
    double v = squares[c] / n - offset * offset;
    if (v < 0) v = 0;
    // Where the first row lies far from the mean after all, the squares once more; not where all of them underflow, as
    // behind the weights of a filter long dead: a float has no room for a variance as small as that.
    if (squares[c] > 0 && offset * offset > 100 * v) {
      double again = 0;
      for (long r = 0; r < s.rows; r++) {
        const double d = x[r * channels + c] - middle;
        again += d * d;
      }
      v = again / n;
    }
    mean[c] = keep.mean[c] = static_cast<float>(middle);
    variance[c] = static_cast<float>(n > 1 ? v * n / (n - 1) : v);
    keep.inverse[c] = static_cast<float>(1 / __builtin_sqrt(v + s.epsilon));
    keep.scale[c] = gamma[c] * keep.inverse[c];
    keep.beta[c] = beta[c];
  }
  scaleAndRectify(s, x, {keep.mean, keep.scale, keep.beta}, y);
}

static void normalizeInference(const NormalizationShape& s, const float* x, const float* gamma, const float* beta,
                               const float* mean, const float* variance, float* y) {
  float* const scale = scratch(Scratch::sums, s.channels);
  for (long c = 0; c < s.channels; c++)
    scale[c] = static_cast<float>(gamma[c] / __builtin_sqrt(static_cast<double>(variance[c]) + s.epsilon));
  scaleAndRectify(s, x, {mean, scale, beta}, y);
}

static void normalizeGradient(const NormalizationShape& s, const float* dy, const float* x, const float* saved,
                              float* dx, float* dGamma, float* dBeta) {
  const long channels = s.channels, parts = partsOf(s.rows);
  const int threads = threadsFor(s.rows * channels);
  const Saved<const float> keep(saved, channels);
  float* const partial = scratch(Scratch::sums, (2 * parts + 2) * channels);
  float* const constant = partial + 2 * parts * channels;
  float* const linear = constant + channels;
  const V zero{};
  /** dy before the nonlinearity, whose sign the normalized value has. */
  const auto behind = [&](V apart, V d, V a, V b) __attribute__((always_inline)) {
    return apart * a + b > zero ? d : d * s.slope;
  };
  eachPart(threads, s.rows, [&](long part, long from, long till) {
    overlappingGroups(channels, [&](auto group, long c) {
      constexpr int G = decltype(group)::value;
      const PerChannel<G> a(keep.scale + c), b(keep.beta + c), mean(keep.mean + c);
      float* const to = partial + 2 * part * channels + c;
      sumRows<G>(from, till, channels, [&](long at, int g, V& sum, V& product) __attribute__((always_inline)) {
        const V apart = load(x + c + at) - mean.of[g];
        const V open = behind(apart, load(dy + c + at), a.of[g], b.of[g]);
        sum += open;
        product += open * apart;
      }, to, to + channels);
    });
  });
  addParts(partial, parts, channels, dBeta, dGamma);
  // dx = scale * (open - dBeta / n - (x - mean) * inverse * dGamma / n)
  const float share = 1.0f / static_cast<float>(s.rows);
  for (long c = 0; c < channels; c++) {
    dGamma[c] *= keep.inverse[c];
    linear[c] = keep.scale[c] * keep.inverse[c] * dGamma[c] * share;
    constant[c] = keep.scale[c] * dBeta[c] * share;
  }
  eachPart(threads, s.rows, [&](long, long from, long till) {
    overlappingGroups(channels, [&](auto group, long c) {
      constexpr int G = decltype(group)::value;
      const PerChannel<G> a(keep.scale + c), b(keep.beta + c), mean(keep.mean + c), p(constant + c), q(linear + c);
      for (long r = from; r < till; r++) {
        UNROLL for (int g = 0; g < G; g++) {
          const long at = r * channels + c + g * W;
          const V apart = load(x + at) - mean.of[g];
          const V open = behind(apart, load(dy + at), a.of[g], b.of[g]);
          store(dx + at, open * a.of[g] - (p.of[g] + q.of[g] * apart));
        }
      }
    });
  });
}

}  // namespace
}  // namespace filter_sparsity
