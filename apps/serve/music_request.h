// What a request's JSON asks for, checked: a story, a plan, how to compose.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "story2midi/compose/composer.h"
#include "story2midi/plan/plan.h"
#include "story2midi/stories/story.h"

namespace s2m::serve {

struct MusicLimits {
  std::size_t words = 20'000;  // of a story
  int bars = 512;
  double seconds = 1200;
};

struct MusicRequest {
  Story story;
  PlanOptions options;
  std::optional<Plan> plan;  // in place of the options
  ComposeOptions compose;
  bool text_only = false;
};

// Which members a request may have beside the story.
enum class RequestKind { kRead, kPlan, kCompose };

// {"story":{"text":...}} and, by the kind, "options", "plan", "compose" (docs/reference/http.md). Throws Refused with
// status 400 for what is no JSON, 413 for a story over the limit, 422 for all else; the problem names the member.
MusicRequest music_request(std::string_view json, RequestKind kind, const MusicLimits& limits);

// Throws Refused with status 422 for a plan over the limits.
void check_length(const Plan& plan, const MusicLimits& limits);

}  // namespace s2m::serve
