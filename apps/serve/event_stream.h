// The progress of a job as server-sent events (HTML Living Standard, section 9.2).
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "apps/serve/live_job.h"

namespace s2m::serve {

// One client's stream: next() waits for what is new and returns it as text.
//   event: progress   data: {"stage":"composing","done":3,"total":16}        no id: it is not sent again
//   event: bar        data: the bar (docs/reference/json.md)                 id: its number
//   event: end        data: the job                                          id: the last bar's and one
// A line that begins with a colon every few seconds shows whether the client is still there.
class EventStream {
 public:
  // `bars_seen`: the Last-Event-ID of a client that comes back, else 0. `ended_job`: JSON of the job once it has ended.
  EventStream(std::shared_ptr<const LiveJob> live, std::size_t bars_seen,
              std::function<std::string()> ended_job);

  // Empty: it is over.
  std::string next();

 private:
  std::shared_ptr<const LiveJob> live_;
  std::size_t bars_seen_;
  JobProgress seen_{.stage = {}};
  std::function<std::string()> ended_job_;
  bool is_over_ = false;
};

}  // namespace s2m::serve
