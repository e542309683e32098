#include "apps/serve/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "apps/serve/connection.h"

namespace s2m::serve {
namespace {

constexpr int kBacklog = 128;
constexpr const char* kMethods = "GET, HEAD, POST, DELETE";
constexpr auto kEverything = R"([\s\S]*)";

std::string system_fault() { return std::strerror(errno); }

// Closes the descriptor unless it is released.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

int listening_socket(const addrinfo& address) {
  Descriptor socket(::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, address.ai_protocol));
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0) return -1;
  return ::listen(socket.get(), kBacklog) == 0 ? socket.release() : -1;
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

bool is_all_digits(const std::string& text) {
  return !text.empty() && text.size() < 19 &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::size_t content_length(const httplib::Request& request) {
  const auto text = request.get_header_value("Content-Length");
  return is_all_digits(text) ? std::stoull(text) : 0;
}

// Of a method that cpp-httplib does not know with a body: it would be taken for the next request.
bool has_unread_body(const httplib::Request& request) {
  const auto& method = request.method;
  return content_length(request) > 0 && method != "POST" && method != "PUT" && method != "PATCH" &&
         method != "DELETE";
}

bool is_json(const std::string& type) {
  std::string name = type.substr(0, type.find(';'));
  while (!name.empty() && name.back() == ' ') name.pop_back();
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name == "application/json";
}

// What cpp-httplib refuses by itself.
Problem problem_of_parser(const httplib::Request& request, int status) {
  const bool is_request_line = request.version == "HTTP/1.1" || request.version == "HTTP/1.0";
  if (status == 400 && is_request_line && request.path.empty())
    return {405, "method", "is not known", kMethods, request.method, 0, kMethods};
  if (status == 416) return {status, "Range", "is no range of bytes", "such as bytes=0-1023"};
  return {status, "request", "is not HTTP/1.1"};
}

}  // namespace

void write_problem(httplib::Response& response, const Problem& problem) {
  response.status = problem.status;
  if (problem.retry_after_seconds > 0)
    response.set_header("Retry-After", std::to_string(problem.retry_after_seconds));
  if (!problem.allow.empty()) response.set_header("Allow", problem.allow);
  if (problem.status == 401) response.set_header("WWW-Authenticate", "Bearer");
  response.set_content(to_json(problem) + "\n", "application/json");
}

HttpServer::HttpServer(const HttpLimits& limits, const Handle& handle) : limits_(limits) {
  if (::pipe2(wake_, O_CLOEXEC) != 0) throw Error(ErrorKind::kSystem, "server", "no pipe: " + system_fault());
  set_default_headers({{"X-Content-Type-Options", "nosniff"},
                       {"X-Frame-Options", "DENY"},
                       {"Referrer-Policy", "no-referrer"},
                       {"Cross-Origin-Opener-Policy", "same-origin"},
                       {"Cross-Origin-Resource-Policy", "same-origin"}});
  set_payload_max_length(limits_.body_bytes);
  set_keep_alive_timeout(limits_.idle_time.count() / 1000);
  set_keep_alive_max_count(static_cast<std::size_t>(limits_.requests_per_connection));
  set_pre_routing_handler([this, handle](const httplib::Request& request, httplib::Response& response) {
    if (const auto problem = framing_problem(request)) {
      write_problem(response, *problem);
      return HandlerResponse::Handled;
    }
    if (content_length(request) > 0 && !has_unread_body(request)) return HandlerResponse::Unhandled;
    handle(request, response);
    return HandlerResponse::Handled;
  });
  Post(kEverything, handle);
  Put(kEverything, handle);
  Patch(kEverything, handle);
  Delete(kEverything, handle);
  set_error_handler(HandlerWithResponse([](const httplib::Request& request, httplib::Response& response) {
    if (response.body.empty()) write_problem(response, problem_of_parser(request, response.status));
    return HandlerResponse::Handled;
  }));
}

HttpServer::~HttpServer() {
  stop();
  if (const int socket = svr_sock_.exchange(-1); socket >= 0) ::close(socket);
  for (const int end : wake_) ::close(end);
}

void HttpServer::bind(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const auto where = fmt::format("{}, port {}", host, port);
  if (const int fault = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found))
    throw Error(ErrorKind::kSystem, where, "is no address to listen on: " + std::string(gai_strerror(fault)));
  int socket = -1;
  for (const auto* each = found; each && socket < 0; each = each->ai_next) socket = listening_socket(*each);
  const auto fault = system_fault();
  ::freeaddrinfo(found);
  if (socket < 0) throw Error(ErrorKind::kSystem, where, "cannot be listened on: " + fault);
  svr_sock_ = socket;
  port_ = port_of(socket);
}

void HttpServer::run() {
  while (!stopping_) {
    pollfd ready[] = {{svr_sock_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    if (::poll(ready, 2, -1) > 0 && ready[0].revents != 0) accept_one();
  }
  std::unique_lock lock(mutex_);
  all_closed_.wait(lock, [this] { return open_ == 0; });
}

void HttpServer::stop() {
  if (stopping_.exchange(true)) return;
  [[maybe_unused]] const auto written = ::write(wake_[1], "", 1);
}

// A client that left already, and too many open files, are no reason to end.
void HttpServer::accept_one() {
  const int socket = ::accept4(svr_sock_, nullptr, nullptr, SOCK_CLOEXEC);
  if (socket < 0) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return;
  }
  ++open_;
  try {
    std::thread([this, socket] { serve(socket); }).detach();
  } catch (const std::system_error&) {
    ::close(socket);
    --open_;
  }
}

void HttpServer::serve(int socket) {
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  {
    Connection connection(socket, stopping_, limits_.write_time);
    if (open_ > limits_.connections)
      connection.answer({503,
                         "server",
                         "has too many open connections",
                         fmt::format("at most {}", limits_.connections),
                         {},
                         1});
    else
      serve_requests(connection);
    connection.close_gently();
  }
  const std::lock_guard lock(mutex_);
  if (--open_ == 0) all_closed_.notify_all();
}

void HttpServer::serve_requests(Connection& connection) {
  for (int left = limits_.requests_per_connection; left > 0; --left) {
    if (!connection.wait_for_request(limits_.idle_time)) return;
    connection.expect(limits_.header_bytes, limits_.header_time);
    bool closes = false, is_parsed = false;
    const bool written = process_request(connection, left == 1, closes, [&](httplib::Request& request) {
      is_parsed = true;
      prepare(request, closes);
      connection.expect(limits_.body_bytes, limits_.body_time);
    });
    if (const auto problem = connection.problem()) return connection.answer(*problem);
    if (!written || !is_parsed || closes || stopping_) return;
  }
}

std::optional<Problem> HttpServer::framing_problem(const httplib::Request& request) const {
  const auto refuse = [](int status, std::string where, std::string what, std::string expected = {},
                         std::string actual = {}) {
    return Problem{status, std::move(where), std::move(what), std::move(expected), std::move(actual)};
  };
  if (request.target.size() > limits_.path_bytes)
    return refuse(414, "path", "is too long", fmt::format("at most {} bytes", limits_.path_bytes),
                  fmt::format("{}", request.target.size()));
  if (request.has_header("Transfer-Encoding"))
    return refuse(411, "Transfer-Encoding", "is not taken", "a body with its Content-Length");
  if (request.has_header("Content-Encoding"))
    return refuse(415, "Content-Encoding", "is not taken", "a body that is not compressed");
  if (!request.has_header("Content-Length")) return std::nullopt;
  const auto length = request.get_header_value("Content-Length");
  if (request.get_header_value_count("Content-Length") != 1 || !is_all_digits(length))
    return refuse(400, "Content-Length", "is no length", "one number of bytes", length);
  const auto bytes = content_length(request);
  if (bytes > limits_.body_bytes)
    return refuse(413, "body", "is too large", fmt::format("at most {} bytes", limits_.body_bytes), length);
  if (bytes > 0 && (request.method == "GET" || request.method == "HEAD"))
    return refuse(400, "body", "does not go with " + request.method, "no body", length + " bytes");
  if (bytes > 0 && !has_unread_body(request) && !is_json(request.get_header_value("Content-Type")))
    return refuse(415, "Content-Type", "is not taken", "application/json",
                  request.get_header_value("Content-Type"));
  return std::nullopt;
}

void HttpServer::prepare(httplib::Request& request, bool& closes) const {
  request.ranges.clear();  // they are answered by whoever has the file
  // What is compressed already, or would be held back, or is a range of bytes as they are.
  if (request.has_header("Range") || request.path.ends_with("/events") || request.path.ends_with(".js") ||
      request.path.ends_with(".css"))
    request.headers.erase("Accept-Encoding");
  if (framing_problem(request) || has_unread_body(request)) {
    closes = true;
    request.headers.erase("Expect");
    request.headers.erase("Connection");
    request.headers.emplace("Connection", "close");
  } else if (!request.has_header("Content-Length")) {
    request.headers.emplace("Content-Length", "0");  // else a body would be read until the client closes
  }
}

}  // namespace s2m::serve
