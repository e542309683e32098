// A store that several servers and workers share: the schema story2midi of a PostgreSQL database.
#pragma once

#include <memory>
#include <string>

#include "apps/serve/database.h"

namespace s2m::serve {

// Throws Error. No message holds the password, and none quotes a URI that cannot be read.
std::unique_ptr<Database> open_postgres(const std::string& uri);
// "postgresql://user@host:port/database", as far as the URI names them.
std::string shown_postgres(const std::string& uri);

}  // namespace s2m::serve
