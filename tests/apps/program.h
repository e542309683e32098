// Runs the built program as a user would, in a scratch folder of its own.
#pragma once

#include <string>

namespace s2m {

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

// `arguments` are a shell's words behind the program's name. Standard input is empty unless redirected there.
Outcome run_program(const std::string& arguments);

}  // namespace s2m
