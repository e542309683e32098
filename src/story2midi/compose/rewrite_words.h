// Which part of a piece is written anew, in the words of `compose --only` and `--lock`.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "story2midi/compose/rewrite.h"

namespace s2m {

// `only`: "section:3", "section:2-3", "bars:17-24", "part:melody", "part:bass", "part:accompaniment", counted from 1; none:
// the whole piece. `lock`: "harmony", "melody", "rhythm".
struct RewriteWords {
  std::vector<std::string> only = {}, lock = {};
};

// Throws Error with `actual` for a word that cannot be read.
void check(const RewriteWords& words);

// One scope for each stretch of bars, ascending. Throws Error likewise, and for a section that the piece lacks.
std::vector<RewriteScope> scopes_of(const RewriteWords& words, const Piece& piece);

// As a file states it: "bars 17 to 24: melody".
std::string describe(const RewriteScope& scope);

}  // namespace s2m
