// How large the pieces are in which convolutions work, so that what is used again stays in the caches. Measured on
// processors with 1 MB of L2 cache; from a quarter to one and a half of these sizes the times differ by 2 %.
#pragma once

#include "parallel.h"

namespace filter_sparsity {
namespace {

/** Of values that are multiplied: half an L2 cache. */
constexpr long blockBytes = 400 << 10;
/** Of all values of a convolution that is done in one piece. */
constexpr long fewBytes = 8 << 20;

/** Filters at a time such that their transforms stay in the L2 cache; a multiple of `unit`, one at least. */
INLINE long filtersAtATime(long products, long channels, long filters, long unit) {
  long piece = blockBytes / (products * channels * 4) / unit * unit;
  // Then all tiles would be read too often.
  if (channels >= 256) piece = 128 / unit * unit;
  if (piece < unit) piece = unit;
  return smaller(piece, ceilDivide(filters, W) * W);
}

}  // namespace
}  // namespace filter_sparsity
