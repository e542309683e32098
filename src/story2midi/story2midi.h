// story2midi in one class: read a story, plan the music, compose it, save it.
//
//   s2m::Studio studio("models/base");
//   auto reading = studio.read(s2m::read_story("tale.txt"));
//   auto plan = studio.plan(reading);
//   plan.sections.back().bars.back().tempo_bpm = 60;        // plain data: look, change
//   auto score = studio.compose(reading, plan, {.seed = 7});  // same seed, same bytes
//   s2m::save_midi(score, "tale.mid");
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/base/error.h"
#include "story2midi/base/progress.h"
#include "story2midi/base/version.h"
#include "story2midi/compose/composer.h"
#include "story2midi/compose/learnt_style.h"
#include "story2midi/compose/loop.h"
#include "story2midi/emotion/emotion.h"
#include "story2midi/formats/intensities.h"
#include "story2midi/formats/load.h"
#include "story2midi/formats/save.h"
#include "story2midi/formats/stems.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/key.h"
#include "story2midi/music/measures.h"
#include "story2midi/music/score.h"
#include "story2midi/plan/plan.h"
#include "story2midi/reading/feel_table.h"
#include "story2midi/reading/story_reading.h"
#include "story2midi/reading/word_influence.h"
#include "story2midi/stories/story.h"

namespace s2m {

// The bytes of model files in memory: an application's own resource, for example. They must outlive the Studio.
struct ModelBytes {
  std::span<const std::uint8_t> encoder;
  std::span<const std::uint8_t> decoder;
  DecoderFacts facts = {};  // of manifest.json
};

// Const after construction: may be used from many threads. Every verb throws Error.
class Studio {
 public:
  // A folder with encoder.safetensors and decoder.safetensors. The decoder is opened at its first use. `threads` 0: one for each core.
  explicit Studio(const std::filesystem::path& models, int threads = 0);
  explicit Studio(const ModelBytes& models, int threads = 0);

  // False for an encoder without emotion heads (an imported one): then compose_from_text() of a Story alone works, and
  // what reads emotions throws Error.
  bool can_read_emotion() const;

  // The emotion of a text by itself.
  Emotion read(std::string_view text) const;
  // Each text by itself, in order.
  std::vector<Emotion> read_each(std::span<const std::string> texts) const;
  // Which words carry the emotion of a text by itself (word_influence.h).
  std::vector<WordInfluence> word_influences(std::string_view text) const;
  // A story, each passage in its context. This is the one time that the story is encoded.
  StoryReading read(const Story& story, const Progress& progress = {}) const;
  // The texts are the passages of one story, in order.
  StoryReading read(std::span<const std::string> passages, const Progress& progress = {}) const;

  Plan plan(const EmotionCurve& curve, const PlanOptions& options = {}) const;
  // The plan of the curve; it also states the story's fingerprint.
  Plan plan(const StoryReading& reading, const PlanOptions& options = {}) const;

  // What the decoder attends to of a text by itself: at most its first window. Empty for an empty text.
  StoryMemory memory(std::string_view text) const;
  // Opened at first use.
  const Composer& composer() const;
  // The same studio, whose composer writes in a style (compose/learnt_style.h).
  Studio with_style(const LearntStyle& style, const StyleOptions& options = {}) const;

  // The music of a plan. The decoder's memory of each section is the passage that feels most like its middle, with its
  // neighbours; an empty reading and an outside one stand for no text. Throws Error for a plan of another story.
  Piece compose_piece(const StoryReading& reading, const Plan& plan,
                      const ComposeOptions& options = {}) const;
  // The same as it is played.
  Score compose(const StoryReading& reading, const Plan& plan, const ComposeOptions& options = {}) const {
    return compose_piece(reading, plan, options).score;
  }
  // The pieces that `compose_piece` would write of each reading and plan, the same bytes: they share the decoder's
  // passes.
  struct Request {
    StoryReading reading;
    Plan plan;
    ComposeOptions options = {};
  };
  std::vector<Piece> compose_each(std::span<const Request> requests) const;
  // A part of a piece written anew (compose/rewrite.h); every other note stays as it is. The reading is that of the piece's
  // story, or empty.
  Piece rewrite(const Piece& piece, const RewriteScope& scope, const ComposeOptions& options = {},
                const StoryReading& reading = {}) const;
  // Without a plan: the decoder attends to the story and describes the bars itself. What `asked` states is kept.
  Piece compose_piece_from_text(const StoryReading& reading, const PlanOptions& asked = {},
                                const ComposeOptions& options = {}) const;
  // The same bytes; it encodes only the passages that are used, and needs no emotion heads.
  Piece compose_piece_from_text(const Story& story, const PlanOptions& asked = {},
                                const ComposeOptions& options = {}) const;
  // The same as they are played.
  Score compose_from_text(const StoryReading& reading, const PlanOptions& asked = {},
                          const ComposeOptions& options = {}) const {
    return compose_piece_from_text(reading, asked, options).score;
  }
  Score compose_from_text(const Story& story, const PlanOptions& asked = {},
                          const ComposeOptions& options = {}) const {
    return compose_piece_from_text(story, asked, options).score;
  }

 private:
  struct Impl;
  explicit Studio(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace s2m
