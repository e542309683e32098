#include "apps/serve/connection.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace s2m::serve {
namespace {

constexpr std::chrono::milliseconds kSlice{100};  // after so long a stopping server is noticed
constexpr std::chrono::milliseconds kLinger{1000};
constexpr std::size_t kMostDrained = std::size_t{1} << 20;

void name_end(const sockaddr_storage& address, std::string& ip, int& port) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
    ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    port = ntohs(six.sin6_port);
  } else {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
    port = ntohs(four.sin_port);
  }
  ip = text.data();
}

const char* reason_of(int status) {
  return status == 408   ? "Request Timeout"
         : status == 431 ? "Request Header Fields Too Large"
                         : "Service Unavailable";
}

}  // namespace

HttpServer::Connection::Connection(int socket, const std::atomic<bool>& stopping,
                                   std::chrono::milliseconds write_time)
    : socket_(socket), stopping_(stopping), write_time_(write_time) {}

HttpServer::Connection::~Connection() { ::close(socket_); }

bool HttpServer::Connection::is_ready(short events, Clock::time_point deadline) const {
  for (auto now = Clock::now(); now < deadline && !stopping_; now = Clock::now()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now) + kSlice / 100;
    pollfd ready{socket_, events, 0};
    if (::poll(&ready, 1, static_cast<int>(std::min(left, kSlice).count())) > 0) return true;
  }
  return false;
}

bool HttpServer::Connection::wait_for_request(std::chrono::milliseconds idle) {
  return begin_ < end_ || (is_ready(POLLIN, Clock::now() + idle) && fill());
}

void HttpServer::Connection::expect(std::size_t bytes, std::chrono::milliseconds time) {
  bytes_left_ = bytes;
  deadline_ = Clock::now() + time;
}

bool HttpServer::Connection::fill() {
  const auto count = ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  begin_ = 0;
  end_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  return count > 0;
}

ssize_t HttpServer::Connection::read(char* data, std::size_t size) {
  if (problem_) return -1;
  if (bytes_left_ == 0) {
    problem_ = Problem{431, "headers", "are too large"};
    return -1;
  }
  if (begin_ == end_) {
    if (!is_ready(POLLIN, deadline_)) {
      if (!stopping_) problem_ = Problem{408, "request", "did not come to its end in time"};
      return -1;
    }
    if (!fill()) return 0;
  }
  const auto count = std::min({size, end_ - begin_, bytes_left_});
  std::memcpy(data, buffer_.data() + begin_, count);
  begin_ += count;
  bytes_left_ -= count;
  return static_cast<ssize_t>(count);
}

bool HttpServer::Connection::send_all(const char* data, std::size_t size) {
  while (size > 0) {
    const auto count = ::send(socket_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) {
      const bool is_full = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
      pollfd ready{socket_, POLLOUT, 0};
      if (!is_full || ::poll(&ready, 1, static_cast<int>(write_time_.count())) <= 0) return false;
      continue;
    }
    data += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

ssize_t HttpServer::Connection::write(const char* data, std::size_t size) {
  if (problem_) return static_cast<ssize_t>(size);  // answer() tells of it
  return send_all(data, size) ? static_cast<ssize_t>(size) : -1;
}

bool HttpServer::Connection::is_readable() const { return begin_ < end_ || is_ready(POLLIN, deadline_); }

bool HttpServer::Connection::is_writable() const {
  pollfd ready{socket_, POLLOUT | POLLRDHUP, 0};
  return ::poll(&ready, 1, 0) >= 0 && (ready.revents & (POLLRDHUP | POLLHUP | POLLERR)) == 0;
}

void HttpServer::Connection::answer(const Problem& problem) {
  const auto body = to_json(problem) + "\n";
  const auto retry = problem.retry_after_seconds > 0
                         ? fmt::format("Retry-After: {}\r\n", problem.retry_after_seconds)
                         : std::string();
  const auto text = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}Connection: "
      "close\r\n\r\n{}",
      problem.status, reason_of(problem.status), body.size(), retry, body);
  send_all(text.data(), text.size());
}

void HttpServer::Connection::close_gently() {
  ::shutdown(socket_, SHUT_WR);
  const auto deadline = Clock::now() + kLinger;
  for (std::size_t drained = 0; drained < kMostDrained && is_ready(POLLIN, deadline) && fill();
       drained += end_) {
  }
}

void HttpServer::Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) name_end(address, ip, port);
}

void HttpServer::Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) name_end(address, ip, port);
}

}  // namespace s2m::serve
