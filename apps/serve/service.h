// The service: HTTP interface, queue and workers over one store. Everything that `story2midi serve` runs.
#pragma once

#include <filesystem>
#include <future>
#include <string>
#include <vector>

#include "apps/serve/api.h"
#include "apps/serve/engine.h"
#include "apps/serve/http_server.h"
#include "apps/serve/job_runner.h"
#include "apps/serve/job_store.h"
#include "apps/serve/log.h"
#include "apps/serve/metrics.h"

namespace s2m::serve {

struct ServiceOptions {
  std::filesystem::path models;
  std::string store;  // a folder, or the URI of a PostgreSQL database
  JobLease lease = {};
  std::string host = "127.0.0.1";
  int port = 8765;       // 0: a free one
  int threads = 0;       // of reading
  int workers = 2;       // jobs that are composed at once
  double kept_days = 0;  // of a job after its end; 0: for ever
  LogLevel log_level = LogLevel::kInfo;
  MusicLimits music = {};
  HttpLimits http = {};
  ApiOptions api = {};
};

// $XDG_DATA_HOME/story2midi, else ~/.local/share/story2midi. Throws Error where neither is set.
std::filesystem::path default_store();

// A small soundfont of the distribution, else the one that sound files are made with; empty where there is none.
std::filesystem::path page_soundfont();

bool is_loopback(const std::string& host);

// Composes the queued jobs of a store that servers share with it. Everything that `story2midi work` runs.
class Worker {
 public:
  explicit Worker(const ServiceOptions& options);

  void run();   // works until stop(); then jobs that run wait in the store
  void stop();  // from any thread

 private:
  Log log_;
  Metrics metrics_;
  Engine engine_;
  JobStore store_;
  JobRunner runner_;
  std::promise<void> stopped_;
};

class Service {
 public:
  // Opens models and store, listens, and begins with the jobs that wait. Throws Error.
  explicit Service(const ServiceOptions& options);

  int port() const { return server_.port(); }
  void run();   // answers until stop(); then jobs that run wait in the store
  void stop();  // from any thread

 private:
  Log log_;
  Metrics metrics_;
  Engine engine_;
  JobStore store_;
  JobRunner runner_;
  Api api_;
  HttpServer server_;
};

}  // namespace s2m::serve
