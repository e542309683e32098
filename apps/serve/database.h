// A SQLite database: statements with typed values, transactions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace s2m::serve {

// One connection, for one thread at a time.
class Database {
 public:
  // Opens or makes the file: write-ahead log, every commit synchronised to disk. Throws Error of kind kSystem.
  explicit Database(const std::filesystem::path& file);

  void run(const std::string& sql);
  int changes() const;  // rows that the last statement changed

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// One statement; values are bound in order. Throws Error of kind kSystem.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);

  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind_optional(const std::optional<std::string>& text);
  Statement& bind_bytes(std::string_view bytes);

  bool step();  // true: there is a row
  void run() { step(); }

  std::int64_t integer(int column) const;
  std::string text(int column) const;  // or bytes; empty for NULL
  bool is_null(int column) const;

 private:
  void check(int code) const;
  struct Finish {
    void operator()(sqlite3_stmt* statement) const;
  };
  Database& database_;
  std::unique_ptr<sqlite3_stmt, Finish> handle_;
  int bound_ = 0;
};

// BEGIN IMMEDIATE, so that what is read before it is written cannot change in between; rolled back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool is_open_ = true;
};

}  // namespace s2m::serve
