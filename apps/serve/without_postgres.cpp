// A build without libpq.
#include "apps/serve/postgres_database.h"

namespace s2m::serve {

std::unique_ptr<Database> open_postgres([[maybe_unused]] const std::string& uri) {
  throw Error(ErrorKind::kUnsupported, "store", "this program was built without PostgreSQL",
              "a folder, or a build with libpq-dev", "postgresql://");
}

std::string shown_postgres([[maybe_unused]] const std::string& uri) { return "postgresql://"; }

}  // namespace s2m::serve
