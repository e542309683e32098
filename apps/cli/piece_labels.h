// What the program tells of a piece beside its notes.
#pragma once

#include <filesystem>
#include <string>

#include "story2midi/plan/plan.h"

namespace s2m::apps {

// A file's name as a title: "night_train.txt" is "Night train".
std::string title_of_file(const std::filesystem::path& file);

// A line on standard error for each instrument of a theme that no palette of the piece has; nothing with -q.
void warn_of_instruments(const Plan& plan);

}  // namespace s2m::apps
