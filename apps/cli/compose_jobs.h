// The ways in which `compose` works, each in a file of its own.
#pragma once

#include <optional>

#include "apps/cli/compose_flags.h"

namespace s2m::apps {

// What every way needs: nothing of a story, and an empty reading, where --mood stands for it.
Story story_of(const ComposeFlags& options);
StoryReading reading_of(const ComposeFlags& options, const Story& story, const Studio& studio);
Plan plan_of(const ComposeFlags& options, const Studio& studio, const StoryReading& reading);
std::optional<Emotion> emotion_of(const ComposeFlags& options, const StoryReading& reading);

void compose_lines(const ComposeFlags& options);
void compose_live(const ComposeFlags& options);
void compose_takes(const ComposeFlags& options);

}  // namespace s2m::apps
