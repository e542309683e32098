#include "story2midi/nn/team.h"

#include <cstddef>

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

// Spins, then gives way, until `done`.
template <class Done>
void wait_until(Done&& done) {
  for (int turn = 0; !done(); ++turn) turn < kSpins ? pause() : std::this_thread::yield();
}

}  // namespace

Team::Team(int threads) : members_(static_cast<std::size_t>(threads)) {
  for (int member = 1; member < threads; ++member) helpers_.emplace_back([this, member] { help(member); });
}

Team::~Team() {
  dismissed_ = true;
  ++round_;
  round_.notify_all();
  for (auto& helper : helpers_) helper.join();
}

void Team::run(const Task& task) {
  task_ = task;
  at_work_.store(static_cast<int>(helpers_.size()), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  task.call(task.callable, 0);
  wait_until([&] { return at_work_.load(std::memory_order_acquire) == 0; });
}

void Team::meet(int member) {
  auto& mine = members_[static_cast<std::size_t>(member)].meetings;
  const auto meeting = mine.load(std::memory_order_relaxed) + 1;
  mine.store(meeting, std::memory_order_release);
  for (const auto& other : members_)  // one that has gone on to the next meeting was here
    wait_until([&] {
      return static_cast<std::int32_t>(other.meetings.load(std::memory_order_acquire) - meeting) >= 0;
    });
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
    task_.call(task_.callable, member);
    at_work_.fetch_sub(1, std::memory_order_release);
  }
}

}  // namespace s2m
