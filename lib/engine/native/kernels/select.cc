#include <cstring>

#include "kernels.h"

namespace filter_sparsity {
namespace {

/** Kernels that the processor has, the widest first. */
struct Available {
  const Kernels* list[3];
  int count = 0;
  Available() {
#if defined(__x86_64__)
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && avx512) list[count++] = &avx512Kernels;
    if (avx2) list[count++] = &avx2Kernels;
#endif
    list[count++] = &plainKernels;
  }
};

const Available& available() {
  static const Available found;
  return found;
}

/** First of the list that may be used. */
int first = 0;

long vectors(long channels, int width) { return (channels + width - 1) / width; }

}  // namespace

const Kernels& bestKernels() { return *available().list[first]; }

const Kernels* kernelsFor(long channels) {
  for (int i = first; i < available().count; i++)
    if (available().list[i]->width <= channels) return available().list[i];
  return nullptr;
}

const Kernels& kernelsFor(const ConvolutionShape& s) {
  const Kernels* cheapest = nullptr;
  long least = 0;
  for (int i = first; i < available().count; i++) {
    const Kernels* kernels = available().list[i];
    const int width = kernels->width;
    const long cost = vectors(s.channels, width) * vectors(s.filters, width) * width;
    if (cheapest == nullptr || cost < least) {
      cheapest = kernels;
      least = cost;
    }
  }
  return *cheapest;
}

bool limitKernels(const char* name) {
  for (int i = 0; i < available().count; i++) {
    if (std::strcmp(available().list[i]->name, name) != 0) continue;
    first = i;
    return true;
  }
  return false;
}

}  // namespace filter_sparsity
