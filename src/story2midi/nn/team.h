// Threads that do one piece of work together, many thousand times a second: they wait for each other by
// spinning.
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

  int size() const { return static_cast<int>(members_.size()); }
  // work(member) on each thread, 0 on this one; returns when all are done. `work` must not throw.
  template <class Work>
  void together(Work&& work) {
    if (size() == 1) return work(0);
    using Callable = std::remove_reference_t<Work>;
    run({const_cast<void*>(static_cast<const void*>(&work)),
         [](void* callable, int member) { (*static_cast<Callable*>(callable))(member); }});
  }
  // Within `work`: returns once every member has come here as often as this one. What each wrote before, all
  // read after.
  void meet(int member);

 private:
  struct Task {
    void* callable = nullptr;
    void (*call)(void* callable, int member) = nullptr;
  };
  // A cache line of its own: only its member writes it.
  struct alignas(64) Member {
    std::atomic<std::uint32_t> meetings{0};
  };
  void run(const Task& task);
  void help(int member);

  Task task_;  // written before `round_` goes up, read after it has
  std::atomic<std::uint32_t> round_{0};
  std::atomic<int> at_work_{0};
  std::atomic<bool> dismissed_{false};
  std::vector<Member> members_;
  std::vector<std::thread> helpers_;
};

}  // namespace s2m
