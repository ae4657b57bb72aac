// Transforms between images and the values that are multiplied. Values of a block of tiles lie as
// [channels / W][tile][N * N][W floats], channels filled up with zeros to whole vectors.
#pragma once

#include "forms.h"
#include "kernels.h"

namespace filter_sparsity {
namespace {

/** A convolution's tiles, in rows of images. */
template <class K>
struct Tiling {
  long height, width, across, down, count;
  explicit Tiling(const ConvolutionShape& s)
      : height(s.height),
        width(s.width),
        across(ceilDivide(s.width, K::M)),
        down(ceilDivide(s.height, K::M)),
        count(s.images * across * down) {}
  struct Place {
    long image, row, column;
  };
  /** Where a tile's outputs begin. */
  Place placeOf(long tile) const {
    const long inImage = tile % (across * down);
    return {tile / (across * down), inImage / across * K::M, inImage % across * K::M};
  }
};

/** Floats from tile to tile: an odd number of vectors, so that the tiles of one product spread over all cache sets. */
template <class K>
constexpr int tileStride = (K::N * K::N | 1) * W;

/** Floats from one vector of channels to the next: a cache line beyond, as stores of one tile must not meet in a set. */
template <class K>
INLINE long chunkOf(long tiles) {
  return tiles * tileStride<K> + 16;
}

enum Edge { TOP = 1, BOTTOM = 2, LEFT = 4, RIGHT = 8 };

/** Which part of a tile lies in the image: [top, bottom) x [left, right). */
struct Part {
  long top, bottom, left, right;
  bool has(long row, long column) const { return row >= top && row < bottom && column >= left && column < right; }
};

struct InputTransform {
  template <class K>
  static constexpr int side = K::I;
  template <class K>
  INLINE void apply(const V (&d)[K::I], V (&to)[K::N]) {
    K::input(d, to);
  }
};

struct GradientTransform {
  template <class K>
  static constexpr int side = K::M;
  template <class K>
  INLINE void apply(const V (&d)[K::M], V (&to)[K::N]) {
    K::gradient(d, to);
  }
};

/** Transforms one vector of channels; `at(row, column)` gives the tile's values. */
template <class K, class Transform, class At>
INLINE void transformTile(const At& at, float* to) {
  constexpr int SIDE = Transform::template side<K>, N = K::N;
  V rows[SIDE][N];
  UNROLL for (int r = 0; r < SIDE; r++) {
    V d[SIDE];
    UNROLL for (int c = 0; c < SIDE; c++) d[c] = at(r, c);
    Transform::template apply<K>(d, rows[r]);
  }
  UNROLL for (int c = 0; c < N; c++) {
    V d[SIDE], values[N];
    UNROLL for (int r = 0; r < SIDE; r++) d[r] = rows[r][c];
    Transform::template apply<K>(d, values);
    UNROLL for (int r = 0; r < N; r++) store(to + (r * N + c) * W, values[r]);
  }
}

/** All channels of a tile that is whole but for zeros at the image's edges. `row` is the image's, in floats. */
template <class K, class Transform, int EDGES>
NOINLINE void wholeTile(const float* from, long row, long channels, float* to, long chunk) {
  constexpr int LAST = Transform::template side<K> - 1;
  const auto zero = [](int r, int c) __attribute__((always_inline)) {
    return (EDGES & TOP && r == 0) || (EDGES & BOTTOM && r == LAST) || (EDGES & LEFT && c == 0) ||
           (EDGES & RIGHT && c == LAST);
  };
  long c0 = 0;
  for (; c0 + W <= channels; c0 += W, to += chunk)
    transformTile<K, Transform>(
        [&](int r, int c) __attribute__((always_inline)) {
          return zero(r, c) ? V{} : load(from + r * row + c * channels + c0);
        },
        to);
  if (c0 == channels) return;
  transformTile<K, Transform>(
      [&](int r, int c) __attribute__((always_inline)) {
        return zero(r, c) ? V{} : loadFirst(from + r * row + c * channels + c0, channels - c0);
      },
      to);
}

/** All channels of a tile of which only a part lies in the image. */
template <class K, class Transform>
NOINLINE void partTile(const float* from, long row, long channels, float* to, long chunk, const Part& part) {
  for (long c0 = 0; c0 < channels; c0 += W, to += chunk)
    transformTile<K, Transform>(
        [&](int r, int c) __attribute__((always_inline)) {
          if (!part.has(r, c)) return V{};
          const float* pixel = from + r * row + c * channels + c0;
          return c0 + W <= channels ? load(pixel) : loadFirst(pixel, channels - c0);
        },
        to);
}

/** `wholeTile` for some edges, which only forms with zeros around the image have. */
template <class K, class T>
INLINE auto wholeTileFor(int edges) {
  typedef decltype(&wholeTile<K, T, 0>) Whole;
  if constexpr (K::PAD == 0) return &wholeTile<K, T, 0>;
  else {
    static constexpr Whole table[16] = {
        wholeTile<K, T, 0>,  wholeTile<K, T, 1>,  wholeTile<K, T, 2>,  wholeTile<K, T, 3>,
        wholeTile<K, T, 4>,  wholeTile<K, T, 5>,  wholeTile<K, T, 6>,  wholeTile<K, T, 7>,
        wholeTile<K, T, 8>,  wholeTile<K, T, 9>,  wholeTile<K, T, 10>, wholeTile<K, T, 11>,
        wholeTile<K, T, 12>, wholeTile<K, T, 13>, wholeTile<K, T, 14>, wholeTile<K, T, 15>};
    return table[edges];
  }
}

/** Tiles [first, first + count) of the input, [images, height, width, channels]. */
template <class K>
void transformInput(const Tiling<K>& tiling, const float* x, long channels, long first, long count, float* to,
                    long chunk) {
  typedef InputTransform T;
  const long row = tiling.width * channels;
  for (long tile = first; tile < first + count; tile++, to += tileStride<K>) {
    const auto place = tiling.placeOf(tile);
    const long r = place.row - K::PAD, c = place.column - K::PAD;
    const float* from = x + ((place.image * tiling.height + r) * tiling.width + c) * channels;
    if (r + K::I <= tiling.height + K::PAD && c + K::I <= tiling.width + K::PAD) {
      const int edges = (r < 0 ? TOP : 0) | (r + K::I > tiling.height ? BOTTOM : 0) | (c < 0 ? LEFT : 0) |
                        (c + K::I > tiling.width ? RIGHT : 0);
      wholeTileFor<K, T>(edges)(from, row, channels, to, chunk);
    } else {
      partTile<K, T>(from, row, channels, to, chunk, {-r, tiling.height - r, -c, tiling.width - c});
    }
  }
}

/** Tiles of the gradient with respect to the output, [images, height, width, filters]. */
template <class K>
void transformGradient(const Tiling<K>& tiling, const float* dy, long filters, long first, long count, float* to,
                       long chunk) {
  typedef GradientTransform T;
  const long row = tiling.width * filters;
  for (long tile = first; tile < first + count; tile++, to += tileStride<K>) {
    const auto [image, r, c] = tiling.placeOf(tile);
    const float* from = dy + ((image * tiling.height + r) * tiling.width + c) * filters;
    if (r + K::M <= tiling.height && c + K::M <= tiling.width) wholeTile<K, T, 0>(from, row, filters, to, chunk);
    else partTile<K, T>(from, row, filters, to, chunk, {0, tiling.height - r, 0, tiling.width - c});
  }
}

/** One vector of filters of a tile; `put(row, column, value)` takes the outputs. */
template <class K, class Put>
INLINE void outputTile(const float* from, const Put& put) {
  constexpr int M = K::M, N = K::N;
  V columns[M][N];
  UNROLL for (int c = 0; c < N; c++) {
    V m[N], y[M];
    UNROLL for (int r = 0; r < N; r++) m[r] = load(from + (r * N + c) * W);
    K::output(m, y);
    UNROLL for (int r = 0; r < M; r++) columns[r][c] = y[r];
  }
  UNROLL for (int r = 0; r < M; r++) {
    V y[M];
    K::output(columns[r], y);
    UNROLL for (int c = 0; c < M; c++) put(r, c, y[c]);
  }
}

/** `columns` filters of a tile, of which `part` lies in the image. */
template <class K, bool WHOLE>
NOINLINE void outputTiles(const float* from, long chunk, float* to, long row, long filters, long columns,
                          const Part& part) {
  long f = 0;
  for (; f + W <= columns; f += W, from += chunk)
    outputTile<K>(from, [&](int r, int c, V value) __attribute__((always_inline)) {
      if (WHOLE || part.has(r, c)) store(to + r * row + c * filters + f, value);
    });
  if (f == columns) return;
  outputTile<K>(from, [&](int r, int c, V value) __attribute__((always_inline)) {
    if (WHOLE || part.has(r, c)) storeFirst(to + r * row + c * filters + f, value, columns - f);
  });
}

/** Products of tiles [first, first + count) and `columns` filters to the output, which begins at their first filter. */
template <class K>
void transformOutput(const Tiling<K>& tiling, const float* from, long chunk, float* y, long filters, long columns,
                     long first, long count) {
  const long row = tiling.width * filters;
  for (long tile = first; tile < first + count; tile++, from += tileStride<K>) {
    const auto [image, r, c] = tiling.placeOf(tile);
    float* to = y + ((image * tiling.height + r) * tiling.width + c) * filters;
    const Part part{0, tiling.height - r, 0, tiling.width - c};
    if (r + K::M <= tiling.height && c + K::M <= tiling.width)
      outputTiles<K, true>(from, chunk, to, row, filters, columns, part);
    else outputTiles<K, false>(from, chunk, to, row, filters, columns, part);
  }
}

}  // namespace
}  // namespace filter_sparsity
