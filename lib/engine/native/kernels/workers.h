// Threads and memory, shared by the kernels of all instruction sets.
#pragma once

namespace filter_sparsity {

/** What memory is for: several can be in use at once in one thread. */
enum class Scratch { filters, values, products, turned, sums, image, count };

/** So many floats, aligned to a cache line, of this thread; kept from call to call. What is in them is undefined. */
float* scratch(Scratch, long floats);

/** How many threads a kernel may use, the caller's included. 1 at first. */
void setThreads(int threads);
int threadLimit();

/**
 * Calls `work(context, task)` for each task from 0 on, in the caller and in helping threads, and returns when all are
 * done. Which thread does which task is left to chance: a result must not depend on it. `work` must not throw.
 */
void runTasks(long tasks, void (*work)(const void* context, long task), const void* context);

/** Most tasks that `runTasks` takes. */
constexpr long mostTasks = 0xfffff;

}  // namespace filter_sparsity
