// A service over tiny models on a free port, and a client of it.
#pragma once

#include <gtest/gtest.h>
#include <httplib.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "apps/serve/service.h"

namespace s2m::serve {

using Json = nlohmann::json;

inline constexpr const char* kTale =
    "The sea was calm and the sun was warm. She laughed and ran along the shore.\n\n"
    "Then the storm was black, and the dog ran, and he wept in the cold until the morning came.";

// A folder with an encoder and a decoder of random weights, made once in this process.
std::filesystem::path tiny_models();

// {"story":{"text":kTale}, and these members}.
std::string tale_with(const Json& members = Json::object());
// A job that takes long: it is there to be stopped.
std::string long_job();

// A folder that no other store has.
std::filesystem::path new_store();

// Options over tiny models, a new store and a free port, without logs of requests.
ServiceOptions tiny_options();

// Whether it holds within a minute: other tests may run beside this one.
bool soon(const std::function<bool()>& holds);

class RunningService {
 public:
  explicit RunningService(const ServiceOptions& options = tiny_options())
      : service_(std::make_unique<Service>(options)), thread_([this] { service_->run(); }) {}
  ~RunningService() { stop(); }
  RunningService(const RunningService&) = delete;
  RunningService& operator=(const RunningService&) = delete;

  void stop() {
    service_->stop();
    if (thread_.joinable()) thread_.join();
  }
  int port() const { return service_->port(); }
  httplib::Client client() const;

  // The answer's JSON, whose status is checked.
  Json get(const std::string& path, int status = 200) const;
  Json post(const std::string& path, const std::string& body, int status = 200) const;
  std::string id_of_job(const std::string& body) const { return post("/api/v1/jobs", body, 202)["id"]; }
  // Its state once it has ended.
  std::string end_of(const std::string& id) const;
  std::string file(const std::string& id, const std::string& format) const;

 private:
  std::unique_ptr<Service> service_;
  std::thread thread_;
};

// What the server answers to these bytes until it closes the connection; `pause` after each byte.
std::string raw_answer(int port, const std::string& bytes, std::chrono::milliseconds pause = {});

}  // namespace s2m::serve
