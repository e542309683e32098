#include "nn/team.h"

#include <algorithm>

namespace s2m {
namespace {

// A turn of spinning takes some tens of nanoseconds. Where the other thread has no core of its own, spinning
// only keeps it from one: after some microseconds this one gives way, and a helper without work falls asleep.
constexpr int kSpins = 500;
constexpr int kYields = 200;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

Team::Team(int threads) {
  for (int member = 1; member < threads; ++member) helpers_.emplace_back([this, member] { help(member); });
}

Team::~Team() {
  dismissed_ = true;
  ++round_;
  round_.notify_all();
  for (auto& helper : helpers_) helper.join();
}

void Team::do_part(int member) const {
  const int members = static_cast<int>(helpers_.size()) + 1;
  const int first = task_.count * member / members, end = task_.count * (member + 1) / members;
  if (first < end) task_.call(task_.callable, first, end);
}

void Team::run(const Task& task) {
  task_ = task;
  at_work_.store(static_cast<int>(helpers_.size()), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  do_part(0);
  for (int turn = 0; at_work_.load(std::memory_order_acquire) != 0; ++turn)
    turn < kSpins ? pause() : std::this_thread::yield();
}

void Team::help(int member) {
  for (std::uint32_t seen = 0;; ++seen) {
    for (int turn = 0; round_.load(std::memory_order_acquire) == seen; ++turn) {
      if (turn < kSpins)
        pause();
      else if (turn < kSpins + kYields)
        std::this_thread::yield();
      else
        round_.wait(seen, std::memory_order_acquire);
    }
    if (dismissed_) return;
    do_part(member);
    at_work_.fetch_sub(1, std::memory_order_release);
  }
}

}  // namespace s2m
