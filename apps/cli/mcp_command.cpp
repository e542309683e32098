// story2midi mcp: the program's verbs as tools of the Model Context Protocol.
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "apps/mcp/server.h"
#include "apps/mcp/tools.h"

namespace s2m::apps {
namespace {

constexpr std::size_t kMostLineBytes = std::size_t{1} << 25;

struct Options {
  ModelSource models;
  std::string output;
};

// Standard output is the protocol's alone: what any library prints there goes to standard error.
int take_standard_output() {
  const int own = ::dup(STDOUT_FILENO);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  return own;
}

void write_line(int output, std::string line) {
  line += '\n';
  for (std::size_t at = 0; at < line.size();) {
    const auto count = ::write(output, line.data() + at, line.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // the client has left; the end of its lines ends the program
    at += static_cast<std::size_t>(count);
  }
}

void run(const Options& options) {
  mcp::ToolOptions how{.models = options.models.path(), .judge = find_judge(), .output = options.output};
  how.threads = options.models.threads;
  auto tools = mcp::music_tools(how);
  const int output = take_standard_output();
  mcp::Server server(std::move(tools), [output](const std::string& line) { write_line(output, line); },
                     {.instructions = std::string(mcp::tool_instructions())});
  mcp::take_lines(STDIN_FILENO, server, kMostLineBytes);
}

}  // namespace

void add_mcp_command(CLI::App& app) {
  auto* command = app.add_subcommand(
      "mcp", "offer read, plan, compose, change, judge and explain as tools to a language model");
  auto options = std::make_shared<Options>();
  command->add_option("--output", options->output,
                      "existing folder in which compose and change may write new files, and change and judge "
                      "may read them (default: "
                      "none; the answers hold the MIDI file itself)");
  options->models.add_to(*command);
  command->footer(
      "Speaks the Model Context Protocol on standard input and output, revisions 2024-11-05 to 2026-07-28. A "
      "client\n"
      "starts it; it ends when its input ends. Entry of a client's configuration:\n"
      "  {\"mcpServers\": {\"story2midi\": {\"command\": \"story2midi\", \"args\": [\"mcp\", \"--output\", "
      "\"/home/me/music\"]}}}\n"
      "Example:\n"
      "  story2midi mcp --output music/");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
