// Workers that compose the queued jobs of a store.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "apps/serve/engine.h"
#include "apps/serve/job_store.h"
#include "apps/serve/live_job.h"
#include "apps/serve/log.h"
#include "apps/serve/metrics.h"
#include "apps/serve/music_request.h"

namespace s2m::serve {

// What the parts of the service share.
struct Shared {
  Engine& engine;
  JobStore& store;
  Metrics& metrics;
  Log& log;
  MusicLimits limits = {};
  std::chrono::milliseconds kept{0};  // a job after its end; 0: for ever
};

class JobRunner {
 public:
  // Takes up what an earlier server left.
  JobRunner(const Shared& shared, int workers);
  ~JobRunner() { stop(); }

  void add(const Job& job);  // one that was just queued
  // False for one that is not there or has finished.
  bool cancel(const std::string& id);
  void forget(const std::string& id);                                // its event streams end
  std::shared_ptr<const LiveJob> live(const std::string& id) const;  // none: finished, or unknown
  // Running jobs stop at their next bar and wait in the store; event streams end.
  void interrupt();
  void stop();  // the same, and waits for the workers

 private:
  void work();
  bool work_once();
  void expire();
  std::shared_ptr<LiveJob> live_of(const std::string& id);
  void run(const Job& job, LiveJob& live);
  void compose(const Job& job, LiveJob& live);
  bool goes_on(const LiveJob& live) const { return !stopping_ && !live.is_cancelled(); }

  Shared shared_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::condition_variable queued_;
  std::map<std::string, std::shared_ptr<LiveJob>> live_;
  std::uint64_t arrivals_ = 0;
  std::vector<std::thread> workers_;
};

}  // namespace s2m::serve
