// Runs the built program as a user would, in a scratch folder of its own.
#pragma once

#include <filesystem>
#include <string>

namespace s2m {

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

// `arguments` are a shell's words behind the program's name. Standard input is empty unless redirected there.
Outcome run_program(const std::string& arguments);
// The same; a failure of the test unless the program ends with 0.
Outcome succeed(const std::string& arguments);

std::filesystem::path in_scratch(const std::string& name);
// Arguments that compose a sentence.
std::string compose(const std::string& options);

}  // namespace s2m
