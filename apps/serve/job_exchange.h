// Between this process and the others that share its store: leases of the jobs that run here, and the progress of those
// that run elsewhere.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "apps/serve/live_job.h"
#include "apps/serve/shared.h"

namespace s2m::serve {

// One thread: it publishes what the workers here write, tells the streams here what other processes publish, and takes up
// jobs whose worker is silent. While the store cannot be reached, it tries again.
class JobExchange {
 public:
  // `wake`: jobs may wait.
  JobExchange(const Shared& shared, std::function<void()> wake);
  ~JobExchange() { stop(); }
  JobExchange(const JobExchange&) = delete;
  JobExchange& operator=(const JobExchange&) = delete;

  // From here to end() a job runs in this process. Where another process cancels it, or has taken it for abandoned, `live`
  // is asked to cancel.
  void begin(const Job& job, std::shared_ptr<LiveJob> live);
  void end(const std::string& id);
  // A job as it is published, for as long as the result is held.
  std::shared_ptr<const LiveJob> follow(const std::string& id);
  void interrupt();  // what is followed, from now on
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  struct Own {
    Job job;
    std::shared_ptr<LiveJob> live;
    JobProgress published = {.stage = {}};
    std::size_t bars = 0;
    Clock::time_point renewed = {};
  };
  struct Followed {
    std::weak_ptr<LiveJob> live;
    std::size_t bars = 0;
    bool is_stale = true;
  };

  void work();
  void work_once();
  void hear(const std::string& notice);
  void publish_all();
  void publish(Own& own);
  void refresh_all();
  void refresh(const std::string& id, LiveJob& live);
  void tend();

  Shared shared_;
  std::function<void()> wake_;
  std::atomic<bool> stopping_{false}, is_interrupted_{false};
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Own>> own_;
  std::map<std::string, Followed> followed_;
  Clock::time_point tended_, expired_;
  std::thread thread_;
};

}  // namespace s2m::serve
