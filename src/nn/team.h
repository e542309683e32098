// Threads that share small pieces of work many thousand times a second: they wait for each other by spinning.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

namespace s2m {

// Of one caller at a time.
class Team {
 public:
  explicit Team(int threads);  // this one included; at least one
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team();

  // work(first, end) for parts of [0, count) that together are all of it, one a thread; returns when all is
  // done. `work` must not throw.
  template <class Work>
  void share(int count, Work&& work) {
    if (helpers_.empty() || count < 2) return work(0, count);
    using Callable = std::remove_reference_t<Work>;
    run({const_cast<void*>(static_cast<const void*>(&work)),
         [](void* callable, int first, int end) { (*static_cast<Callable*>(callable))(first, end); }, count});
  }

 private:
  struct Task {
    void* callable = nullptr;
    void (*call)(void* callable, int first, int end) = nullptr;
    int count = 0;
  };
  void run(const Task& task);
  void help(int member);
  void do_part(int member) const;

  Task task_;  // written before `round_` goes up, read after it has
  std::atomic<std::uint32_t> round_{0};
  std::atomic<int> at_work_{0};
  std::atomic<bool> dismissed_{false};
  std::vector<std::thread> helpers_;
};

}  // namespace s2m
