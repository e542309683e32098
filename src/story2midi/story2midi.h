// story2midi in one class: read a story, feel it, plan the music, write it.
//
//   s2m::Studio studio("models/base");
//   auto curve = studio.feel(story);
//   auto plan = studio.plan(curve);
//   plan.sections.back().bars.back().tempo_bpm = 60;   // plain data: look, change
//   auto score = studio.compose(story, plan, {.seed = 7});  // same seed, same bytes
//   s2m::save_midi(score, "story.mid");
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/base/error.h"
#include "story2midi/base/progress.h"
#include "story2midi/base/version.h"
#include "story2midi/compose/composer.h"
#include "story2midi/emotion/emotion.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/key.h"
#include "story2midi/music/measures.h"
#include "story2midi/music/score.h"
#include "story2midi/plan/plan.h"
#include "story2midi/stories/passages.h"
#include "story2midi/stories/story.h"

namespace s2m {

// Const after construction: may be used from many threads. Every verb throws Error.
class Studio {
 public:
  // A folder with encoder.safetensors, ngrams.safetensors (may be left out) and decoder.safetensors. The
  // decoder is opened at its first use. `threads` 0: one for each core.
  explicit Studio(const std::filesystem::path& models, int threads = 0);

  // False for an encoder without emotion heads (an imported one): then compose_from_text() alone works, and
  // what reads emotions throws Error.
  bool feels() const;

  // The emotion of a text by itself, as one reading.
  Emotion read(std::string_view text) const;
  // Each text by itself, in order.
  std::vector<Emotion> read_each(std::span<const std::string> texts) const;
  // The texts are the passages of one story, in order: each is read in its context.
  EmotionCurve read_story(std::span<const std::string> passages) const;
  // The emotion curve of a whole story.
  EmotionCurve feel(std::string_view story, const Progress& progress = {}) const;
  EmotionCurve feel(const Story& story, const Progress& progress = {}) const;

  Plan plan(const EmotionCurve& curve, const PlanOptions& options = {}) const;

  // The music of a plan; each section hears the passage of `story` that it names ("" for a plan without a
  // text).
  Score compose(std::string_view story, const Plan& plan, const ComposeOptions& options = {}) const;
  Score compose(const Story& story, const Plan& plan, const ComposeOptions& options = {}) const;
  // The pieces that `compose` would write of each story and plan, the same bytes: they share the decoder's
  // passes.
  struct Request {
    std::string story;
    Plan plan;
    ComposeOptions options = {};
  };
  std::vector<Score> compose_each(std::span<const Request> requests) const;
  // The decoder hears the story alone and describes the bars itself; what `asked` states is kept.
  Score compose_from_text(std::string_view story, const PlanOptions& asked = {},
                          const ComposeOptions& options = {}) const;
  Score compose_from_text(const Story& story, const PlanOptions& asked = {},
                          const ComposeOptions& options = {}) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace s2m
