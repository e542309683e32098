// compose --from: which part of a saved piece is written anew.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "story2midi/compose/rewrite_words.h"

namespace s2m::apps {

// --from, --only, --lock.
struct RewriteFlags {
  std::string from;
  std::vector<std::string> only, lock;
  void add_to(CLI::App& command);
  bool any() const { return !from.empty() || !only.empty() || !lock.empty(); }

  RewriteWords words() const;  // throws UsageError for what cannot be read
};

}  // namespace s2m::apps
