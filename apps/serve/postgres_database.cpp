#include "apps/serve/postgres_database.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace s2m::serve {
namespace {

constexpr std::int64_t kVersion = 1;   // of the tables
constexpr Oid kInt8 = 20, kInt4 = 23;  // pg_type.dat of PostgreSQL's sources
constexpr std::chrono::milliseconds kShortestPause{100}, kLongestPause{5000};

// Texts of users are BYTEA: TEXT holds no zero bytes.
constexpr const char* kTables = R"sql(
CREATE SCHEMA IF NOT EXISTS story2midi;
CREATE TABLE IF NOT EXISTS story2midi.store(version BIGINT NOT NULL);
INSERT INTO story2midi.store SELECT 1 WHERE NOT EXISTS (SELECT FROM story2midi.store);
CREATE TABLE IF NOT EXISTS story2midi.jobs(
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id TEXT NOT NULL UNIQUE, state BIGINT NOT NULL,
  created_ms BIGINT NOT NULL, started_ms BIGINT NOT NULL DEFAULT 0, finished_ms BIGINT NOT NULL DEFAULT 0,
  title BYTEA NOT NULL, request BYTEA NOT NULL, summary BYTEA NOT NULL DEFAULT '', error BYTEA NOT NULL DEFAULT '',
  attempts BIGINT NOT NULL DEFAULT 0, key BYTEA UNIQUE, claim TEXT NOT NULL DEFAULT '',
  lease_ms BIGINT NOT NULL DEFAULT 0, stage TEXT NOT NULL DEFAULT 'queued', done BIGINT NOT NULL DEFAULT 0,
  total BIGINT NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS jobs_by_state ON story2midi.jobs(state, number);
CREATE TABLE IF NOT EXISTS story2midi.files(
  job BIGINT NOT NULL REFERENCES story2midi.jobs(number) ON DELETE CASCADE, format TEXT NOT NULL, bytes BYTEA NOT NULL,
  PRIMARY KEY(job, format));
CREATE TABLE IF NOT EXISTS story2midi.bars(
  job BIGINT NOT NULL REFERENCES story2midi.jobs(number) ON DELETE CASCADE, number BIGINT NOT NULL,
  json BYTEA NOT NULL, PRIMARY KEY(job, number));
)sql";
constexpr SqlDialect kPostgres{"CAST(EXTRACT(EPOCH FROM clock_timestamp())*1000 AS BIGINT)",
                               "FOR UPDATE SKIP LOCKED", "BEGIN",
                               "BEGIN; SELECT pg_advisory_xact_lock(83260)"};  // any number that is ours

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;
using Options = std::map<std::string, std::string>;

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

// The parts of a URI. A "@", "/" or ":" that stands in a password as it is would make a host or a port of the rest, which
// messages name: such URIs are refused unquoted.
Options options_in(const std::string& uri) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(
      PQconninfoParse(uri.c_str(), nullptr), &PQconninfoFree);
  Options found;
  for (const auto* each = parsed.get(); each && each->keyword; ++each)
    if (each->val) found[each->keyword] = each->val;
  const auto authority = uri.substr(0, uri.find_first_of("/?", uri.find("://") + 3));
  const auto signs = std::ranges::count(uri, '@');
  const bool is_clear = signs == 0 || (signs == 1 && authority.find('@') != authority.npos);
  const auto port = found["port"];
  if (!parsed || !is_clear || port.find_first_not_of("0123456789,") != port.npos)
    throw Error("store", "is no PostgreSQL URI",
                "postgresql://USER@HOST:PORT/DATABASE, special characters of a password as %40 and the like");
  return found;
}

class Connection {
 public:
  explicit Connection(const std::string& uri) {
    static constexpr std::array kNames{"connect_timeout", "keepalives_idle", "tcp_user_timeout",
                                       "client_encoding", "application_name"};
    static constexpr std::array kUsual{"5", "10", "10000", "UTF8", "story2midi"};
    std::vector<const char*> names(kNames.begin(), kNames.end()), values(kUsual.begin(), kUsual.end());
    names.insert(names.end(), {"dbname", nullptr});
    values.insert(values.end(), {uri.c_str(), nullptr});
    handle_.reset(PQconnectdbParams(names.data(), values.data(), 1));
    PQsetNoticeProcessor(
        handle_.get(), [](void*, const char*) {}, nullptr);
    if (PQstatus(handle_.get()) != CONNECTION_OK)
      throw StoreUnavailable(first_line(PQerrorMessage(handle_.get())));
    checked(PQexec(handle_.get(),
                   "SET search_path TO story2midi; SET statement_timeout TO '30s'; "
                   "SET idle_in_transaction_session_timeout TO '30s'"));
  }

  bool is_alive() const { return PQstatus(handle_.get()) == CONNECTION_OK; }
  PGconn* get() const { return handle_.get(); }

  // Throws unless the statement was executed.
  Result checked(PGresult* made) const {
    Result result(made);
    const auto status = PQresultStatus(made);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
    const char* state = PQresultErrorField(made, PG_DIAG_SQLSTATE);
    const std::string_view kind = std::string_view(state ? state : "08").substr(0, 2);
    // Lost connections, conflicts, full disks, servers that end or take too long: it may succeed later.
    const char* text = PQresultErrorField(made, PG_DIAG_MESSAGE_PRIMARY);
    const auto message = first_line(text ? text : PQerrorMessage(handle_.get()));
    static constexpr std::array<std::string_view, 5> kPassing{"08", "40", "53", "55", "57"};
    if (!is_alive() || std::ranges::find(kPassing, kind) != kPassing.end()) throw StoreUnavailable(message);
    throw Error(ErrorKind::kSystem, "store", "PostgreSQL refused: " + message);
  }

 private:
  std::unique_ptr<PGconn, Finish> handle_;
};

// A connection that is made again after a loss: at once, then after pauses that grow.
class Revived {
 public:
  explicit Revived(std::string uri) : uri_(std::move(uri)) {}

  Connection& operator*() { return *connection_; }
  Connection* operator->() { return &*connection_; }
  // True where it is a new one.
  bool revive() {
    if (connection_ && connection_->is_alive()) return false;
    connection_.reset();
    if (Clock::now() < not_before_) throw StoreUnavailable(reason_);
    try {
      connection_ = std::make_unique<Connection>(uri_);
    } catch (const StoreUnavailable& error) {
      reason_ = error.actual;
      pause_ = std::clamp(2 * pause_, kShortestPause, kLongestPause);
      not_before_ = Clock::now() + pause_;
      throw;
    }
    pause_ = {};
    return true;
  }
  void check_alive() const {
    if (!connection_ || !connection_->is_alive()) throw StoreUnavailable("the connection is lost");
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::string uri_, reason_;
  std::unique_ptr<Connection> connection_;
  std::chrono::milliseconds pause_{};
  Clock::time_point not_before_;
};

// Values travel as bytes, numbers as digits; the server knows the types by the columns.
struct Parameters {
  Parameters(std::initializer_list<SqlValue> given) {
    digits.reserve(given.size());
    for (const auto& value : given) {
      std::string_view bytes;
      if (const auto* number = std::get_if<std::int64_t>(&value))
        bytes = digits.emplace_back(std::to_string(*number));
      else if (const auto* text = std::get_if<std::string_view>(&value))
        bytes = *text;
      else if (const auto* blob = std::get_if<SqlBytes>(&value))
        bytes = blob->bytes;
      const bool is_null = std::holds_alternative<std::monostate>(value);
      values.push_back(is_null ? nullptr : bytes.data() ? bytes.data() : "");
      lengths.push_back(static_cast<int>(bytes.size()));
      formats.push_back(std::holds_alternative<std::int64_t>(value) ? 0 : 1);
    }
  }
  std::vector<std::string> digits;
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
};

// Of a result in binary form.
SqlCell cell_of(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return {};
  const std::string_view bytes(PQgetvalue(result, row, column),
                               static_cast<std::size_t>(PQgetlength(result, row, column)));
  const auto type = PQftype(result, column);
  if (type != kInt8 && type != kInt4) return std::string(bytes);
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return type == kInt4 ? std::int64_t{static_cast<std::int32_t>(number)} : static_cast<std::int64_t>(number);
}

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(const std::string& uri) : work_(uri), notices_(uri) {
    work_.revive();
    Transaction making(*this, kPostgres.begin_alone);
    run_script(kTables);
    making.commit();
    const auto version = std::get<std::int64_t>(run("SELECT version FROM store", {}).rows.at(0).at(0));
    if (version > kVersion)
      throw Error(ErrorKind::kUnsupported, "store", "is of a later version",
                  fmt::format("at most {}", kVersion), fmt::format("{}", version));
  }

  const SqlDialect& dialect() const override { return kPostgres; }
  bool is_shared() const override { return true; }
  void revive() override { work_.revive(); }

  SqlResult run(const std::string& statement, std::initializer_list<SqlValue> values) override {
    work_.check_alive();
    const Parameters sent(values);
    const auto got =
        work_->checked(PQexecParams(work_->get(), statement.c_str(), static_cast<int>(values.size()), nullptr,
                                    sent.values.data(), sent.lengths.data(), sent.formats.data(), 1));
    SqlResult result;
    for (int row = 0; row < PQntuples(got.get()); ++row) {
      auto& cells = result.rows.emplace_back();
      for (int column = 0; column < PQnfields(got.get()); ++column)
        cells.push_back(cell_of(got.get(), row, column));
    }
    const std::string changes = PQcmdTuples(got.get());
    result.changes = changes.empty() ? 0 : std::stoll(changes);
    return result;
  }

  void run_script(const std::string& statements) override {
    work_.check_alive();
    work_->checked(PQexec(work_->get(), statements.c_str()));
  }

  // The identifier alone: a notice holds less than 8000 bytes.
  void notify(std::string_view notice) override { run("SELECT pg_notify('story2midi', $1)", {notice}); }

  std::vector<std::string> wait(std::chrono::milliseconds time) override {
    if (notices_.revive()) {
      notices_->checked(PQexec(notices_->get(), "LISTEN story2midi"));
      return {""};
    }
    pollfd ready{PQsocket(notices_->get()), POLLIN, 0};
    ::poll(&ready, 1, static_cast<int>(time.count()));
    if (!PQconsumeInput(notices_->get())) throw StoreUnavailable(first_line(PQerrorMessage(notices_->get())));
    std::vector<std::string> found;
    while (auto* notice = PQnotifies(notices_->get())) {
      found.emplace_back(notice->extra);
      PQfreemem(notice);
    }
    return found;
  }

 private:
  Revived work_, notices_;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const std::string& uri) {
  options_in(uri);
  return std::make_unique<PostgresDatabase>(uri);
}

std::string shown_postgres(const std::string& uri) {
  auto options = options_in(uri);
  const auto is_folder = options["host"].starts_with('/');
  auto shown = "postgresql://" + options["user"] + (options["user"].empty() ? "" : "@") +
               (is_folder ? "" : options["host"]);
  if (!options["port"].empty() && !is_folder) shown += ":" + options["port"];
  shown += "/" + options["dbname"];
  return is_folder ? shown + "?host=" + options["host"] : shown;
}

}  // namespace s2m::serve
