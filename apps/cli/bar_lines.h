// A piece's bars as lines of JSON on standard output, one by one as they are written.
#pragma once

#include "story2midi/compose/arrange.h"

namespace s2m::apps {

// Prints a bar (ComposeOptions::on_bar):
//   {"bar":1,"start_seconds":0,"length_seconds":2.5,"notes":[{"start_seconds":0,...}, ...]}
void print_bar_line(const BarView& bar);

}  // namespace s2m::apps
