// compose --from: which part of a saved piece is written anew.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "story2midi/compose/rewrite.h"

namespace s2m::apps {

// --from, --only, --lock.
struct RewriteFlags {
  std::string from;
  std::vector<std::string> only, lock;
  void add_to(CLI::App& command);
  bool any() const { return !from.empty() || !only.empty() || !lock.empty(); }

  // One scope for each stretch of bars, ascending. Throws UsageError for what cannot be read, Error for a section that the
  // piece lacks.
  std::vector<RewriteScope> scopes_of(const Piece& piece) const;
};

// As a file tells it: "bars 17 to 24: melody".
std::string describe(const RewriteScope& scope);

}  // namespace s2m::apps
