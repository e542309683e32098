// story2midi serve: the program as an HTTP service.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "apps/serve/service.h"
#include "apps/serve/tokens.h"
#include "story2midi/base/limits.h"

namespace s2m::apps {
namespace {

struct Options {
  ModelSource models;
  std::string store, token_file;
  serve::ServiceOptions service;
};

// Ends the service at Ctrl-C and SIGTERM. The signals are blocked in every thread and taken in one.
class StopAtSignals {
 public:
  StopAtSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  ~StopAtSignals() {
    if (!waiter_.joinable()) return;
    pthread_kill(waiter_.native_handle(), SIGTERM);
    waiter_.join();
  }
  StopAtSignals(const StopAtSignals&) = delete;
  StopAtSignals& operator=(const StopAtSignals&) = delete;

  void stop(serve::Service& service) {
    waiter_ = std::thread([this, &service] {
      int signal = 0;
      sigwait(&signals_, &signal);
      service.stop();
    });
  }

 private:
  sigset_t signals_;
  std::thread waiter_;
};

void serve(Options options) {
  auto& service_options = options.service;
  if (!options.token_file.empty()) service_options.api.tokens = serve::read_tokens(options.token_file);
  if (!serve::is_loopback(service_options.host) && service_options.api.tokens.empty())
    throw UsageError(
        "--host " + service_options.host +
        " can be reached by other machines: name the tokens that they must show with --token-file");
  service_options.models = options.models.path();
  service_options.threads = options.models.threads;
  service_options.store =
      options.store.empty() ? serve::default_store() : std::filesystem::path(options.store);
  if (service_options.api.soundfont.empty()) service_options.api.soundfont = serve::page_soundfont();
  if (verbosity() == Verbosity::kQuiet) service_options.log_level = serve::LogLevel::kWarning;
  StopAtSignals signals;
  serve::Service service(service_options);
  signals.stop(service);
  service.run();
}

void add_limits(CLI::App& command, serve::ServiceOptions& options) {
  const auto group = "Limits";
  const auto add = [&]<class Number>(const char* name, Number& value, const char* help, Number lowest,
                                     Number highest) {
    command.add_option(name, value, help)
        ->group(group)
        ->check(CLI::Range(lowest, highest))
        ->capture_default_str();
  };
  add("--workers", options.workers, "pieces composed at once", 1, 64);
  add("--queue", options.api.most_queued, "jobs that may wait; a further one gets status 429", 1, 100'000);
  add("--max-body", options.http.body_bytes, "bytes of a request's body", std::size_t{1024},
      std::size_t{1} << 30);
  add("--max-words", options.music.words, "words of a story", std::size_t{1}, std::size_t{10'000'000});
  add("--max-bars", options.music.bars, "bars of a piece", 1, limits::kMostBars);
  add("--max-seconds", options.music.seconds, "seconds of a piece", 1., limits::kLongestSeconds);
  add("--max-connections", options.http.connections, "open connections", std::size_t{1}, std::size_t{10'000});
}

}  // namespace

void add_serve_command(CLI::App& app) {
  auto* command =
      app.add_subcommand("serve", "show a page, and read, plan and compose over HTTP for other programs");
  auto options = std::make_shared<Options>();
  command->add_option("--host", options->service.host, "name or address to listen on")->capture_default_str();
  command
      ->add_option("--port", options->service.port, "port to listen on; 0: a free one, which the log names")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command->add_option("--store", options->store,
                      "folder of jobs and results (default: $XDG_DATA_HOME/story2midi)");
  command->add_option(
      "--token-file", options->token_file,
      "file with a token a line; a request must show one (Authorization: Bearer TOKEN). Needed "
      "where --host is no loopback address");
  command
      ->add_option("--soundfont", options->service.api.soundfont,
                   "SF2 file that the page plays with (default: TimGM6mb, else the one of compose --wav)")
      ->check(CLI::ExistingFile);
  command
      ->add_option("--keep-days", options->service.kept_days,
                   "days after which a finished job is deleted (default: never)")
      ->check(CLI::Range(0.001, 36500.));
  options->models.add_to(*command);
  add_limits(*command, options->service);
  command->footer(
      "The page stands at http://127.0.0.1:8765. Logs are lines of JSON on standard error. Ctrl-C and "
      "SIGTERM end the service; its jobs stay.\n"
      "Examples:\n"
      "  story2midi serve\n"
      "  story2midi serve --port 9000 --store jobs/\n"
      "  story2midi serve --host 0.0.0.0 --token-file tokens.txt");
  command->callback([options] { serve(*options); });
}

}  // namespace s2m::apps
