// `story2midi serve` and `story2midi work` as processes of their own.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/serve/running_service.h"

namespace s2m::serve {

// Over tiny models. It is killed at the latest when this ends.
class Process {
 public:
  // `words`: the command and its options. Waits for the log's line `begun`.
  Process(std::vector<std::string> words, const std::string& begun);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int end(int signal);  // the exit code, or minus the signal
  std::string log() const;
  // The lines of the log with this event; each line must be JSON.
  std::vector<Json> lines(const std::string& event) const;

 private:
  std::filesystem::path log_;
  pid_t process_ = -1;
};

class Server : public Process {
 public:
  explicit Server(const std::string& store, const std::vector<std::string>& more = {});

  httplib::Client client() const;
  Json job(const std::string& id) const { return Json::parse(client().Get("/api/v1/jobs/" + id)->body); }
  std::string add(const std::string& body) const {
    return Json::parse(client().Post("/api/v1/jobs", body, "application/json")->body)["id"];
  }

 private:
  int port_ = 0;
};

}  // namespace s2m::serve
