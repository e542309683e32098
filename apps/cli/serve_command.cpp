// story2midi serve: the program as an HTTP service; story2midi work: a further process that composes its jobs.
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "apps/serve/service.h"
#include "apps/serve/study_folder.h"
#include "apps/serve/tokens.h"
#include "lab/study/answers.h"
#include "lab/study/study.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/files.h"
#include "story2midi/base/limits.h"

namespace s2m::apps {
namespace {

struct Options {
  ModelSource models;
  std::string store, token_file, study;
  double lease_seconds = 15;
  serve::ServiceOptions service;
};

// Ends what runs at Ctrl-C and SIGTERM. The signals are blocked in every thread and taken in one.
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

  // Runs `works` (a Service or a Worker) until a signal stops it.
  void run(auto& works) {
    waiter_ = std::thread([this, &works] {
      int signal = 0;
      sigwait(&signals_, &signal);
      works.stop();
    });
    works.run();
  }

 private:
  sigset_t signals_;
  std::thread waiter_;
};

// What both commands read from the options.
serve::ServiceOptions& prepared(Options& options) {
  auto& service = options.service;
  service.models = options.models.path();
  service.threads = options.models.threads;
  service.store = options.store.empty() ? serve::default_store().string() : options.store;
  service.lease.time = std::chrono::milliseconds(static_cast<std::int64_t>(options.lease_seconds * 1000));
  if (verbosity() == Verbosity::kQuiet) service.log_level = serve::LogLevel::kWarning;
  return service;
}

// Answers are kept where `study read` would take them.
std::shared_ptr<const serve::StudyFolder> study_in(const std::filesystem::path& folder) {
  const auto file = folder / "key.json";
  const auto key = read_text(file);
  return std::make_shared<const serve::StudyFolder>(
      folder, [pieces = study_key_from_json(key, file.string()), checksum = to_hex(checksum_of(key))](
                  std::string_view json) { listener_from_json(json, pieces, checksum, "answers"); });
}

void serve(Options options) {
  auto& service_options = options.service;
  if (service_options.workers == 0 && !serve::is_shared_store(options.store))
    throw UsageError("--workers 0 needs --store postgresql://..., so that other processes compose");
  if (!options.token_file.empty()) service_options.api.tokens = serve::read_tokens(options.token_file);
  if (!serve::is_loopback(service_options.host) && service_options.api.tokens.empty())
    throw UsageError(
        "--host " + service_options.host +
        " can be reached by other machines: name the tokens that they must show with --token-file");
  if (service_options.api.soundfont.empty()) service_options.api.soundfont = serve::page_soundfont();
  if (!options.study.empty()) service_options.api.study = study_in(options.study);
  StopAtSignals signals;
  serve::Service service(prepared(options));
  signals.run(service);
}

void work(Options options) {
  if (!serve::is_shared_store(options.store))
    throw UsageError(
        "work needs --store postgresql://...: a folder is the store of one server, which has its own "
        "workers");
  StopAtSignals signals;
  serve::Worker worker(prepared(options));
  signals.run(worker);
}

// Adds options of one group, each a number in a range.
auto adder_of(CLI::App& command, const char* group) {
  return [&command, group]<class Number>(const char* name, Number& value, const char* help,
                                         std::type_identity_t<Number> lowest,
                                         std::type_identity_t<Number> highest) {
    command.add_option(name, value, help)
        ->group(group)
        ->check(CLI::Range(lowest, highest))
        ->capture_default_str();
  };
}

void add_http_limits(CLI::App& command, serve::ServiceOptions& options) {
  const auto add = adder_of(command, "Limits");
  add("--queue", options.api.most_queued, "jobs that may wait; a further one gets status 429", 1, 100'000);
  add("--max-body", options.http.body_bytes, "bytes of a request's body", 1024, std::size_t{1} << 30);
  add("--max-connections", options.http.connections, "open connections", 1, 10'000);
}

// What both commands take. `fewest_workers`: 0 where other processes may compose.
void add_common(CLI::App& command, Options& options, int fewest_workers) {
  options.models.add_to(command);
  const auto add = adder_of(command, "Limits");
  auto& service = options.service;
  add("--workers", service.workers, "pieces composed at once", fewest_workers, 64);
  add("--max-words", service.music.words, "words of a story", 1, 10'000'000);
  add("--max-bars", service.music.bars, "bars of a piece", 1, limits::kMostBars);
  add("--max-seconds", service.music.seconds, "seconds of a piece", 1., limits::kLongestSeconds);
  add("--lease", options.lease_seconds,
      "PostgreSQL: seconds after which the job of a silent worker waits again", 1., 3600.);
  command
      .add_option("--keep-days", service.kept_days,
                  "days after which a finished job is deleted (default: never)")
      ->check(CLI::Range(0.001, 36500.));
}

constexpr const char* kPassword =
    "postgresql://USER@HOST/DATABASE; the password in PGPASSWORD or ~/.pgpass, where no list of processes "
    "shows it";

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
  command->add_option(
      "--store", options->store,
      fmt::format("folder of jobs and results (default: $XDG_DATA_HOME/story2midi), or a database that "
                  "several servers and workers share: {}",
                  kPassword));
  command->add_option(
      "--token-file", options->token_file,
      "file with a token a line; a request must show one (Authorization: Bearer TOKEN). Needed "
      "where --host is no loopback address");
  command
      ->add_option("--soundfont", options->service.api.soundfont,
                   "SF2 file that the page plays with (default: TimGM6mb, else the one of compose --wav)")
      ->check(CLI::ExistingFile);
  command
      ->add_option(
          "--study", options->study,
          "folder of `study make --post answers`: its page stands at /study/, and answers are kept in its "
          "folder answers/. Listeners need no token")
      ->check(CLI::ExistingDirectory);
  add_common(*command, *options, 0);
  add_http_limits(*command, options->service);
  command->footer(
      "The page stands at http://127.0.0.1:8765. Logs are lines of JSON on standard error. Ctrl-C and "
      "SIGTERM end the service; its jobs stay.\n"
      "Examples:\n"
      "  story2midi serve\n"
      "  story2midi serve --port 9000 --store jobs/\n"
      "  story2midi serve --host 0.0.0.0 --token-file tokens.txt\n"
      "  story2midi serve --store postgresql://music@db.example/music --workers 0");
  command->callback([options] { serve(*options); });
}

void add_work_command(CLI::App& app) {
  auto* command = app.add_subcommand("work", "compose the jobs of servers that share a PostgreSQL database");
  auto options = std::make_shared<Options>();
  command->add_option("--store", options->store, kPassword)->required();
  add_common(*command, *options, 1);
  command->footer(
      "Any number may run, on any machine with the same models. Ctrl-C and SIGTERM end it, and other workers "
      "take up its "
      "jobs. They also take up those of a worker that was killed, after --lease seconds.\n"
      "Examples:\n"
      "  story2midi work --store postgresql://music@db.example/music\n"
      "  story2midi work --store postgresql://music@db.example/music --workers 4 --threads 4");
  command->callback([options] { work(*options); });
}

}  // namespace s2m::apps
