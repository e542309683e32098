// HTTP/1.1 over TCP: listening, connections, their limits. cpp-httplib parses requests and writes responses.
#pragma once

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "apps/serve/problem.h"

namespace s2m::serve {

struct HttpLimits {
  std::size_t body_bytes = std::size_t{8} << 20;
  std::size_t header_bytes = std::size_t{32} << 10;  // request line and headers
  std::size_t path_bytes = 1024;
  std::size_t connections = 256;
  int requests_per_connection = 1000;
  // A whole request line with its headers, a whole body, and each step of a response must be through in this time.
  std::chrono::milliseconds header_time{10'000}, body_time{60'000}, write_time{30'000};
  std::chrono::milliseconds idle_time{15'000};  // between two requests
};

// Each connection has a thread of its own, so that an open event stream holds up nobody else. What cpp-httplib leaves
// unbounded is bounded here: headers, chunked and compressed bodies, slow clients. A request that is refused for its
// framing is answered without its body being read, and the connection is closed.
class HttpServer final : private httplib::Server {
 public:
  using Handle = std::function<void(const httplib::Request&, httplib::Response&)>;

  HttpServer(const HttpLimits& limits, const Handle& handle);
  ~HttpServer() override;

  // Port 0: a free one. Throws Error of kind kSystem.
  void bind(const std::string& host, int port);
  int port() const { return port_; }
  void run();   // until stop(); then waits for open connections
  void stop();  // from any thread
  bool is_stopping() const { return stopping_; }
  std::size_t open_connections() const { return open_; }

 private:
  class Connection;
  // Why a request is refused before its body is read; nothing for one that is well framed.
  std::optional<Problem> framing_problem(const httplib::Request& request) const;
  void prepare(httplib::Request& request, bool& closes) const;
  void accept_one();
  void serve(int socket);
  void serve_requests(Connection& connection);

  HttpLimits limits_;
  int port_ = 0;
  int wake_[2] = {-1, -1};  // a pipe: stop() writes, run() reads
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> open_{0};
  std::mutex mutex_;
  std::condition_variable all_closed_;
};

// The body of every response with a status from 400 on.
void write_problem(httplib::Response& response, const Problem& problem);

}  // namespace s2m::serve
