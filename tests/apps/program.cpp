#include "tests/apps/program.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"

namespace s2m {

Outcome run_program(const std::string& arguments) {
  const auto out = scratch_folder() / "stdout", err = scratch_folder() / "stderr";
  const std::string redirect = arguments.find(" <") == std::string::npos ? " </dev/null" : "";
  const auto command = "cd '" + scratch_folder().string() + "' && '" S2M_PROGRAM "' " + arguments + redirect +
                       " >'" + out.string() + "' 2>'" + err.string() + "'";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(out), read_text(err)};
}

Outcome succeed(const std::string& arguments) {
  auto outcome = run_program(arguments);
  EXPECT_EQ(outcome.code, 0) << arguments << "\n" << outcome.err;
  return outcome;
}

std::filesystem::path in_scratch(const std::string& name) { return scratch_folder() / name; }

std::string compose(const std::string& options) {
  return "compose --text 'The bells rang out and everyone danced in the street.' " + options;
}

}  // namespace s2m
