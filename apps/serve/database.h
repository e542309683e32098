// The database behind the job store: statements with values, and transactions. SQLite in a folder, or PostgreSQL.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "story2midi/base/error.h"

namespace s2m::serve {

// The database cannot be reached now. The same work may succeed later.
struct StoreUnavailable : Error {
  explicit StoreUnavailable(const std::string& reason)
      : Error(ErrorKind::kSystem, "store", "cannot be reached", "a PostgreSQL server", reason) {}
};

struct SqlBytes {
  std::string_view bytes;
};
using SqlValue = std::variant<std::monostate, std::int64_t, std::string_view, SqlBytes>;  // monostate: NULL
using SqlCell = std::variant<std::monostate, std::int64_t, std::string>;

struct SqlResult {
  std::vector<std::vector<SqlCell>> rows;
  std::int64_t changes = 0;  // rows that were inserted, updated or deleted
};

// Where the two differ.
struct SqlDialect {
  const char* now_ms;       // an expression: milliseconds since 1970 by the database's clock
  const char* skip_locked;  // ends a SELECT of a row that nobody else shall take
  const char* begin;        // begins a transaction
  const char* begin_alone;  // ... of which there is one at a time
};

// A connection, for one thread at a time. Members throw Error of kind kSystem, and StoreUnavailable where the connection is
// lost.
class Database {
 public:
  Database() = default;
  virtual ~Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  virtual const SqlDialect& dialect() const = 0;
  // The values stand in the statement as $1, $2, ...
  virtual SqlResult run(const std::string& statement, std::initializer_list<SqlValue> values = {}) = 0;
  virtual void run_script(const std::string& statements) = 0;

  // What follows is of use where other processes work on the same database.
  virtual bool is_shared() const { return false; }
  // Connects again after a loss. Called before each piece of work, never within a transaction.
  virtual void revive() {}
  // Every process that waits is told `notice`, when the transaction is committed.
  virtual void notify([[maybe_unused]] std::string_view notice) {}
  // Notices since the last call, at the latest after `time`. One that is empty stands for any that may have been lost. One
  // thread may call this beside the one that works.
  virtual std::vector<std::string> wait([[maybe_unused]] std::chrono::milliseconds time) { return {}; }
};

// Rolled back unless committed.
class Transaction {
 public:
  Transaction(Database& database, const char* begin) : database_(database) { database_.run_script(begin); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool is_open_ = true;
};

// "postgresql://..." or "postgres://...".
bool is_shared_store(std::string_view store);
// The store without its password, for logs.
std::string shown_store(const std::string& store);
// A PostgreSQL server by its URI, else a folder, which is made where it is missing. Tables are made, too. Throws Error: it
// cannot be used, another server uses the folder, or the program was built without PostgreSQL.
std::unique_ptr<Database> open_database(const std::string& store);

}  // namespace s2m::serve
