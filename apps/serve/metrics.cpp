#include "apps/serve/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace s2m::serve {
namespace {

std::string head(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

}  // namespace

void TimeHistogram::add(double seconds) {
  const auto bucket = std::ranges::lower_bound(kTimeBuckets, seconds) - kTimeBuckets.begin();
  ++counts_[static_cast<std::size_t>(bucket)];
  sum_ += seconds;
}

std::string TimeHistogram::text(std::string_view name, const std::string& labels) const {
  const auto comma = labels.empty() ? "" : ",";
  const auto braced = labels.empty() ? std::string() : "{" + labels + "}";
  std::string text;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    total += counts_[i];
    const auto bound = i < kTimeBuckets.size() ? fmt::format("{}", kTimeBuckets[i]) : "+Inf";
    text += fmt::format("{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bound, total);
  }
  return text + fmt::format("{0}_sum{1} {2}\n{0}_count{1} {3}\n", name, braced, sum_, total);
}

void Metrics::count_request(const std::string& method, const std::string& route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{method, route, status}];
  request_times_[route].add(seconds);
}

void Metrics::count_job(std::string_view state, double seconds) {
  const std::lock_guard lock(mutex_);
  ++jobs_[std::string(state)];
  job_times_.add(seconds);
}

void Metrics::count_bar() {
  const std::lock_guard lock(mutex_);
  ++bars_;
}

std::string Metrics::text(const std::map<std::string, double>& gauges) const {
  const std::lock_guard lock(mutex_);
  std::string text = head("story2midi_http_requests_total", "counter", "Requests answered.");
  for (const auto& [labels, count] : requests_) {
    const auto& [method, route, status] = labels;
    text += fmt::format("story2midi_http_requests_total{{method=\"{}\",route=\"{}\",status=\"{}\"}} {}\n",
                        method, route, status, count);
  }
  text += head("story2midi_http_request_seconds", "histogram", "Time until a response is ready.");
  for (const auto& [route, times] : request_times_)
    text += times.text("story2midi_http_request_seconds", fmt::format("route=\"{}\"", route));
  text += head("story2midi_jobs_ended_total", "counter", "Jobs that ended, by how.");
  for (const auto& [state, count] : jobs_)
    text += fmt::format("story2midi_jobs_ended_total{{state=\"{}\"}} {}\n", state, count);
  text += head("story2midi_job_seconds", "histogram", "Time from a job's begin to its end.");
  text += job_times_.text("story2midi_job_seconds", "");
  text += head("story2midi_bars_total", "counter", "Bars written.");
  text += fmt::format("story2midi_bars_total {}\n", bars_);
  std::string last;
  for (const auto& [name, value] : gauges) {
    const auto family = name.substr(0, name.find('{'));
    if (std::exchange(last, family) != family) text += head(family, "gauge", "As it is now.");
    text += fmt::format("{} {}\n", name, value);
  }
  return text;
}

}  // namespace s2m::serve
