#include "apps/serve/service.h"

#include <fmt/format.h>

#include <cstdlib>

#include "story2midi/audio/audio.h"
#include "story2midi/base/error.h"
#include "story2midi/base/version.h"

namespace s2m::serve {
namespace {

std::chrono::milliseconds kept(const ServiceOptions& options) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(options.kept_days * 86'400'000));
}

}  // namespace

std::filesystem::path default_store() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data == '/')
    return std::filesystem::path(data) / "story2midi";
  if (const char* home = std::getenv("HOME"); home && *home)
    return std::filesystem::path(home) / ".local/share/story2midi";
  throw Error(ErrorKind::kSystem, "store", "has no folder", "XDG_DATA_HOME, HOME or --store", "none of them");
}

std::filesystem::path page_soundfont() {
  static constexpr const char* kSmall = "/usr/share/sounds/sf2/TimGM6mb.sf2";
  if (std::filesystem::exists(kSmall)) return kSmall;
  try {
    return find_soundfont();
  } catch (const Error&) {
    return {};
  }
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Worker::Worker(const ServiceOptions& options)
    : log_(options.log_level),
      engine_(options.models, options.threads),
      store_(options.store, options.lease),
      runner_({engine_, store_, metrics_, log_, options.music, kept(options)}, options.workers) {
  log_.write(LogLevel::kInfo, "working",
             {{"workers", std::int64_t{options.workers}},
              {"store", shown_store(options.store)},
              {"version", std::string(version())}});
}

void Worker::run() {
  stopped_.get_future().wait();
  runner_.stop();
  log_.write(LogLevel::kInfo, "stopped");
}

void Worker::stop() {
  runner_.interrupt();
  stopped_.set_value();
}

Service::Service(const ServiceOptions& options)
    : log_(options.log_level),
      engine_(options.models, options.threads),
      store_(options.store, options.lease),
      runner_({engine_, store_, metrics_, log_, options.music, kept(options)}, options.workers),
      api_({engine_, store_, metrics_, log_, options.music}, runner_, options.api),
      server_(options.http, [this](const auto& request, auto& response) { api_.handle(request, response); }) {
  api_.open_connections = [this] { return static_cast<double>(server_.open_connections()); };
  server_.bind(options.host, options.port);
  const auto host = options.host.find(':') == options.host.npos ? options.host : "[" + options.host + "]";
  log_.write(LogLevel::kInfo, "listening",
             {{"address", fmt::format("http://{}:{}", host, server_.port())},
              {"port", std::int64_t{server_.port()}},
              {"store", shown_store(options.store)},
              {"version", std::string(version())}});
}

void Service::run() {
  server_.run();
  runner_.stop();
  log_.write(LogLevel::kInfo, "stopped");
}

void Service::stop() {
  api_.stop();
  runner_.interrupt();
  server_.stop();
}

}  // namespace s2m::serve
