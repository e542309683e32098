// One TCP connection as cpp-httplib reads and writes it, with limits of bytes and time.
#pragma once

#include <httplib.h>

#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "apps/serve/http_server.h"
#include "apps/serve/problem.h"

namespace s2m::serve {

// Owns its socket. Reading ends at a limit, at the deadline, at the client's end, or when the server stops.
class HttpServer::Connection final : public httplib::Stream {
 public:
  Connection(int socket, const std::atomic<bool>& stopping, std::chrono::milliseconds write_time);
  ~Connection() override;

  // False when nothing comes in this time.
  bool wait_for_request(std::chrono::milliseconds idle);
  // What is read from now on may have so many bytes and take so long.
  void expect(std::size_t bytes, std::chrono::milliseconds time);
  // The limit that was broken: 408 or 431. From then on nothing that is written is sent.
  const std::optional<Problem>& problem() const { return problem_; }
  // A whole response outside of cpp-httplib, with "Connection: close".
  void answer(const Problem& problem);
  // Lets the client read the response before what it still sends is refused (RFC 9112, section 9.6).
  void close_gently();

  bool is_readable() const override;
  bool is_writable() const override;  // false as soon as the client has closed its end
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override {
    return -1;
  }  // it is compared with FD_SETSIZE, which poll() does not have

 private:
  using Clock = std::chrono::steady_clock;
  bool is_ready(short events, Clock::time_point deadline) const;
  bool send_all(const char* data, std::size_t size);
  bool fill();

  int socket_;
  const std::atomic<bool>& stopping_;
  std::chrono::milliseconds write_time_;
  Clock::time_point deadline_;
  std::size_t bytes_left_ = 0;
  std::optional<Problem> problem_;
  std::array<char, 16384> buffer_{};
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace s2m::serve
