// 3x3 convolutions, stride 1, padding "same", forward and with respect to the input, by the transforms of `forms.h`.
#pragma once

#include "blocks.h"
#include "filters.h"
#include "products.h"
#include "tiles.h"

namespace filter_sparsity {
namespace {

/** One convolution of x [.., channels] with a filter [9][channels][filters] to y [.., filters]. */
template <class K>
class Convolution {
 public:
  Convolution(const ConvolutionShape& s, const float* x, const float* filter, float* y)
      : tiling_(s),
        channels_(s.channels),
        filters_(s.filters),
        chunks_(ceilDivide(s.channels, W)),
        filled_(ceilDivide(s.filters, W) * W),
        threads_(threadsFor(tiling_.count * NN * s.channels * s.filters)),
        x_(x),
        filter_(filter),
        y_(y) {}

  void run() const {
    // Values of a block and products of one panel stay in the L2 cache; the filter must not be read too often.
    const long channels = chunks_ * W;
    const long fits = blockBytes / (NN * 4 * (channels + PANEL * W));
    const long worthwhile = channels * filled_ / (channels + PANEL * W) / 4;
    const bool allFilters = fits < worthwhile;
    const long block = (allFilters ? worthwhile : fits) / ROWS * ROWS;
    const long tiles = block < ROWS ? ROWS : block;
    const bool few = tiling_.count * NN * channels * 4 <= fewBytes;
    if (few && (allFilters || tiling_.count <= tiles)) filtersInPieces();
    else tilesInBlocks(tiles, allFilters);
  }

 private:
  static constexpr long NN = K::N * K::N;
  static constexpr int STRIDE = tileStride<K>;

  /** Where one product's panel ends and the next begins: not a multiple of 4 KiB. */
  static long apart(long floats) { return floats + 16; }

  /** Calls `work(Count<vectors>, f)` for each panel of the filters from `start` to `end`. */
  template <class Work>
  INLINE void eachPanel(long start, long end, const Work& work) {
    long f = start;
    for (; f + PANEL * W <= end; f += PANEL * W) work(Count<PANEL>{}, f);
    for (; f < end; f += W) work(Count<1>{}, f);
  }

  /** Filters from `start` to `end` (in whole vectors) that there are. */
  long columns(long start, long end) const { return smaller(end, filters_) - start; }

  /** With so few tiles that each transformed filter is used once: all tiles first, then filters piece by piece. */
  void filtersInPieces() const {
    const long count = tiling_.count, chunk = chunkOf<K>(count), channels = chunks_ * W;
    float* const values = scratch(Scratch::values, chunks_ * chunk);
    parallelRanges(threads_, count, [&](long from, long till) {
      transformInput<K>(tiling_, x_, channels_, from, till - from, values + from * STRIDE, chunk);
    });
    const long piece = filtersAtATime(NN, channels, filters_, PANEL * W), product = apart(channels * piece);
    parallel(threads_, ceilDivide(filled_, piece), [&](long number) {
      const long start = number * piece, end = smaller(start + piece, filled_);
      float* const panels = scratch(Scratch::filters, NN * product);
      float* const products = scratch(Scratch::products, piece / W * chunk);
      eachPanel(start, end, [&](auto vectors, long f) {
        transformFilterPanel<K>(filter_, channels_, filters_, f, vectors.value, panels + (f - start) * channels,
                                product);
      });
      for (long n = 0; n < NN; n++)
        eachPanel(start, end, [&](auto vectors, long f) {
          multiplyBlock<STRIDE, decltype(vectors)::value>(values + n * W, chunk,
                                                          panels + n * product + (f - start) * channels,
                                                          products + (f - start) / W * chunk + n * W, chunk, chunks_,
                                                          count);
        });
      transformOutput<K>(tiling_, products, chunk, y_ + start, filters_, columns(start, end), 0, count);
    });
  }

  /** The whole filter first, then tiles block by block: all filters of a product at once, or one panel with all. */
  void tilesInBlocks(long block, bool allFilters) const {
    const long channels = chunks_ * W, product = apart(channels * filled_);
    float* const panels = scratch(Scratch::filters, NN * product);
    parallel(threads_, ceilDivide(filled_, PANEL * W), [&](long number) {
      const long start = number * PANEL * W;
      eachPanel(start, smaller(start + PANEL * W, filled_), [&](auto vectors, long f) {
        transformFilterPanel<K>(filter_, channels_, filters_, f, vectors.value, panels + f * channels, product);
      });
    });
    const long blocks = ceilDivide(tiling_.count, smaller(block, ceilDivide(tiling_.count, threads_)));
    parallel(threads_, blocks, [&](long number) {
      const long first = tiling_.count * number / blocks, count = tiling_.count * (number + 1) / blocks - first;
      const long chunk = chunkOf<K>(count);
      float* const values = scratch(Scratch::values, chunks_ * chunk);
      float* const products = scratch(Scratch::products, (allFilters ? filled_ / W : PANEL) * chunk);
      transformInput<K>(tiling_, x_, channels_, first, count, values, chunk);
      const auto multiplyPanel = [&](auto vectors, long f, long n, float* to) {
        multiplyBlock<STRIDE, decltype(vectors)::value>(values + n * W, chunk, panels + n * product + f * channels,
                                                        to + n * W, chunk, chunks_, count);
      };
      if (allFilters) {
        for (long n = 0; n < NN; n++)
          eachPanel(0, filled_, [&](auto vectors, long f) { multiplyPanel(vectors, f, n, products + f / W * chunk); });
        transformOutput<K>(tiling_, products, chunk, y_, filters_, filters_, first, count);
      } else {
        eachPanel(0, filled_, [&](auto vectors, long f) {
          for (long n = 0; n < NN; n++) multiplyPanel(vectors, f, n, products);
          transformOutput<K>(tiling_, products, chunk, y_ + f, filters_, columns(f, f + vectors.value * W), first,
                             count);
        });
      }
    });
  }

  const Tiling<K> tiling_;
  const long channels_, filters_;
  /** Vectors of channels; filters filled up to whole vectors. */
  const long chunks_, filled_;
  const int threads_;
  const float* const x_;
  const float* const filter_;
  float* const y_;
};

template <class K>
void convolve(const ConvolutionShape& s, const float* x, const float* filter, float* y) {
  Convolution<K>(s, x, filter, y).run();
}

/** As the convolution of dy with the filter turned around. */
template <class K>
void convolveInputGradient(const ConvolutionShape& s, const float* dy, const float* filter, float* dx) {
  float* const turned = scratch(Scratch::turned, 9 * s.channels * s.filters);
  parallel(threadsFor(9 * s.channels * s.filters * 16), 9,
           [&](long tap) { turnFilter(filter, turned, s.channels, s.filters, tap, tap + 1); });
  convolve<K>({s.images, s.height, s.width, s.filters, s.channels}, dy, turned, dx);
}

}  // namespace
}  // namespace filter_sparsity
