// compose --per chapter: a book becomes a suite of pieces in a folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "story2midi/compose/composer.h"

namespace s2m::apps {

// --per, --interludes.
struct SuiteFlags {
  std::string per;
  std::optional<double> interludes;
  void add_to(CLI::App& command);
  bool any() const { return !per.empty() || interludes; }
};

struct SuiteJob {
  const StorySource& story;
  const ModelSource& models;
  const PlanFlags& plan;
  const SuiteFlags& suite;
  const ComposeOptions& compose;            // movement N has the seed + N - 1
  const std::vector<std::string>& outputs;  // folders, or paths with a star for a movement's name
  bool json = false;
};

// Movements that are written stay where the work is stopped. Throws UsageError and Error.
void compose_suite(const SuiteJob& job);

}  // namespace s2m::apps
