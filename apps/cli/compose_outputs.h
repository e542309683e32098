// What `compose` writes of a piece, and what it tells.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "apps/cli/compose_flags.h"
#include "story2midi/batch.h"
#include "story2midi/formats/save.h"

namespace s2m::apps {

// A file that is written, and the name that the summary gives it.
struct Output {
  std::string option, kind;
  std::filesystem::path path;
  PieceFormat format;
};

std::vector<Output> outputs_of(const ComposeFlags& options);

// Refuses, before any work, outputs that are inputs or each other. Throws UsageError or Error.
void check_outputs(const ComposeFlags& options, const std::vector<Output>& outputs);

// The story's title, else its file's name, else its opening words.
std::string title_of(const ComposeFlags& options, const Story& story, const Plan& plan);

// Writes the files; the summary names them.
PieceSummary write_outputs(const ComposeFlags& options, const ComposedPiece& piece, const std::string& title,
                           const std::vector<Output>& outputs);

// Writes the files and tells of them.
void finish(const ComposeFlags& options, const ComposedPiece& piece, const std::string& title,
            const std::vector<Output>& outputs);

}  // namespace s2m::apps
