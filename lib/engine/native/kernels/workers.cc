#include "workers.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace filter_sparsity {
namespace {

std::atomic<int> limit{1};

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/**
 * Threads that help with numbered tasks. The caller works too and waits only for tasks that a helper has begun, so a
 * helper that gets no processor in time costs nothing.
 */
class Helpers {
 public:
  void run(long tasks, void (*work)(const void*, long), const void* context) noexcept {
    const std::lock_guard<std::mutex> one(busy_);
    for (; threads_ < threadLimit() - 1; threads_++) std::thread([this] { serve(); }).detach();
    work_.store(work, std::memory_order_relaxed);
    context_.store(context, std::memory_order_relaxed);
    done_.store(0, std::memory_order_relaxed);
    const uint64_t turn = (ticket_.load(std::memory_order_relaxed) >> 40) + 1;
    ticket_.store(turn << 40 | static_cast<uint64_t>(tasks) << 20, std::memory_order_seq_cst);
    if (sleeping_.load(std::memory_order_seq_cst) > 0) {
      { const std::lock_guard<std::mutex> lock(mutex_); }
      wake_.notify_all();
    }
    while (help()) {
    }
    for (long spins = 0; done_.load(std::memory_order_acquire) < tasks; spins++) {
      if (spins < 5000) pause();
      else std::this_thread::yield();
    }
  }

 private:
  static bool open(uint64_t ticket) { return (ticket & mostTasks) < (ticket >> 20 & mostTasks); }
  bool open() const { return open(ticket_.load(std::memory_order_seq_cst)); }

  /** Does one task, if one is left. A task that was taken keeps `run` from returning, so work and context are its own. */
  bool help() {
    uint64_t ticket = ticket_.load(std::memory_order_acquire);
    while (open(ticket)) {
      const bool taken =
          ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel, std::memory_order_acquire);
      if (!taken) continue;
      work_.load(std::memory_order_relaxed)(context_.load(std::memory_order_relaxed), ticket & mostTasks);
      done_.fetch_add(1, std::memory_order_release);
      return true;
    }
    return false;
  }

  void serve() {
    for (;;) {
      for (int spins = 0; !open() && spins < 2000; spins++) pause();
      if (!open()) {
        std::unique_lock<std::mutex> lock(mutex_);
        sleeping_.fetch_add(1, std::memory_order_seq_cst);
        wake_.wait(lock, [&] { return open(); });
        sleeping_.fetch_sub(1, std::memory_order_seq_cst);
      }
      while (help()) {
      }
    }
  }

  std::mutex busy_, mutex_;
  std::condition_variable wake_;
  int threads_ = 0;
  /**
   * Turn (24 bits), number of tasks (20), next task (20), in one word: a late helper must not take an old number for
   * a task of the next turn.
   */
  std::atomic<uint64_t> ticket_{0};
  std::atomic<long> done_{0};
  std::atomic<int> sleeping_{0};
  std::atomic<void (*)(const void*, long)> work_{nullptr};
  std::atomic<const void*> context_{nullptr};
};

}  // namespace

void setThreads(int threads) { limit.store(threads > 1 ? threads : 1); }
int threadLimit() { return limit.load(std::memory_order_relaxed); }

void runTasks(long tasks, void (*work)(const void*, long), const void* context) {
  // Never freed: its threads may outlive static destruction.
  static Helpers* const helpers = new Helpers;
  helpers->run(tasks, work, context);
}

}  // namespace filter_sparsity
