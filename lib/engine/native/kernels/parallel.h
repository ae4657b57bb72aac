// Splitting work over threads, for code that is local to one `level.cc`.
#pragma once

#include "vector.h"
#include "workers.h"

namespace filter_sparsity {
namespace {

/** Threads for so many multiplications: starting helpers costs a few microseconds. */
INLINE int threadsFor(long products) { return products < 200000 ? 1 : threadLimit(); }

template <class Work>
void callWork(const void* work, long task) {
  (*static_cast<const Work*>(work))(task);
}

/** Calls `work(task)` for each task; with one thread in order. */
template <class Work>
void parallel(int threads, long tasks, const Work& work) {
  if (threads == 1 || tasks == 1 || tasks > mostTasks) {
    for (long task = 0; task < tasks; task++) work(task);
  } else {
    runTasks(tasks, callWork<Work>, &work);
  }
}

/** Calls `work(from, till)` for ranges that together are 0 to `count`: one range a thread would wait for the slowest. */
template <class Work>
void parallelRanges(int threads, long count, const Work& work) {
  const long parts = threads == 1 ? 1 : smaller(threads * 4, count);
  parallel(threads, parts, [&](long part) { work(count * part / parts, count * (part + 1) / parts); });
}

}  // namespace
}  // namespace filter_sparsity
