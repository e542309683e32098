// What the program tells of a piece beside its notes.
#pragma once

#include <cstdio>
#include <string>

#include "apps/cli/command_line.h"
#include "story2midi/batch.h"
#include "story2midi/formats/summary.h"

namespace s2m::apps {

// A line on standard error for each instrument of a theme that no palette of the piece has; nothing with -q.
void warn_of_instruments(const Plan& plan);

// What a file tells of itself. `title` may be empty: then it is the first section's.
void sign(const ModelSource& models, std::string title, ComposedPiece& piece);

// Nothing with -q.
void print_summary(const PieceSummary& summary, std::FILE* out);

}  // namespace s2m::apps
