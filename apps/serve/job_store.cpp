#include "apps/serve/job_store.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <chrono>

#include "apps/serve/problem.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"

namespace s2m::serve {
namespace {

constexpr std::array<std::string_view, 5> kStateNames{"queued", "running", "done", "failed", "cancelled"};
constexpr const char* kColumns =
    "number, id, state, created_ms, started_ms, finished_ms, title, {}, summary, error, attempts, claim, "
    "stage, "
    "done, total";

// States stand in statements by their number.
static_assert(static_cast<int>(JobState::kQueued) == 0 && static_cast<int>(JobState::kRunning) == 1 &&
              static_cast<int>(JobState::kDone) == 2 && static_cast<int>(JobState::kFailed) == 3 &&
              static_cast<int>(JobState::kCancelled) == 4);

std::string new_id() {
  std::array<std::uint64_t, 2> random{};
  if (::getrandom(random.data(), sizeof random, 0) != sizeof random)
    throw Error(ErrorKind::kSystem, "store", "no random numbers");
  return to_hex(random[0]) + to_hex(random[1]);
}

Job job_in(const std::vector<SqlCell>& row) {
  const auto integer = [&](std::size_t column) { return std::get<std::int64_t>(row[column]); };
  const auto text = [&](std::size_t column) { return std::get<std::string>(row[column]); };
  return {integer(0),
          text(1),
          static_cast<JobState>(integer(2)),
          integer(3),
          integer(4),
          integer(5),
          text(6),
          text(7),
          text(8),
          text(9),
          static_cast<int>(integer(10)),
          text(11),
          {text(12), static_cast<std::uint64_t>(integer(13)), static_cast<std::uint64_t>(integer(14))}};
}

SqlValue text_or_null(const std::optional<std::string>& text) {
  return text ? SqlValue(std::string_view(*text)) : SqlValue();
}

std::string columns() { return fmt::format(kColumns, "request"); }

std::string select(const char* rest) { return fmt::format("SELECT {} FROM jobs {}", columns(), rest); }

}  // namespace

std::string_view name_of(JobState state) { return kStateNames[static_cast<std::size_t>(state)]; }

JobStore::JobStore(const std::string& store, JobLease lease)
    : lease_(lease), database_(open_database(store)) {}

template <class Work>
auto JobStore::attempt(Work work) {
  const std::lock_guard lock(mutex_);
  try {
    database_->revive();
    return work();
  } catch (const StoreUnavailable&) {
    database_->revive();
    return work();
  }
}

SqlResult JobStore::run(const std::string& statement, std::initializer_list<SqlValue> values) {
  return database_->run(statement, values);
}

Admitted JobStore::add(const std::string& request, const std::string& title,
                       const std::optional<std::string>& key, int most_queued) {
  const auto id = new_id();
  const auto& dialect = database_->dialect();
  return attempt([&]() -> Admitted {
    Transaction transaction(*database_, dialect.begin_alone);
    if (const auto same = run(select("WHERE id=$1 OR key=$2"), {id, text_or_null(key)}).rows; !same.empty()) {
      auto job = job_in(same[0]);
      const auto admission = job.id == id             ? Admission::kAdded  // by the try before this one
                             : job.request == request ? Admission::kKnown
                                                      : Admission::kKeyOfAnother;
      return {admission, std::move(job)};
    }
    const auto waiting = run("SELECT COUNT(*) FROM jobs WHERE state=0", {}).rows;
    if (std::get<std::int64_t>(waiting[0][0]) >= most_queued) return {Admission::kQueueFull, {}};
    const auto made =
        run(fmt::format(
                "INSERT INTO jobs(id, state, created_ms, title, request, key) VALUES($1, 0, {}, $2, $3, $4) "
                "RETURNING {}",
                dialect.now_ms, columns()),
            {id, title, request, text_or_null(key)});
    database_->notify(kJobsWait);
    transaction.commit();
    return {Admission::kAdded, job_in(made.rows[0])};
  });
}

std::optional<Job> JobStore::claim() {
  const auto& dialect = database_->dialect();
  const auto statement = fmt::format(
      "UPDATE jobs SET state=1, started_ms={0}, attempts=attempts+1, claim=$1, lease_ms={0}+$2, "
      "stage='reading', "
      "done=0, total=0 WHERE number=(SELECT number FROM jobs WHERE state=0 ORDER BY number LIMIT 1 {1}) "
      "RETURNING {2}",
      dialect.now_ms, dialect.skip_locked, columns());
  const auto claim = new_id();
  return attempt([&]() -> std::optional<Job> {
    const auto claimed = run(statement, {claim, lease_.time.count()}).rows;
    if (claimed.empty()) return std::nullopt;
    auto job = job_in(claimed[0]);
    database_->notify(job.id);
    return job;
  });
}

std::int64_t JobStore::recover() {
  const auto now = database_->dialect().now_ms;
  const Problem problem{500,
                        "job",
                        "the server ended while it composed this",
                        {},
                        fmt::format("{} times", lease_.most_attempts)};
  const auto failing = fmt::format(
      "UPDATE jobs SET state=3, error=$1, finished_ms={0}, claim='' WHERE state=1 AND lease_ms<{0} AND "
      "attempts>=$2 "
      "RETURNING id",
      now);
  const auto waiting = fmt::format(
      "UPDATE jobs SET state=0, claim='', stage='queued' WHERE state=1 AND lease_ms<{0} RETURNING id", now);
  return attempt([&] {
    Transaction transaction(*database_, database_->dialect().begin);
    auto changed = run(failing, {to_json(problem), std::int64_t{lease_.most_attempts}}).rows;
    const auto again = run(waiting, {}).rows;
    changed.insert(changed.end(), again.begin(), again.end());
    for (const auto& row : changed) database_->notify(std::get<std::string>(row[0]));
    if (!again.empty()) database_->notify(kJobsWait);
    transaction.commit();
    return static_cast<std::int64_t>(changed.size());
  });
}

std::vector<std::string> JobStore::waiting() {
  return attempt([&] {
    std::vector<std::string> ids;
    for (const auto& row : run("SELECT id FROM jobs WHERE state=0 ORDER BY number", {}).rows)
      ids.push_back(std::get<std::string>(row[0]));
    return ids;
  });
}

void JobStore::put_back(const Job& job) {
  attempt([&] {
    run("UPDATE jobs SET state=0, attempts=attempts-1, started_ms=0, claim='', stage='queued' WHERE "
        "number=$1 AND "
        "claim=$2 AND state=1",
        {job.number, job.claim});
    database_->notify(kJobsWait);
  });
}

void JobStore::finish(const Job& job, const std::string& title, const std::string& summary,
                      const JobFiles& files) {
  const auto statement = fmt::format(
      "UPDATE jobs SET state=2, finished_ms={}, title=$1, summary=$2 WHERE number=$3 AND claim=$4 AND "
      "state=1",
      database_->dialect().now_ms);
  attempt([&] {
    Transaction transaction(*database_, database_->dialect().begin);
    if (run(statement, {title, summary, job.number, job.claim}).changes == 0) return;
    for (const auto& [format, bytes] : files)
      run("INSERT INTO files(job, format, bytes) VALUES($1, $2, $3)", {job.number, format, SqlBytes{bytes}});
    run("DELETE FROM bars WHERE job=$1", {job.number});
    database_->notify(job.id);
    transaction.commit();
  });
}

void JobStore::fail(const Job& job, const std::string& error) {
  const auto statement = fmt::format(
      "UPDATE jobs SET state=3, finished_ms={}, error=$1 WHERE number=$2 AND claim=$3 AND state=1",
      database_->dialect().now_ms);
  attempt([&] {
    run(statement, {error, job.number, job.claim});
    database_->notify(job.id);
  });
}

bool JobStore::publish(const Job& job, const JobProgress& progress, std::size_t first_bar,
                       const std::vector<std::string>& bars) {
  const auto statement = fmt::format(
      "UPDATE jobs SET stage=$1, done=$2, total=$3, lease_ms={}+$4 WHERE number=$5 AND claim=$6 AND state=1",
      database_->dialect().now_ms);
  return attempt([&] {
    Transaction transaction(*database_, database_->dialect().begin);
    const auto done = static_cast<std::int64_t>(progress.done),
               total = static_cast<std::int64_t>(progress.total);
    if (run(statement, {progress.stage, done, total, lease_.time.count(), job.number, job.claim}).changes ==
        0)
      return false;
    auto number = static_cast<std::int64_t>(first_bar);
    for (const auto& bar : bars)
      run("INSERT INTO bars(job, number, json) VALUES($1, $2, $3) ON CONFLICT(job, number) DO NOTHING",
          {job.number, number++, bar});
    database_->notify(job.id);
    transaction.commit();
    return true;
  });
}

bool JobStore::cancel(const std::string& id) {
  const auto statement = fmt::format(
      "UPDATE jobs SET state=4, finished_ms={} WHERE id=$1 AND state IN (0, 1)", database_->dialect().now_ms);
  return attempt([&] {
    const bool was_there = run(statement, {id}).changes > 0;
    if (was_there) database_->notify(id);
    return was_there;
  });
}

std::optional<Job> JobStore::find(const std::string& id) {
  return attempt([&]() -> std::optional<Job> {
    const auto found = run(select("WHERE id=$1"), {id}).rows;
    if (found.empty()) return std::nullopt;
    return job_in(found[0]);
  });
}

std::vector<Job> JobStore::list(int limit, std::int64_t before) {
  // Without the stories, which may be long.
  const auto statement = fmt::format("SELECT {} FROM jobs WHERE number<$1 ORDER BY number DESC LIMIT $2",
                                     fmt::format(kColumns, "title"));
  return attempt([&] {
    std::vector<Job> jobs;
    for (const auto& row : run(statement, {before, std::int64_t{limit}}).rows) jobs.push_back(job_in(row));
    return jobs;
  });
}

std::vector<std::string> JobStore::bars_after(const std::string& id, std::size_t seen) {
  return attempt([&] {
    std::vector<std::string> bars;
    for (const auto& row :
         run("SELECT json FROM bars JOIN jobs ON job=jobs.number WHERE id=$1 AND bars.number>$2 "
             "ORDER BY bars.number",
             {id, static_cast<std::int64_t>(seen)})
             .rows)
      bars.push_back(std::get<std::string>(row[0]));
    return bars;
  });
}

bool JobStore::remove(const std::string& id) {
  return attempt([&] {
    const bool was_there = run("DELETE FROM jobs WHERE id=$1 AND state<>1", {id}).changes > 0;
    if (was_there) database_->notify(id);
    return was_there;
  });
}

void JobStore::remove_older_than(std::chrono::milliseconds age) {
  const auto statement =
      fmt::format("DELETE FROM jobs WHERE finished_ms>0 AND finished_ms<{}-$1", database_->dialect().now_ms);
  attempt([&] { run(statement, {std::int64_t{age.count()}}); });
}

std::optional<std::string> JobStore::file(const std::string& id, const std::string& format) {
  return attempt([&]() -> std::optional<std::string> {
    const auto found =
        run("SELECT bytes FROM files JOIN jobs ON job=number WHERE id=$1 AND format=$2", {id, format}).rows;
    if (found.empty()) return std::nullopt;
    return std::get<std::string>(found[0][0]);
  });
}

std::map<std::string, std::int64_t> JobStore::counts() {
  return attempt([&] {
    std::map<std::string, std::int64_t> counts;
    for (const auto name : kStateNames) counts[std::string(name)] = 0;
    for (const auto& row : run("SELECT state, COUNT(*) FROM jobs GROUP BY state", {}).rows)
      counts[std::string(name_of(static_cast<JobState>(std::get<std::int64_t>(row[0]))))] =
          std::get<std::int64_t>(row[1]);
    return counts;
  });
}

}  // namespace s2m::serve
