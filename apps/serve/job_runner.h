// Workers that compose the queued jobs of a store.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "apps/serve/job_exchange.h"
#include "apps/serve/shared.h"

namespace s2m::serve {

class JobRunner {
 public:
  // Takes up what an earlier server left. No worker: other processes work on a shared store.
  JobRunner(const Shared& shared, int workers);
  ~JobRunner() { stop(); }

  void add(const Job& job);  // one that was just queued
  // False for one that is not there or has finished.
  bool cancel(const std::string& id);
  void forget(const std::string& id);  // its event streams end
  // A job that has not finished; none: it finished in the meantime, or is unknown.
  std::shared_ptr<const LiveJob> live(const std::string& id);
  std::optional<JobProgress> progress(const Job& job) const;
  // Running jobs stop at their next bar and wait in the store; event streams end.
  void interrupt();
  void stop();  // the same, and waits for the workers

 private:
  void work();
  bool work_once();
  void wake();
  void settle(const std::function<void()>& write);
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
  std::unique_ptr<JobExchange> exchange_;  // none: the store is this process's alone
  std::vector<std::thread> workers_;
};

}  // namespace s2m::serve
