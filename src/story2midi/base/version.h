// Which story2midi this is. The definitions are generated at build time (cmake/version.cmake).
#pragma once

#include <string_view>

namespace s2m {

// "0.1.0": semantic versioning.
std::string_view version();

// The first twelve hexadecimal digits of the git commit that was built; "unknown" outside a checkout.
std::string_view commit();

}  // namespace s2m
