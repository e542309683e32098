// What a pass over a network works in: scratch memory that is kept from step to step, so that steps allocate
// nothing, and the threads that share its products.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <utility>

#include "nn/matrix.h"
#include "nn/team.h"

namespace s2m {

using Rows = std::span<float>;  // rows x width, rows first; comments say what the rows are

// Of one caller at a time. A copy is an empty workspace of as many threads.
class Workspace {
 public:
  explicit Workspace(int threads = 1) : threads_(threads) {}
  Workspace(const Workspace& other) : Workspace(other.threads_) {}
  Workspace(Workspace&&) = default;
  Workspace& operator=(Workspace other) noexcept;

  // Memory of any content, until the innermost Frame ends.
  Rows floats(std::size_t count) { return floats_.take(count); }
  std::span<std::int8_t> bytes(std::size_t count) { return bytes_.take(count); }
  Team& team();

  // Gives back what is taken in its lifetime. Frames end in the reverse of the order in which they began.
  class Frame {
   public:
    explicit Frame(Workspace& workspace)
        : workspace_(workspace), floats_(workspace.floats_.taken), bytes_(workspace.bytes_.taken) {}
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;
    ~Frame() {
      workspace_.floats_.taken = floats_;
      workspace_.bytes_.taken = bytes_;
    }

   private:
    Workspace& workspace_;
    std::size_t floats_, bytes_;
  };

 private:
  // The n-th buffer that is taken is the n-th of the step before: steps alike find all of their memory there.
  template <class T>
  struct Buffers {
    std::deque<Lines<T>> all;
    std::size_t taken = 0;

    std::span<T> take(std::size_t count) {
      if (taken == all.size()) all.emplace_back();
      auto& buffer = all[taken++];
      if (buffer.size() < count) buffer = Lines<T>(std::max(count, 2 * buffer.size()));
      return {buffer.data(), count};
    }
  };

  int threads_;
  std::unique_ptr<Team> team_;  // once it is needed
  Buffers<float> floats_;
  Buffers<std::int8_t> bytes_;
};

}  // namespace s2m
