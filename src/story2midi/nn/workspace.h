// What a pass over a network works in: scratch memory that is kept from step to step, so that steps allocate nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "story2midi/nn/matrix.h"

namespace s2m {

using Rows = std::span<float>;  // rows x width, rows first; comments say what the rows are

// Of one caller at a time. A copy is an empty workspace.
class Workspace {
 public:
  Workspace() = default;
  Workspace(const Workspace&) {}
  Workspace(Workspace&&) = default;
  Workspace& operator=(Workspace other) noexcept;

  // Memory of any content, until the innermost Frame ends.
  Rows floats(std::size_t count) { return floats_.take(count); }
  std::span<std::int8_t> bytes(std::size_t count) { return bytes_.take(count); }

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

  Buffers<float> floats_;
  Buffers<std::int8_t> bytes_;
};

}  // namespace s2m
