#include "apps/serve/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "apps/serve/http_server.h"
#include "apps/serve/problem.h"
#include "apps/serve/tokens.h"

namespace s2m::serve {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    segments.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return segments;
}

// Whether the path is of the pattern; then what stands at its {id} and {format}.
bool matches(std::string_view pattern, std::string_view path, std::string& id, std::string& format) {
  const auto wanted = segments_of(pattern), given = segments_of(path);
  if (wanted.size() != given.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "{id}")
      id = given[i];
    else if (wanted[i] == "{format}")
      format = given[i];
    else if (wanted[i] != given[i])
      return false;
  }
  return true;
}

// The host of "host:port" or "[::1]:port".
std::string_view host_in(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

}  // namespace

const std::vector<Api::Route>& Api::routes() {
  static const std::vector<Route> kRoutes{{"GET", "/", &Api::page, true},
                                          {"GET", "/app.js", &Api::page, true},
                                          {"GET", "/app.css", &Api::page, true},
                                          {"GET", "/sound.js", &Api::page, true},
                                          {"GET", "/processor.js", &Api::page, true},
                                          {"GET", "/score.js", &Api::page, true},
                                          {"GET", "/licences.txt", &Api::page, true},
                                          {"GET", "/study/", &Api::study_page, true},
                                          {"GET", "/study/sounds/{id}", &Api::study_sound, true},
                                          {"POST", "/study/answers", &Api::add_answers, true},
                                          {"GET", "/api/v1/health", &Api::health, true},
                                          {"GET", "/openapi.json", &Api::openapi, true},
                                          {"GET", "/metrics", &Api::metrics},
                                          {"POST", "/api/v1/read", &Api::read},
                                          {"POST", "/api/v1/plan", &Api::plan},
                                          {"GET", "/api/v1/soundfont", &Api::soundfont},
                                          {"POST", "/api/v1/jobs", &Api::add_job},
                                          {"GET", "/api/v1/jobs", &Api::list_jobs},
                                          {"GET", "/api/v1/jobs/{id}", &Api::show_job},
                                          {"DELETE", "/api/v1/jobs/{id}", &Api::delete_job},
                                          {"GET", "/api/v1/jobs/{id}/request", &Api::show_request},
                                          {"POST", "/api/v1/jobs/{id}/cancel", &Api::cancel_job},
                                          {"GET", "/api/v1/jobs/{id}/events", &Api::stream_events},
                                          {"GET", "/api/v1/jobs/{id}/files/{format}", &Api::fetch_file}};
  return kRoutes;
}

Api::Api(const Shared& shared, JobRunner& runner, ApiOptions options)
    : shared_(shared),
      runner_(runner),
      options_(std::move(options)),
      places_(options_.most_at_work, 8 * options_.most_at_work) {}

// Without tokens, a page of another site must not reach the service through the user's browser: not by a name that leads
// to this machine (DNS rebinding), and not by a form.
void Api::check_caller(const httplib::Request& request, const Route& route) const {
  const auto origin = request.get_header_value("Origin"), host = request.get_header_value("Host");
  if (!origin.empty() && origin != "http://" + host && origin != "https://" + host)
    throw Refused({403, "Origin", "is another site", "http://" + host, origin});
  if (options_.tokens.empty()) {
    const auto name = host_in(host);
    if (name != "localhost" && name != "[::1]" && !name.starts_with("127."))
      throw Refused(
          {403, "Host", "is not this machine", "localhost or a loopback address", std::string(name)});
  } else if (!route.is_open && !is_granted(options_.tokens, request.get_header_value("Authorization"))) {
    throw Refused({401, "Authorization", "is missing or unknown", "Bearer and a token"});
  }
}

// Calls the handler; returns the path's pattern.
std::string Api::answer(const httplib::Request& request, httplib::Response& response) {
  Call call{request, response, {}, {}};
  const auto method = request.method == "HEAD" ? "GET" : request.method;
  std::string allowed;
  for (const auto& route : routes()) {
    if (!matches(route.path, request.path, call.id, call.format)) continue;
    if (method == route.method) {
      check_caller(request, route);
      (this->*route.handler)(call);
      return route.path;
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  if (allowed.empty()) throw Refused({404, "path", "does not exist", "a path of /openapi.json"});
  throw Refused({405, "method", "does not go with this path", allowed, request.method, 0, allowed});
}

void Api::handle(const httplib::Request& request, httplib::Response& response) {
  const auto start = std::chrono::steady_clock::now();
  std::string route = "none";
  response.status = 200;
  try {
    route = answer(request, response);
  } catch (...) {
    write_problem(response, problem_of_exception());
  }
  if (!response.has_header("Cache-Control")) response.set_header("Cache-Control", "no-store");
  if (!response.has_header("Content-Security-Policy"))
    response.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  shared_.metrics.count_request(request.method, route, response.status, seconds);
  shared_.log.write(response.status >= 500 ? LogLevel::kError : LogLevel::kInfo, "request",
                    {{"method", request.method},
                     {"route", route},
                     {"status", std::int64_t{response.status}},
                     {"bytes", static_cast<std::int64_t>(response.body.size())},
                     {"seconds", seconds},
                     {"client", request.remote_addr}});
}

}  // namespace s2m::serve
