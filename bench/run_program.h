// Other programs, run and measured.
#pragma once

#include <string>
#include <vector>

namespace s2m::bench {

struct ProgramRun {
  double wall_seconds = 0;        // from exec to exit
  double processor_seconds = 0;   // of all its threads
  double first_line_seconds = 0;  // from exec until it had printed a line; 0: none
  double peak_megabytes = 0;      // resident
  std::string output;             // what it printed
};

// `words`: the program and its arguments; its standard error is this program's. Throws Error unless it
// succeeds. Peak memory is Linux's ru_maxrss, which until exec counts what the child shares with this
// process: it is never below this process's own peak, so keep that small.
ProgramRun run_program(const std::vector<std::string>& words);

}  // namespace s2m::bench
