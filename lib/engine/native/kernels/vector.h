// Vectors of the instruction set that this file is compiled for, by the vector extensions of GCC and Clang.
// Everything here and in what includes it is local to one `level.cc`: the linker must never take a function with
// AVX-512 for one without.
#pragma once

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#define UNROLL_TWICE _Pragma("unroll 2")
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define UNROLL _Pragma("GCC unroll 64")
#define UNROLL_TWICE _Pragma("GCC unroll 2")
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, Lanes{__VA_ARGS__})
#endif

namespace filter_sparsity {
namespace {

#if defined(__AVX512F__)
constexpr int W = 16;
constexpr bool manyRegisters = true;
#elif defined(__AVX2__)
constexpr int W = 8;
constexpr bool manyRegisters = false;
#else
constexpr int W = 4;
#if defined(__aarch64__)
constexpr bool manyRegisters = true;
#else
constexpr bool manyRegisters = false;
#endif
#endif

typedef float V __attribute__((vector_size(W * sizeof(float))));
typedef float Unaligned __attribute__((vector_size(W * sizeof(float)), aligned(4), may_alias));
typedef int Lanes __attribute__((vector_size(W * sizeof(int))));

INLINE V load(const float* from) { return *reinterpret_cast<const Unaligned*>(from); }
INLINE void store(float* to, V value) { *reinterpret_cast<Unaligned*>(to) = value; }
INLINE V spread(float value) { return value - V{}; }

/** The first `count` (1 to W - 1) floats, zeros behind them. */
INLINE V loadFirst(const float* from, long count) {
#if defined(__AVX512F__)
  return reinterpret_cast<V>(_mm512_maskz_loadu_ps((1u << count) - 1, from));
#elif defined(__AVX2__)
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return reinterpret_cast<V>(
      _mm256_maskload_ps(from, _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lanes)));
#else
  V value{};
  value[0] = from[0];
  if (count > 1) value[1] = from[1];
  if (count > 2) value[2] = from[2];
  return value;
#endif
}

INLINE void storeFirst(float* to, V value, long count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, (1u << count) - 1, reinterpret_cast<__m512>(value));
#elif defined(__AVX2__)
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  _mm256_maskstore_ps(to, _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lanes),
                      reinterpret_cast<__m256>(value));
#else
  to[0] = value[0];
  if (count > 1) to[1] = value[1];
  if (count > 2) to[2] = value[2];
#endif
}

/** a0 b0 a1 b1 .. of the lower half of both. */
INLINE V interleaveLow(V a, V b) {
#if defined(__AVX512F__)
  return SHUFFLE(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
#elif defined(__AVX2__)
  return SHUFFLE(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
#else
  return SHUFFLE(a, b, 0, 4, 1, 5);
#endif
}

/** The same of the upper half. */
INLINE V interleaveHigh(V a, V b) {
#if defined(__AVX512F__)
  return SHUFFLE(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#elif defined(__AVX2__)
  return SHUFFLE(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#else
  return SHUFFLE(a, b, 2, 6, 3, 7);
#endif
}

/** W rows of W floats, turned in place. */
INLINE void transpose(V (&rows)[W]) {
  for (int stage = 1; stage < W; stage *= 2) {
    V next[W];
    UNROLL for (int i = 0; i < W / 2; i++) {
      next[2 * i] = interleaveLow(rows[i], rows[i + W / 2]);
      next[2 * i + 1] = interleaveHigh(rows[i], rows[i + W / 2]);
    }
    UNROLL for (int i = 0; i < W; i++) rows[i] = next[i];
  }
}

/** A number as a type, for lambdas that are compiled once for each. */
template <int N>
struct Count {
  static constexpr int value = N;
};

constexpr long ceilDivide(long a, long b) { return (a + b - 1) / b; }
constexpr long smaller(long a, long b) { return a < b ? a : b; }

/**
 * Calls `with(Count<G>, column)` for groups of G = 4, 2 and 1 vectors of columns. Where columns are not whole vectors,
 * the last vector overlaps the one before: for work that may be done twice. At least W columns.
 */
template <class With>
INLINE void overlappingGroups(long columns, With with) {
  long c = 0;
  for (; c + 4 * W <= columns; c += 4 * W) with(Count<4>{}, c);
  for (; c + 2 * W <= columns; c += 2 * W) with(Count<2>{}, c);
  for (; c + W <= columns; c += W) with(Count<1>{}, c);
  if (c < columns) with(Count<1>{}, columns - W);
}

}  // namespace
}  // namespace filter_sparsity
