// An unfinished job as its event streams see it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace s2m::serve {

struct JobProgress {
  std::string stage = "queued";  // "reading", "composing", "writing"
  std::uint64_t done = 0, total = 0;
  bool operator==(const JobProgress&) const = default;
};

// One thread writes, many watch. Bars are numbered from 1. A number means the same bar after a restart,
// too; its times are final when the job has ended.
class LiveJob {
 public:
  void report(JobProgress progress);
  void add_bar(std::string json);
  void ask_to_cancel() { is_cancelled_ = true; }
  bool is_cancelled() const { return is_cancelled_; }
  // It has ended, or (interrupted) the server ends before it.
  void end();
  void end(const std::string&
               bars);  // of a stored job, a line each; those beyond the ones that are there are added
  void interrupt();

  JobProgress progress() const;

  struct View {
    JobProgress progress;
    std::vector<std::string> bars;  // from the number that was asked
    bool has_ended = false;
    bool is_interrupted = false;
  };
  // What is there beyond `bars_seen` bars, at once or as soon as anything changes, at the latest after `time`.
  View watch(std::size_t bars_seen, const JobProgress& seen, std::chrono::milliseconds time) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  JobProgress progress_;
  std::vector<std::string> bars_;
  bool has_ended_ = false, is_interrupted_ = false;
  std::atomic<bool> is_cancelled_{false};
};

}  // namespace s2m::serve
