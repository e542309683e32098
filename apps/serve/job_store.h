// Jobs and their results on disk: they outlive the server, however it ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/serve/database.h"
#include "apps/serve/live_job.h"

namespace s2m::serve {

enum class JobState : std::uint8_t { kQueued, kRunning, kDone, kFailed, kCancelled };
std::string_view name_of(JobState state);  // "queued", ...
inline constexpr bool is_finished(JobState state) { return state >= JobState::kDone; }

struct Job {
  std::int64_t number = 0;  // ascending in the order of arrival
  std::string id;           // 32 hexadecimal digits that nobody can guess
  JobState state = JobState::kQueued;
  std::int64_t created_ms = 0;  // since 1970; 0: not yet
  std::int64_t started_ms = 0;
  std::int64_t finished_ms = 0;
  std::string title;
  std::string request;        // JSON, as it was asked
  std::string summary;        // JSON of a finished one; empty before
  std::string error;          // JSON of a failed one
  int attempts = 0;           // how often its work was begun
  std::string claim;          // of whoever works on it: nobody else knows it
  JobProgress progress = {};  // as it was published
};

// Bytes by the name of their format (job_files.h).
using JobFiles = std::map<std::string, std::string>;

enum class Admission : std::uint8_t { kAdded, kKnown, kQueueFull, kKeyOfAnother };
struct Admitted {
  Admission admission = Admission::kAdded;
  Job job;  // the new one, or the one that has the key already
};

// So long a job is its worker's without a sign of life; so often it is begun, at most.
struct JobLease {
  std::chrono::milliseconds time{15'000};
  int most_attempts = 3;
};

// All members may be called from any thread. Each is one transaction. After a lost connection it is tried once more, which
// changes nothing where the first try was carried out; then it throws StoreUnavailable.
class JobStore {
 public:
  // A folder or the URI of a PostgreSQL database: see open_database().
  explicit JobStore(const std::string& store, JobLease lease = {});

  // Whether other processes work on the same jobs.
  bool is_shared() const { return database_->is_shared(); }
  const JobLease& lease() const { return lease_; }

  // Refuses when `most_queued` jobs wait. Two requests with one key make one job; the same key with another request is
  // refused.
  Admitted add(const std::string& request, const std::string& title, const std::optional<std::string>& key,
               int most_queued);

  // The oldest queued job, which runs from now on.
  std::optional<Job> claim();
  // Jobs whose worker is silent wait again, or failed where they were begun too often. How many there were.
  std::int64_t recover();
  std::vector<std::string> waiting();  // the ids of all queued jobs

  // Of a job that was claimed, until it is cancelled or taken for abandoned; then nothing is changed.
  void put_back(const Job& job);  // it waits again, as if it had not begun
  void finish(const Job& job, const std::string& title, const std::string& summary, const JobFiles& files);
  void fail(const Job& job, const std::string& error);
  // Renews the lease and shows the others progress and further bars, whose first has the number `first_bar`. False where
  // the job is no longer this claim's.
  bool publish(const Job& job, const JobProgress& progress, std::size_t first_bar,
               const std::vector<std::string>& bars);

  bool cancel(const std::string& id);  // false for an unknown one and for one that has ended

  std::optional<Job> find(const std::string& id);
  // The newest first, at most `limit`, of those whose number is below `before`.
  std::vector<Job> list(int limit, std::int64_t before);
  std::vector<std::string> bars_after(const std::string& id, std::size_t seen);  // that were published
  bool remove(const std::string& id);                     // false for an unknown one and for one that runs
  void remove_older_than(std::chrono::milliseconds age);  // since their end
  std::optional<std::string> file(const std::string& id, const std::string& format);
  std::map<std::string, std::int64_t> counts();  // jobs by their state's name

  // What the other processes did: ids of jobs that changed, kJobsWait, or an empty one for anything. For one thread.
  std::vector<std::string> wait(std::chrono::milliseconds time) { return database_->wait(time); }
  static constexpr std::string_view kJobsWait = "queued";

 private:
  template <class Work>
  auto attempt(Work work);
  SqlResult run(const std::string& statement, std::initializer_list<SqlValue> values);

  JobLease lease_;
  std::mutex mutex_;
  std::unique_ptr<Database> database_;
};

}  // namespace s2m::serve
