#include "apps/serve/database.h"

#include "apps/serve/postgres_database.h"
#include "apps/serve/sqlite_database.h"

namespace s2m::serve {

Transaction::~Transaction() {
  if (!is_open_) return;
  try {
    database_.run_script("ROLLBACK");
  } catch (const Error&) {
    // It is rolled back already, or was with its connection.
  }
}

void Transaction::commit() {
  database_.run_script("COMMIT");
  is_open_ = false;
}

bool is_shared_store(std::string_view store) {
  return store.starts_with("postgresql://") || store.starts_with("postgres://");
}

std::string shown_store(const std::string& store) {
  return is_shared_store(store) ? shown_postgres(store) : store;
}

std::unique_ptr<Database> open_database(const std::string& store) {
  if (is_shared_store(store)) return open_postgres(store);
  if (store.find("://") != store.npos)
    throw Error(ErrorKind::kUnsupported, "store", "is of an unknown kind",
                "a folder, or postgresql://USER@HOST:PORT/DATABASE",
                store.substr(0, store.find("://")) + "://...");
  return open_sqlite(store);
}

}  // namespace s2m::serve
