#include "apps/serve/job_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "apps/serve/problem.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"

namespace s2m::serve {
namespace {

constexpr std::array<std::string_view, 5> kStateNames{"queued", "running", "done", "failed", "cancelled"};
constexpr std::int64_t kVersion = 1;  // of the tables
constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS jobs(
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state INTEGER NOT NULL,
  created_ms INTEGER NOT NULL, started_ms INTEGER NOT NULL DEFAULT 0, finished_ms INTEGER NOT NULL DEFAULT 0,
  title TEXT NOT NULL, request TEXT NOT NULL, summary TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0, key TEXT UNIQUE);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs(state, number);
CREATE TABLE IF NOT EXISTS files(
  job INTEGER NOT NULL REFERENCES jobs(number) ON DELETE CASCADE, format TEXT NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY(job, format)) WITHOUT ROWID;
)sql";
constexpr const char* kColumns =
    "number, id, state, created_ms, started_ms, finished_ms, title, request, summary, error, attempts";

std::int64_t code_of(JobState state) { return static_cast<std::int64_t>(state); }

std::int64_t now_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

std::string new_id() {
  std::array<std::uint64_t, 2> random{};
  if (::getrandom(random.data(), sizeof random, 0) != sizeof random)
    throw Error(ErrorKind::kSystem, "store", "no random numbers");
  return to_hex(random[0]) + to_hex(random[1]);
}

Job job_in(const Statement& row) {
  return {row.integer(0),
          row.text(1),
          static_cast<JobState>(row.integer(2)),
          row.integer(3),
          row.integer(4),
          row.integer(5),
          row.text(6),
          row.text(7),
          row.text(8),
          row.text(9),
          static_cast<int>(row.integer(10))};
}

// An advisory lock that ends with the process.
int lock_of(const std::filesystem::path& file) {
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0)
    throw Error(ErrorKind::kSystem, file.string(), std::string("cannot be written: ") + std::strerror(errno));
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  ::close(lock);
  throw Error(ErrorKind::kSystem, file.parent_path().string(), "another server uses this store",
              "a folder of its own (--store)");
}

std::string select(const char* rest) { return fmt::format("SELECT {} FROM jobs {}", kColumns, rest); }

}  // namespace

std::string_view name_of(JobState state) { return kStateNames[static_cast<std::size_t>(state)]; }

JobStore::JobStore(const std::filesystem::path& folder) {
  std::error_code fault;
  const bool is_new = std::filesystem::create_directories(folder, fault);
  if (fault) throw Error(ErrorKind::kSystem, folder.string(), "cannot be made: " + fault.message());
  if (is_new) ::chmod(folder.c_str(), 0700);
  lock_ = lock_of(folder / "lock");
  try {
    database_.emplace(folder / "jobs.sqlite");
    Statement version(*database_, "PRAGMA user_version");
    version.step();
    if (version.integer(0) > kVersion)
      throw Error(ErrorKind::kUnsupported, folder.string(), "holds a store of a later version",
                  fmt::format("at most {}", kVersion), fmt::format("{}", version.integer(0)));
    database_->run(kTables);
    database_->run(fmt::format("PRAGMA user_version={}", kVersion));
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

JobStore::~JobStore() {
  database_.reset();
  ::close(lock_);
}

Admitted JobStore::add(const std::string& request, const std::string& title,
                       const std::optional<std::string>& key, int most_queued) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(*database_);
  if (key) {
    Statement same(*database_, select("WHERE key=?"));
    if (same.bind(*key).step()) {
      auto job = job_in(same);
      const auto admission = job.request == request ? Admission::kKnown : Admission::kKeyOfAnother;
      return {admission, std::move(job)};
    }
  }
  Statement waiting(*database_, "SELECT COUNT(*) FROM jobs WHERE state=?");
  waiting.bind(code_of(JobState::kQueued)).step();
  if (waiting.integer(0) >= most_queued) return {Admission::kQueueFull, {}};
  const auto id = new_id();
  Statement(*database_, "INSERT INTO jobs(id, state, created_ms, title, request, key) VALUES(?,?,?,?,?,?)")
      .bind(id)
      .bind(code_of(JobState::kQueued))
      .bind(now_ms())
      .bind(title)
      .bind(request)
      .bind_optional(key)
      .run();
  Statement made(*database_, select("WHERE id=?"));
  made.bind(id).step();
  Admitted admitted{Admission::kAdded, job_in(made)};
  transaction.commit();
  return admitted;
}

std::optional<Job> JobStore::claim() {
  const std::lock_guard lock(mutex_);
  Transaction transaction(*database_);
  Statement next(*database_, select("WHERE state=? ORDER BY number LIMIT 1"));
  if (!next.bind(code_of(JobState::kQueued)).step()) return std::nullopt;
  auto job = job_in(next);
  job.state = JobState::kRunning;
  job.started_ms = now_ms();
  ++job.attempts;
  Statement(*database_, "UPDATE jobs SET state=?, started_ms=?, attempts=? WHERE number=?")
      .bind(code_of(job.state))
      .bind(job.started_ms)
      .bind(std::int64_t{job.attempts})
      .bind(job.number)
      .run();
  transaction.commit();
  return job;
}

std::vector<Job> JobStore::recover(int most_attempts) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(*database_);
  const Problem problem{
      500, "job", "the server ended while it composed this", {}, fmt::format("{} times", most_attempts)};
  Statement(*database_, "UPDATE jobs SET state=?, error=?, finished_ms=? WHERE state=? AND attempts>=?")
      .bind(code_of(JobState::kFailed))
      .bind(to_json(problem))
      .bind(now_ms())
      .bind(code_of(JobState::kRunning))
      .bind(std::int64_t{most_attempts})
      .run();
  Statement(*database_, "UPDATE jobs SET state=? WHERE state=?")
      .bind(code_of(JobState::kQueued))
      .bind(code_of(JobState::kRunning))
      .run();
  std::vector<Job> waiting;
  Statement rows(*database_, select("WHERE state=? ORDER BY number"));
  for (rows.bind(code_of(JobState::kQueued)); rows.step();) waiting.push_back(job_in(rows));
  transaction.commit();
  return waiting;
}

void JobStore::put_back(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Statement(*database_, "UPDATE jobs SET state=?, attempts=attempts-1, started_ms=0 WHERE id=? AND state=?")
      .bind(code_of(JobState::kQueued))
      .bind(id)
      .bind(code_of(JobState::kRunning))
      .run();
}

void JobStore::finish(const std::string& id, const std::string& title, const std::string& summary,
                      const JobFiles& files) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(*database_);
  Statement(*database_, "UPDATE jobs SET state=?, finished_ms=?, title=?, summary=? WHERE id=? AND state=?")
      .bind(code_of(JobState::kDone))
      .bind(now_ms())
      .bind(title)
      .bind(summary)
      .bind(id)
      .bind(code_of(JobState::kRunning))
      .run();
  if (database_->changes() == 0) return;  // cancelled in the meantime
  for (const auto& [format, bytes] : files)
    Statement(*database_, "INSERT OR REPLACE INTO files SELECT number, ?, ? FROM jobs WHERE id=?")
        .bind(format)
        .bind_bytes(bytes)
        .bind(id)
        .run();
  transaction.commit();
}

void JobStore::fail(const std::string& id, const std::string& error) {
  const std::lock_guard lock(mutex_);
  Statement(*database_, "UPDATE jobs SET state=?, finished_ms=?, error=? WHERE id=? AND state=?")
      .bind(code_of(JobState::kFailed))
      .bind(now_ms())
      .bind(error)
      .bind(id)
      .bind(code_of(JobState::kRunning))
      .run();
}

void JobStore::cancel(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Statement(*database_, "UPDATE jobs SET state=?, finished_ms=? WHERE id=? AND state IN (?,?)")
      .bind(code_of(JobState::kCancelled))
      .bind(now_ms())
      .bind(id)
      .bind(code_of(JobState::kQueued))
      .bind(code_of(JobState::kRunning))
      .run();
}

std::optional<Job> JobStore::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Statement row(*database_, select("WHERE id=?"));
  if (!row.bind(id).step()) return std::nullopt;
  return job_in(row);
}

std::vector<Job> JobStore::list(int limit, std::int64_t before) {
  const std::lock_guard lock(mutex_);
  // Without the stories, which may be long.
  Statement rows(
      *database_,
      "SELECT number, id, state, created_ms, started_ms, finished_ms, title, '', summary, error, attempts "
      "FROM jobs WHERE number<? ORDER BY number DESC LIMIT ?");
  rows.bind(before).bind(std::int64_t{limit});
  std::vector<Job> jobs;
  while (rows.step()) jobs.push_back(job_in(rows));
  return jobs;
}

bool JobStore::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Statement(*database_, "DELETE FROM jobs WHERE id=? AND state<>?")
      .bind(id)
      .bind(code_of(JobState::kRunning))
      .run();
  return database_->changes() > 0;
}

void JobStore::remove_older_than(std::chrono::milliseconds age) {
  const std::lock_guard lock(mutex_);
  Statement(*database_, "DELETE FROM jobs WHERE finished_ms>0 AND finished_ms<?")
      .bind(now_ms() - age.count())
      .run();
}

std::optional<std::string> JobStore::file(const std::string& id, const std::string& format) {
  const std::lock_guard lock(mutex_);
  Statement row(*database_, "SELECT bytes FROM files JOIN jobs ON job=number WHERE id=? AND format=?");
  if (!row.bind(id).bind(format).step()) return std::nullopt;
  return row.text(0);
}

std::map<std::string, std::int64_t> JobStore::counts() {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::int64_t> counts;
  for (const auto name : kStateNames) counts[std::string(name)] = 0;
  Statement rows(*database_, "SELECT state, COUNT(*) FROM jobs GROUP BY state");
  while (rows.step()) counts[std::string(name_of(static_cast<JobState>(rows.integer(0))))] = rows.integer(1);
  return counts;
}

}  // namespace s2m::serve
