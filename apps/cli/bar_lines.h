// A piece's bars as lines of JSON on standard output, one by one as they are written.
#pragma once

#include <cstddef>

#include "story2midi/music/score.h"

namespace s2m::apps {

// Hears the piece so far after each bar (ComposeOptions::on_bar) and prints the bars that are new:
//   {"bar":1,"start_seconds":0,"length_seconds":2.5,"notes":[{"start_seconds":0,...}, ...]}
class BarLines {
 public:
  void operator()(const Score& so_far);

 private:
  std::size_t printed_ = 0;
};

}  // namespace s2m::apps
