#include "bench/run_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "bench/measure.h"
#include "story2midi/base/error.h"

namespace s2m::bench {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

pid_t start(const std::vector<std::string>& words, int output) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t child = 0;
  const int fault = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (fault != 0) throw Error(words[0], "cannot be run");
  return child;
}

}  // namespace

ProgramRun run_program(const std::vector<std::string>& words) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw Error(words[0], "no pipe");
  ProgramRun run;
  const double begin = wall_seconds();
  const pid_t child = start(words, pipe[1]);
  ::close(pipe[1]);
  std::array<char, 1 << 16> chunk{};
  for (ssize_t count; (count = ::read(pipe[0], chunk.data(), chunk.size())) > 0;) {
    run.output.append(chunk.data(), static_cast<std::size_t>(count));
    if (run.first_line_seconds == 0 && run.output.find('\n') != std::string::npos)
      run.first_line_seconds = wall_seconds() - begin;
  }
  ::close(pipe[0]);
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  run.wall_seconds = wall_seconds() - begin;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw Error(words[0], "failed");
  run.processor_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  run.peak_megabytes = static_cast<double>(usage.ru_maxrss) / 1024;
  return run;
}

}  // namespace s2m::bench
