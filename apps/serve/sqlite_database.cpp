#include "apps/serve/sqlite_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace s2m::serve {
namespace {

constexpr int kBusyMilliseconds = 5000;
constexpr std::int64_t kVersion = 2;  // of the tables
constexpr const char* kTables = R"sql(
CREATE TABLE jobs(
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state INTEGER NOT NULL,
  created_ms INTEGER NOT NULL, started_ms INTEGER NOT NULL DEFAULT 0, finished_ms INTEGER NOT NULL DEFAULT 0,
  title TEXT NOT NULL, request TEXT NOT NULL, summary TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0, key TEXT UNIQUE);
CREATE INDEX jobs_by_state ON jobs(state, number);
CREATE TABLE files(
  job INTEGER NOT NULL REFERENCES jobs(number) ON DELETE CASCADE, format TEXT NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY(job, format)) WITHOUT ROWID;
)sql";
// What version 2 has beyond version 1: who works on a job, until when, and how far it is.
constexpr const char* kClaims = R"sql(
ALTER TABLE jobs ADD COLUMN claim TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN lease_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN stage TEXT NOT NULL DEFAULT 'queued';
ALTER TABLE jobs ADD COLUMN done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN total INTEGER NOT NULL DEFAULT 0;
CREATE TABLE bars(
  job INTEGER NOT NULL REFERENCES jobs(number) ON DELETE CASCADE, number INTEGER NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY(job, number)) WITHOUT ROWID;
)sql";
// BEGIN IMMEDIATE, so that what is read before it is written cannot change in between.
constexpr SqlDialect kSqlite{"CAST((julianday('now')-2440587.5)*86400000 AS INTEGER)", "", "BEGIN IMMEDIATE",
                             "BEGIN IMMEDIATE"};

// An advisory lock that ends with the process.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder) {
    const auto file = folder / "lock";
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0)
      throw Error(ErrorKind::kSystem, file.string(),
                  std::string("cannot be written: ") + std::strerror(errno));
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    ::close(descriptor_);
    throw Error(ErrorKind::kSystem, folder.string(), "another server uses this store",
                "a folder of its own (--store)");
  }
  ~FolderLock() { ::close(descriptor_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

struct Finish {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct Close {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};

SqlCell cell_of(sqlite3_stmt* row, int column) {
  if (sqlite3_column_type(row, column) == SQLITE_NULL) return {};
  if (sqlite3_column_type(row, column) == SQLITE_INTEGER)
    return std::int64_t{sqlite3_column_int64(row, column)};
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
  return bytes ? std::string(bytes, size) : std::string();
}

int bind(sqlite3_stmt* statement, int at, const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(statement, at, *number);
  if (const auto* text = std::get_if<std::string_view>(&value))
    return sqlite3_bind_text(statement, at, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
  if (const auto* blob = std::get_if<SqlBytes>(&value))
    return sqlite3_bind_blob(statement, at, blob->bytes.data(), static_cast<int>(blob->bytes.size()),
                             SQLITE_STATIC);
  return sqlite3_bind_null(statement, at);
}

// The folder's lock is held as long as the database is open.
class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(const std::filesystem::path& folder) : lock_(folder) {
    open(folder / "jobs.sqlite");
    const auto version = std::get<std::int64_t>(run("PRAGMA user_version", {}).rows.at(0).at(0));
    if (version > kVersion)
      throw Error(ErrorKind::kUnsupported, folder.string(), "holds a store of a later version",
                  fmt::format("at most {}", kVersion), fmt::format("{}", version));
    if (version == kVersion) return;
    Transaction making(*this, kSqlite.begin);
    if (version == 0) run_script(kTables);
    run_script(kClaims);
    run_script(fmt::format("PRAGMA user_version={}", kVersion));
    making.commit();
  }

  const SqlDialect& dialect() const override { return kSqlite; }

  SqlResult run(const std::string& statement, std::initializer_list<SqlValue> values) override {
    sqlite3_stmt* made = nullptr;
    check(sqlite3_prepare_v2(handle_.get(), statement.data(), static_cast<int>(statement.size()), &made,
                             nullptr));
    const std::unique_ptr<sqlite3_stmt, Finish> prepared(made);
    int number = 0;
    for (const auto& value : values)
      check(bind(made, sqlite3_bind_parameter_index(made, fmt::format("${}", ++number).c_str()), value));
    SqlResult result;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(made)) == SQLITE_ROW) {
      auto& row = result.rows.emplace_back();
      for (int column = 0; column < sqlite3_column_count(made); ++column)
        row.push_back(cell_of(made, column));
    }
    if (code != SQLITE_DONE) fail();
    result.changes = sqlite3_changes64(handle_.get());
    return result;
  }

  void run_script(const std::string& statements) override {
    check(sqlite3_exec(handle_.get(), statements.c_str(), nullptr, nullptr, nullptr));
  }

 private:
  // Write-ahead log, every commit synchronised to disk.
  void open(const std::filesystem::path& file) {
    sqlite3* opened = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    handle_.reset(opened);
    if (code != SQLITE_OK)
      throw Error(ErrorKind::kSystem, file.string(), "cannot be opened as a store", {}, sqlite3_errstr(code));
    sqlite3_busy_timeout(opened, kBusyMilliseconds);
    naming(file.string(), [&] {
      run_script(
          "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA "
          "secure_delete=ON");
    });
  }
  [[noreturn]] void fail() const {
    throw Error(ErrorKind::kSystem, "store", std::string("SQLite refused: ") + sqlite3_errmsg(handle_.get()));
  }
  void check(int code) const {
    if (code != SQLITE_OK) fail();
  }

  FolderLock lock_;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::filesystem::path& folder) {
  std::error_code fault;
  const bool is_new = std::filesystem::create_directories(folder, fault);
  if (fault) throw Error(ErrorKind::kSystem, folder.string(), "cannot be made: " + fault.message());
  if (is_new) ::chmod(folder.c_str(), 0700);
  auto database = std::make_unique<SqliteDatabase>(folder);
  // Who worked on these jobs has ended: the lock was free.
  database->run("UPDATE jobs SET lease_ms=0 WHERE state=1", {});
  return database;
}

}  // namespace s2m::serve
