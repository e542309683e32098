// Counters of the service in Prometheus' text format (version 0.0.4).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace s2m::serve {

// Upper bounds of the buckets, in seconds.
inline constexpr std::array kTimeBuckets{0.005, 0.025, 0.1, 0.5, 2.5, 10., 60.};

class TimeHistogram {
 public:
  void add(double seconds);
  // `labels` such as `route="/api/v1/read"`, or empty.
  std::string text(std::string_view name, const std::string& labels) const;

 private:
  std::array<std::uint64_t, kTimeBuckets.size() + 1> counts_{};
  double sum_ = 0;
};

// May be used from many threads.
class Metrics {
 public:
  void count_request(const std::string& method, const std::string& route, int status, double seconds);
  void count_job(std::string_view state, double seconds);
  void count_bar();

  // `gauges`: values of now by name and labels, such as `story2midi_jobs{state="queued"}`.
  std::string text(const std::map<std::string, double>& gauges) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, std::uint64_t> requests_;
  std::map<std::string, TimeHistogram> request_times_;
  std::map<std::string, std::uint64_t> jobs_;
  TimeHistogram job_times_;
  std::uint64_t bars_ = 0;
};

}  // namespace s2m::serve
