// The options of `compose`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/rewrite_flags.h"
#include "apps/cli/sound_flags.h"
#include "apps/cli/suite.h"
#include "story2midi/compose/composer.h"

namespace s2m::apps {

struct ComposeFlags {
  StorySource story;
  ModelSource models;
  PlanFlags flags;
  RewriteFlags rewrite;
  SuiteFlags suite;
  ComposeOptions compose;
  CLI::Option *seed_option = nullptr, *humanise_option = nullptr;
  std::vector<std::string> outputs;
  std::string lines, wav, picture, plan_file, saved_themes, parts;
  SoundFlags sound;
  bool text_only = false;
  bool stream = false, live = false, ahead = false, loop = false;
  int intensities = 0;
  bool json = false;
  int takes = 1;
  void add_to(CLI::App& command);
};

// Throws UsageError for options that do not go together, Error for values out of range.
void check(const ComposeFlags& options);

// The composer's options with a progress.
ComposeOptions with(ComposeOptions options, Progress progress);

}  // namespace s2m::apps
