// story2midi: reads a story and writes music that feels like it.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <regex>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "apps/cli/suggestion.h"
#include "story2midi/base/error.h"
#include "story2midi/base/memory.h"
#include "story2midi/base/version.h"
#include "story2midi/nn/kernels/kernels.h"

namespace {

// One line; control characters of names never reach the terminal, nor does a password in an address.
int fail(const std::string& message, int code) {
  auto line = std::regex_replace(message, std::regex("(://[^:/@ ]*:)[^ ]*@"), "$1...@");
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ' || c == 127) c = ' ';
  std::fprintf(stderr, "story2midi: %s\n", line.c_str());
  return code;
}

// Files that are opened later must not take the number of a closed standard stream: what is printed would land in
// them. Writing to the stand-in fails.
void hold_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", O_RDONLY);
}

std::string describe_version() {
  std::string models = "none found";
  try {
    models = s2m::apps::ModelSource{}.path().string();
  } catch (const s2m::Error&) {
    // The version is told without models, too.
  }
  return fmt::format("story2midi {} ({})\nmodels     {}\nkernels    {}", s2m::version(), s2m::commit(),
                     models, s2m::kernels().name);
}

void add_commands(CLI::App& app) {
  using namespace s2m::apps;
  app.set_version_flag("--version", describe_version, "print version, commit, models and kernels");
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  story2midi compose --text \"The rain stopped, and the whole street began to dance.\" -o dance.mid\n"
      "  story2midi compose tale.txt --duration 90 --key \"D minor\" -o tale.mid --wav tale.wav\n"
      "  story2midi feel tale.txt\n"
      "  story2midi inspect tale.mid\n"
      "`story2midi COMMAND --help` tells more.");
  app.get_formatter()->column_width(34);
  add_compose_command(app);
  add_feel_command(app);
  add_plan_command(app);
  add_explain_command(app);
  add_render_command(app);
  add_draw_command(app);
  add_inspect_command(app);
  add_judge_command(app);
  add_serve_command(app);
  add_work_command(app);
  add_mcp_command(app);
  add_completion_command(app);
  add_evaluate_command(app);
  add_dataset_command(app);
  add_import_command(app);
  add_manifest_command(app);
  add_train_command(app);
  add_study_command(app);
  for (auto* command : app.get_subcommands([](CLI::App*) { return true; })) command->group("Commands");
  for (const char* name : {"evaluate", "dataset", "import", "manifest", "train", "study"})
    app.get_subcommand(name)->group("For researchers");
  for (const char* name :
       {"compose", "feel", "plan", "explain", "judge", "inspect", "render", "serve", "work"})
    add_verbosity(*app.get_subcommand(name));
}

// The word that was not understood, or nothing.
std::string unknown_word(const CLI::App& app, int argc, char** argv) {
  if (const auto words = app.remaining(true); !words.empty()) return words.front();
  return argc > 1 && app.get_subcommands().empty() ? argv[1] : "";
}

// The exit code. Whatever is wrong is one line.
int run(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& wrong) {
    const auto word = unknown_word(app, argc, argv);
    const bool is_command = !word.empty() && word[0] != '-' && app.get_subcommands().empty();
    const auto fault = is_command ? "unknown command " + word : std::string(wrong.what());
    return fail(fault + s2m::apps::suggestion(app, word) + " (see --help)", 2);
  } catch (const s2m::apps::UsageError& wrong) {
    return fail(std::string(wrong.what()) + " (see --help)", 2);
  } catch (const s2m::Cancelled& cancelled) {
    return fail(cancelled.what(), 130);
  } catch (const std::bad_alloc&) {
    return fail("out of memory", 1);
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(error.path1().string() + ": cannot be used: " + error.code().message(), 1);
  } catch (const std::exception& error) {
    return fail(error.what(), 1);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  s2m::keep_memory();
  hold_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is an error like any other
  CLI::App app{"Reads a story and writes music that feels like it.", "story2midi"};
  add_commands(app);
  const int code = run(app, argc, argv);
  std::cout.flush();
  const bool printed = std::fflush(stdout) == 0 && !std::ferror(stdout) && std::cout.good();
  return printed || code != 0 ? code : fail("standard output: cannot be written to its end", 1);
}
