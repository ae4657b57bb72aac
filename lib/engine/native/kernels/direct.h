// 3x3 convolutions of 1 or 3 channels (a network's first layer), pixel by pixel, and their gradient with respect to the
// filter. At least W filters.
#pragma once

#include "kernels.h"
#include "parallel.h"

namespace filter_sparsity {
namespace {

/** One image with zeros around it: [height + 2][(width + 2) * channels]. */
static float* surrounded(const ConvolutionShape& s, const float* x, long image) {
  const long row = s.width * s.channels, wide = row + 2 * s.channels;
  float* const to = scratch(Scratch::image, (s.height + 2) * wide + W);
  __builtin_memset(to, 0, (s.height + 2) * wide * sizeof(float));
  for (long r = 0; r < s.height; r++)
    __builtin_memcpy(to + (r + 1) * wide + s.channels, x + (image * s.height + r) * row, row * sizeof(float));
  return to;
}

/** R pixels of a row, P vectors of filters. `from` is the pixel to the upper left of the first. */
template <int C, int P, int R>
INLINE void convolvePixels(const float* from, long wide, const float* filter, long filters, float* y) {
  V sum[R][P] = {};
  for (int row = 0; row < 3; row++, from += wide) {
    UNROLL for (int t = 0; t < 3 * C; t++, filter += filters) {
      V w[P];
      UNROLL for (int p = 0; p < P; p++) w[p] = load(filter + p * W);
      UNROLL for (int r = 0; r < R; r++) {
        const V x = spread(from[r * C + t]);
        UNROLL for (int p = 0; p < P; p++) sum[r][p] += x * w[p];
      }
    }
  }
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int p = 0; p < P; p++) store(y + r * filters + p * W, sum[r][p]);
  }
}

/** Calls `with(Count<P>, column)` for 2 and 1 vectors of filters; the last may overlap the one before. */
template <class With>
INLINE void filterGroups(long filters, With with) {
  long f = 0;
  for (; f + 2 * W <= filters; f += 2 * W) with(Count<2>{}, f);
  for (; f + W <= filters; f += W) with(Count<1>{}, f);
  if (f < filters) with(Count<1>{}, filters - W);
}

template <int C>
void convolveDirect(const ConvolutionShape& s, const float* x, const float* filter, float* y) {
  const long filters = s.filters, wide = (s.width + 2) * C;
  parallel(threadsFor(s.images * s.height * s.width * 9 * C * filters), s.images, [&](long image) {
    const float* from = surrounded(s, x, image);
    for (long r = 0; r < s.height; r++, from += wide) {
      float* const to = y + (image * s.height + r) * s.width * filters;
      filterGroups(filters, [&](auto vectors, long f) {
        constexpr int P = decltype(vectors)::value, R = manyRegisters || P == 1 ? 8 : 4;
        long q = 0;
        for (; q + R <= s.width; q += R) convolvePixels<C, P, R>(from + q * C, wide, filter + f, filters, to + q * filters + f);
        for (; q < s.width; q++) convolvePixels<C, P, 1>(from + q * C, wide, filter + f, filters, to + q * filters + f);
      });
    }
  });
}

/** Adds one image's share to the sums of P vectors of filters: [9 * C][columns]. `dy` begins at their first filter. */
template <int C, int P>
INLINE void addDirectGradient(const ConvolutionShape& s, const float* from, const float* dy, float* sums, long columns) {
  const long wide = (s.width + 2) * C;
  for (int row = 0; row < 3; row++, sums += 3 * C * columns) {
    V sum[3 * C][P] = {};
    for (long r = 0; r < s.height; r++) {
      const float* x = from + (r + row) * wide;
      const float* d = dy + r * s.width * s.filters;
      for (long q = 0; q < s.width; q++, x += C, d += s.filters) {
        V v[P];
        UNROLL for (int p = 0; p < P; p++) v[p] = load(d + p * W);
        UNROLL for (int t = 0; t < 3 * C; t++) {
          const V pixel = spread(x[t]);
          UNROLL for (int p = 0; p < P; p++) sum[t][p] += pixel * v[p];
        }
      }
    }
    UNROLL for (int t = 0; t < 3 * C; t++) {
      UNROLL for (int p = 0; p < P; p++) {
        float* to = sums + t * columns + p * W;
        store(to, load(to) + sum[t][p]);
      }
    }
  }
}

/** Parts of the images are summed up on their own, then in order: the same bits for any number of threads. */
template <int C>
void convolveDirectFilterGradient(const ConvolutionShape& s, const float* x, const float* dy, float* dFilter) {
  // Filters of the last vector that overlap the one before have columns of their own: sums must not be added twice.
  const long filters = s.filters, columns = ceilDivide(filters, W) * W, size = 9 * C * columns;
  const long parts = smaller(s.images, 8);
  const auto firstFilter = [&](long column) { return smaller(column, filters - W); };
  float* const partial = scratch(Scratch::sums, parts * size);
  parallel(threadsFor(s.images * s.height * s.width * size), parts, [&](long part) {
    float* const sums = partial + part * size;
    __builtin_memset(sums, 0, size * sizeof(float));
    for (long image = s.images * part / parts; image < s.images * (part + 1) / parts; image++) {
      const float* from = surrounded(s, x, image);
      const float* d = dy + image * s.height * s.width * filters;
      long c = 0;
      if (manyRegisters)
        for (; c + 2 * W <= filters; c += 2 * W) addDirectGradient<C, 2>(s, from, d + c, sums + c, columns);
      for (; c < columns; c += W) addDirectGradient<C, 1>(s, from, d + firstFilter(c), sums + c, columns);
    }
  });
  for (long row = 0; row < 9 * C; row++)
    for (long c = 0; c < columns; c += W) {
      V sum{};
      for (long part = 0; part < parts; part++) sum += load(partial + part * size + row * columns + c);
      store(dFilter + row * filters + firstFilter(c), sum);
    }
}

}  // namespace
}  // namespace filter_sparsity
