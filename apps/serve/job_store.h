// Jobs and their results on disk: they outlive the server, however it ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/serve/database.h"

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
  std::string request;  // JSON, as it was asked
  std::string summary;  // JSON of a finished one; empty before
  std::string error;    // JSON of a failed one
  int attempts = 0;     // how often its work was begun
};

// Bytes by the name of their format (job_files.h).
using JobFiles = std::map<std::string, std::string>;

enum class Admission : std::uint8_t { kAdded, kKnown, kQueueFull, kKeyOfAnother };
struct Admitted {
  Admission admission = Admission::kAdded;
  Job job;  // the new one, or the one that has the key already
};

// All members may be called from any thread.
class JobStore {
 public:
  // `folder` is made where it is missing, for its owner alone. Throws Error of kind kSystem where it cannot be used, or
  // another server uses it.
  explicit JobStore(const std::filesystem::path& folder);
  ~JobStore();

  // Refuses when `most_queued` jobs wait. Two requests with one key make one job; the same key with another request is
  // refused.
  Admitted add(const std::string& request, const std::string& title, const std::optional<std::string>& key,
               int most_queued);

  // The oldest queued job, which runs from now on.
  std::optional<Job> claim();
  // What an earlier server left unfinished waits again, or failed where its work was begun `most_attempts` times. Returns
  // all that wait.
  std::vector<Job> recover(int most_attempts);
  // A running job waits again, as if it had not begun.
  void put_back(const std::string& id);

  // Of a running job; one that was cancelled in the meantime stays so.
  void finish(const std::string& id, const std::string& title, const std::string& summary,
              const JobFiles& files);
  void fail(const std::string& id, const std::string& error);
  void cancel(const std::string& id);  // unless it has finished

  std::optional<Job> find(const std::string& id);
  // The newest first, at most `limit`, of those whose number is below `before`.
  std::vector<Job> list(int limit, std::int64_t before);
  bool remove(const std::string& id);                     // false for an unknown one and for one that runs
  void remove_older_than(std::chrono::milliseconds age);  // since their end
  std::optional<std::string> file(const std::string& id, const std::string& format);
  std::map<std::string, std::int64_t> counts();  // jobs by their state's name

 private:
  std::mutex mutex_;
  int lock_ = -1;
  std::optional<Database> database_;
};

}  // namespace s2m::serve
