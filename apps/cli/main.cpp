// story2midi: reads a story and writes music that feels like it.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "story2midi/base/error.h"
#include "story2midi/base/memory.h"

namespace {

int fail(const std::string& message, int code) {
  std::string line = message;
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';
  std::fprintf(stderr, "story2midi: %s\n", line.c_str());
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace s2m::apps;
  s2m::keep_memory();
  CLI::App app{"Reads a story and writes music that feels like it.", "story2midi"};
  app.set_version_flag("--version", "story2midi " S2M_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  story2midi compose --text \"The rain stopped, and the whole street began to dance.\" -o dance.mid\n"
      "  story2midi compose tale.txt --duration 90 --key \"D minor\" -o tale.mid --wav tale.wav\n"
      "  story2midi feel tale.txt\n"
      "  story2midi inspect tale.mid\n"
      "`story2midi COMMAND --help` tells more.");
  add_compose_command(app);
  add_feel_command(app);
  add_plan_command(app);
  add_render_command(app);
  add_inspect_command(app);
  add_judge_command(app);
  add_evaluate_command(app);
  add_dataset_command(app);
  add_import_command(app);
  add_train_command(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& wrong) {
    return fail(std::string(wrong.what()) + " (see --help)", 2);
  } catch (const UsageError& wrong) {
    return fail(std::string(wrong.what()) + " (see --help)", 2);
  } catch (const s2m::Cancelled& cancelled) {
    return fail(cancelled.what(), 130);
  } catch (const std::bad_alloc&) {
    return fail("out of memory", 1);
  } catch (const std::exception& error) {
    return fail(error.what(), 1);
  }
  return 0;
}
