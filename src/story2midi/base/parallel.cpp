#include "story2midi/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace s2m {
namespace {

// The exception of the lowest item that threw.
class Failures {
 public:
  void add(std::size_t item, std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (failure_ && item > item_) return;
    item_ = item;
    failure_ = std::move(failure);
  }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::mutex mutex_;
  std::size_t item_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

std::size_t thread_count(int asked) {
  return asked > 0 ? static_cast<std::size_t>(asked) : std::max(1u, std::thread::hardware_concurrency());
}

void in_parallel(std::size_t count, const Parallel& how,
                 const std::function<void(std::size_t, std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  Failures failures;
  std::mutex progress_mutex;
  std::uint64_t done = 0;
  const auto run = [&](std::size_t thread) {
    for (std::size_t i = 0; !failed && (i = next++) < count;) {
      try {
        work(i, thread);
        const std::lock_guard lock(progress_mutex);
        report_progress(how.progress, ++done, count);
      } catch (...) {
        failures.add(i, std::current_exception());
        failed = true;
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    try {
      for (std::size_t i = 1; i < std::min(count, thread_count(how.threads)); ++i)
        helpers.emplace_back(run, i);
    } catch (const std::system_error&) {
      // The system gives no more threads: those that run do all the work.
    }
    run(0);
  }
  failures.rethrow();
}

}  // namespace s2m
