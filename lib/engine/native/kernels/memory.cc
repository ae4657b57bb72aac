#include <cstddef>
#include <cstdlib>
#include <new>

#include "workers.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace filter_sparsity {
namespace {

struct Memory {
  float* data = nullptr;
  long size = 0;
  ~Memory() { std::free(data); }
};

}  // namespace

float* scratch(Scratch which, long floats) {
  thread_local Memory memories[static_cast<int>(Scratch::count)];
  Memory& memory = memories[static_cast<int>(which)];
  if (memory.size >= floats) return memory.data;
  constexpr size_t smallPage = 4096, hugePage = 2 << 20;
  const size_t wanted = floats * sizeof(float);
  const size_t page = wanted >= hugePage * 2 ? hugePage : smallPage;
  const size_t bytes = (wanted + page - 1) / page * page;
  std::free(memory.data);
  memory = Memory{};
  void* data = nullptr;
  if (posix_memalign(&data, page, bytes) != 0) throw std::bad_alloc();
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // Transforms write to many places at once: with pages of 4 KiB each is a miss of the address cache.
  if (page == hugePage) madvise(data, bytes, MADV_HUGEPAGE);
#endif
  memory.data = static_cast<float*>(data);
  memory.size = static_cast<long>(bytes / sizeof(float));
  return memory.data;
}

}  // namespace filter_sparsity
