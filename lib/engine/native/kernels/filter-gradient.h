// The gradient of 3x3 convolutions with respect to the filter, by the transforms of `forms.h`.
#pragma once

#include "blocks.h"
#include "filters.h"
#include "products.h"
#include "tiles.h"

namespace filter_sparsity {
namespace {

/**
 * x [.., channels] and dy [.., filters] to dFilter [9][channels][filters]. Sums run over blocks of tiles whose size
 * depends on the number of threads, and so do their last bits.
 */
template <class K>
class FilterGradient {
 public:
  FilterGradient(const ConvolutionShape& s, const float* x, const float* dy, float* dFilter)
      : tiling_(s),
        channels_(s.channels),
        filters_(s.filters),
        filledChannels_(ceilDivide(s.channels, W) * W),
        filled_(ceilDivide(s.filters, W) * W),
        threads_(threadsFor(tiling_.count * NN * s.channels * s.filters)),
        x_(x),
        dy_(dy),
        dFilter_(dFilter) {}

  void run() const {
    const long blocks = blockCount(), most = ceilDivide(tiling_.count, blocks);
    float* const values = scratch(Scratch::values, filledChannels_ / W * chunkOf<K>(most));
    float* const gradients = scratch(Scratch::products, filled_ / W * chunkOf<K>(most));
    const long product = apart(filledChannels_ * filled_);
    float* const sums = blocks == 1 ? nullptr : scratch(Scratch::filters, NN * product);
    for (long number = 0; number < blocks; number++) {
      const long first = tiling_.count * number / blocks, count = tiling_.count * (number + 1) / blocks - first;
      const long chunk = chunkOf<K>(count);
      parallelRanges(threads_, count, [&](long from, long till) {
        const long at = from * STRIDE;
        transformInput<K>(tiling_, x_, channels_, first + from, till - from, values + at, chunk);
        transformGradient<K>(tiling_, dy_, filters_, first + from, till - from, gradients + at, chunk);
      });
      const Block block{values, gradients, chunk, count};
      if (blocks == 1) {
        filtersInPieces(block);
        return;
      }
      parallel(threads_, NN, [&](long n) { sumUp(block, n, 0, filled_, sums + n * product, number > 0); });
    }
    parallelRanges(threads_, channels_, [&](long first, long last) {
      transformFilterGradients<K>(sums, product, filled_, dFilter_, channels_, filters_, filters_, first, last);
    });
  }

 private:
  static constexpr long NN = K::N * K::N;
  static constexpr int STRIDE = tileStride<K>;
  static long apart(long floats) { return floats + 16; }

  /** Transformed tiles of the input and of the output's gradient. */
  struct Block {
    const float* values;
    const float* gradients;
    long chunk, tiles;
  };

  long blockCount() const {
    const long bytesOfTile = NN * 4 * (filledChannels_ + filled_), all = tiling_.count * bytesOfTile;
    const bool large = filledChannels_ * filled_ >= 128 * 128;
    if (all <= fewBytes / 4 || (large && all <= 2 * fewBytes)) return 1;
    long block = blockBytes * threads_ / bytesOfTile;
    // The sums must not be read and written too often.
    const long worthwhile = filledChannels_ * filled_ / (filledChannels_ + filled_) / 2;
    if (block < worthwhile) block = worthwhile;
    if (block < 16) block = 16;
    return ceilDivide(tiling_.count, block);
  }

  /** With one block, the sums of a piece of filters are done with at once and stay in the L2 cache. */
  void filtersInPieces(const Block& block) const {
    const long piece = filtersAtATime(NN, filledChannels_, filters_, 3 * W), product = apart(filledChannels_ * piece);
    parallel(threads_, ceilDivide(filled_, piece), [&](long number) {
      const long start = number * piece, end = smaller(start + piece, filled_);
      float* const sums = scratch(Scratch::filters, NN * product);
      for (long n = 0; n < NN; n++) sumUp(block, n, start, end, sums + n * product, false);
      transformFilterGradients<K>(sums, product, end - start, dFilter_ + start, channels_, filters_,
                                  smaller(end, filters_) - start, 0, channels_);
    });
  }

  /** Product n of the filters from `start` to `end`, summed over a block: [channels][end - start]. */
  void sumUp(const Block& block, long n, long start, long end, float* sums, bool more) const {
    const long columns = end - start;
    const bool far = filledChannels_ * filled_ > 128 * 128;
    const auto allChannels = [&](auto vectors, long f) {
      const float* b = block.gradients + n * W + f / W * block.chunk;
      for (long c = 0; c < filledChannels_; c += SUM_ROWS)
        sumProducts<STRIDE, decltype(vectors)::value>(block.values + n * W + c / W * block.chunk + c % W, b,
                                                      block.chunk, sums + c * columns + f - start, columns,
                                                      block.tiles, more, far);
    };
    for (long f = start; f < end;) {
      const long left = (end - f) / W;
      // 3, but 4 as 2 and 2.
      if (left >= 3 && left != 4) {
        allChannels(Count<3>{}, f);
        f += 3 * W;
      } else if (left >= 2) {
        allChannels(Count<2>{}, f);
        f += 2 * W;
      } else {
        allChannels(Count<1>{}, f);
        f += W;
      }
    }
  }

  const Tiling<K> tiling_;
  const long channels_, filters_;
  /** Filled up to whole vectors. */
  const long filledChannels_, filled_;
  const int threads_;
  const float* const x_;
  const float* const dy_;
  float* const dFilter_;
};

template <class K>
void convolveFilterGradient(const ConvolutionShape& s, const float* x, const float* dy, float* dFilter) {
  FilterGradient<K>(s, x, dy, dFilter).run();
}

}  // namespace
}  // namespace filter_sparsity
