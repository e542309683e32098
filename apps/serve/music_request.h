// What a request's JSON asks for, checked: a story, a plan, how to compose.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/compose/composer.h"
#include "story2midi/compose/rewrite_words.h"
#include "story2midi/plan/plan.h"
#include "story2midi/stories/story.h"

namespace s2m::serve {

struct MusicLimits {
  std::size_t words = 20'000;  // of a story
  int bars = 512;
  double seconds = 1200;
};

// An emotion in place of the one that was read.
struct PassageFeeling {
  std::size_t passage = 0;  // from 0
  double valence = 0, arousal = 0;
};

// Of a finished job's piece.
struct MusicChange {
  std::string job;
  RewriteWords words;
  std::optional<std::uint64_t> seed = {};  // none: the next one
  std::optional<double> humanise = {};     // none: as it was composed
};

struct MusicRequest {
  Story story;
  PlanOptions options;
  std::vector<PassageFeeling> feelings;  // for the options' plan
  std::optional<Plan> plan;              // in place of the options
  std::optional<MusicChange> change;     // in place of both; the story may be empty
  ComposeOptions compose;
  bool text_only = false;
};

// Which members a request may have beside the story.
enum class RequestKind { kRead, kPlan, kCompose };

// {"story":{"text":...}} and, by the kind, "options", "feelings", "plan", "change", "compose" (docs/reference/http.md). Throws Refused with
// status 400 for what is no JSON, 413 for a story over the limit, 422 for all else; the problem names the member.
MusicRequest music_request(std::string_view json, RequestKind kind, const MusicLimits& limits);

// Throws Refused with status 422 for a plan over the limits.
void check_length(const Plan& plan, const MusicLimits& limits);

}  // namespace s2m::serve
