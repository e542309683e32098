#include "apps/program.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "base/files.h"

namespace s2m {

std::filesystem::path scratch_folder() {
  static const auto folder = [] {
    const auto path =
        std::filesystem::temp_directory_path() / ("story2midi-test-" + std::to_string(::getpid()));
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    std::atexit([] { std::filesystem::remove_all(scratch_folder()); });
    return path;
  }();
  return folder;
}

Outcome run_program(const std::string& arguments) {
  const auto out = scratch_folder() / "stdout", err = scratch_folder() / "stderr";
  const std::string redirect = arguments.find(" <") == std::string::npos ? " </dev/null" : "";
  const auto command = "cd '" + scratch_folder().string() + "' && '" S2M_PROGRAM "' " + arguments + redirect +
                       " >'" + out.string() + "' 2>'" + err.string() + "'";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(out), read_text(err)};
}

}  // namespace s2m
