// 2x2 maximum pooling with stride 2, at least W channels.
#pragma once

#include "kernels.h"
#include "parallel.h"

namespace filter_sparsity {
namespace {

static void pool(const PoolingShape& s, const float* x, float* y) {
  const long channels = s.channels, height = s.height / 2, width = s.width / 2, row = s.width * channels;
  parallel(threadsFor(s.images * s.height * row), s.images, [&](long image) {
    for (long r = 0; r < height; r++) {
      const float* from = x + (image * s.height + 2 * r) * row;
      float* to = y + (image * height + r) * width * channels;
      for (long q = 0; q < width; q++, from += 2 * channels, to += channels)
        overlappingGroups(channels, [&](auto group, long first) __attribute__((always_inline)) {
          UNROLL for (int g = 0; g < decltype(group)::value; g++) {
            const long c = first + g * W;
            const V a = load(from + c), b = load(from + channels + c);
            const V d = load(from + row + c), e = load(from + row + channels + c);
            const V upper = a > b ? a : b, lower = d > e ? d : e;
            store(to + c, upper > lower ? upper : lower);
          }
        });
    }
  });
}

static void poolGradient(const PoolingShape& s, const float* x, const float* y, const float* dy, float* dx) {
  const long channels = s.channels, height = s.height / 2, width = s.width / 2, row = s.width * channels;
  const V zero{};
  parallel(threadsFor(s.images * s.height * row), s.images, [&](long image) {
    float* const all = dx + image * s.height * row;
    if (s.height % 2 || s.width % 2) __builtin_memset(all, 0, s.height * row * sizeof(float));
    for (long r = 0; r < height; r++) {
      const float* from = x + (image * s.height + 2 * r) * row;
      float* to = all + 2 * r * row;
      const long pooled = (image * height + r) * width * channels;
      for (long q = 0; q < width; q++, from += 2 * channels, to += 2 * channels)
        overlappingGroups(channels, [&](auto group, long first) __attribute__((always_inline)) {
          UNROLL for (int g = 0; g < decltype(group)::value; g++) {
            const long c = first + g * W, at = pooled + q * channels + c;
            const V largest = load(y + at), d = load(dy + at);
            const auto a = load(from + c) == largest, b = load(from + channels + c) == largest;
            const auto e = load(from + row + c) == largest;
            const V left = a ? zero : d, rest = b ? zero : left;
            store(to + c, a ? d : zero);
            store(to + channels + c, b ? left : zero);
            store(to + row + c, e ? rest : zero);
            store(to + row + channels + c, e ? zero : rest);
          }
        });
    }
  });
}

}  // namespace
}  // namespace filter_sparsity
