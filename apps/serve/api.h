// The interface under /api/v1/: which request does what (openapi.json, docs/reference/http.md).
#pragma once

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "apps/serve/byte_range.h"
#include "apps/serve/job_runner.h"
#include "apps/serve/made_files.h"
#include "apps/serve/study_folder.h"

namespace s2m::serve {

struct ApiOptions {
  std::vector<std::string> tokens = {};  // none: everybody may ask, by the server's own address
  int most_queued = 64;
  int most_streams = 64;
  std::shared_ptr<const StudyFolder> study = {};  // none: its paths do not exist
  std::filesystem::path soundfont = {};           // that the page plays with; none: it asks for MP3
  int most_at_work = 2;                           // of reading, planning and files that are made on demand
};

class Api {
 public:
  Api(const Shared& shared, JobRunner& runner, ApiOptions options);

  // Answers any request, and logs and counts it. `is_stopping`: the server ends.
  void handle(const httplib::Request& request, httplib::Response& response);
  void stop() { is_stopping_ = true; }
  std::function<double()> open_connections = [] { return 0.; };

 private:
  struct Call {
    const httplib::Request& request;
    httplib::Response& response;
    std::string id;      // of a job
    std::string format;  // of its file
  };
  struct Route {
    const char* method;
    const char* path;
    void (Api::*handler)(const Call&);
    bool is_open = false;  // without a token
  };
  static const std::vector<Route>& routes();

  std::string answer(const httplib::Request& request, httplib::Response& response);
  void check_caller(const httplib::Request& request, const Route& route) const;
  Job job_of(const Call& call) const;
  std::string job_json(const Job& job) const;
  Progress while_running() const;
  Job piece_to_change(const std::string& id) const;  // throws Refused

  static bool is_unchanged(const Call& call, const std::string& tag);  // then it is answered
  // Which bytes of a file are asked for; their status and headers are set. Throws Refused.
  static ByteRange sent_range(const Call& call, const std::string& tag, std::size_t size);
  static void send_file(const Call& call, std::string_view bytes, const std::string& media_type);
  void page(const Call& call);
  void health(const Call& call);
  void metrics(const Call& call);
  void openapi(const Call& call);
  void read(const Call& call);
  void plan(const Call& call);
  void soundfont(const Call& call);
  const StudyFolder& study() const;  // throws Refused
  void study_page(const Call& call);
  void study_sound(const Call& call);
  void add_answers(const Call& call);
  void add_job(const Call& call);
  void list_jobs(const Call& call);
  void show_job(const Call& call);
  void show_request(const Call& call);
  void delete_job(const Call& call);
  void cancel_job(const Call& call);
  void stream_events(const Call& call);
  void fetch_file(const Call& call);

  Shared shared_;
  JobRunner& runner_;
  ApiOptions options_;
  WorkPlaces places_;
  MadeFiles made_{std::size_t{64} << 20};
  std::atomic<bool> is_stopping_{false};
  std::atomic<int> streams_{0};
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The OpenAPI document that the binary holds.
std::string_view openapi_json();

}  // namespace s2m::serve
