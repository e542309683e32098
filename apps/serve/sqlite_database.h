// A store of one server: the file jobs.sqlite in a folder.
#pragma once

#include <filesystem>
#include <memory>

#include "apps/serve/database.h"

namespace s2m::serve {

// `folder` is made where it is missing, for its owner alone. Throws Error of kind kSystem where it cannot be used, or
// another server uses it.
std::unique_ptr<Database> open_sqlite(const std::filesystem::path& folder);

}  // namespace s2m::serve
