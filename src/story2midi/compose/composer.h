// From a plan and the story's memory to a score: the decoder under the grammar.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "story2midi/base/progress.h"
#include "story2midi/compose/bar_view.h"
#include "story2midi/compose/learnt_style.h"
#include "story2midi/compose/rewrite.h"
#include "story2midi/emotion/emotion.h"
#include "story2midi/music/score.h"
#include "story2midi/nn/manifest.h"
#include "story2midi/perform/piece.h"
#include "story2midi/plan/plan.h"

namespace s2m {

class ModelFile;

struct ComposeOptions {
  std::uint64_t seed = 1;  // same seed, same bytes, at any number of threads
  double temperature = 1;  // 0 takes the likeliest
  double top_p = 0.98;     // choose among the likeliest values that together have this probability
  int drafts = 4;          // of each phrase, of which the best is kept: 1 to 64
  double humanise = 1;     // 0: as written, on the grid; 1: performed
  double guidance = 10;    // of a text alone: how far its bars' odds move on from those of no text
  Progress progress = {};  // bars done, bars in all; throws Cancelled when it returns false
  // Called with each bar as soon as it is written; its cost does not depend on the length of the piece.
  std::function<void(const BarView&)> on_bar = {};
};

// A piece that is asked for.
struct ComposeRequest {
  Plan plan;
  std::vector<StoryMemory> memories;  // one a section of the plan, or none at all (no text)
  ComposeOptions options = {};
};

// Const after construction: may be used from many threads. A decoder that was trained on unlabelled music
// alone is told neither the story nor valence and arousal, which mean nothing to it; the rest of the plan it
// follows.
class Composer {
 public:
  explicit Composer(const ModelFile& decoder, const DecoderFacts& facts = {});  // throws Error
  explicit Composer(const std::filesystem::path& decoder_file,
                    const DecoderFacts& facts = {});  // throws Error

  // The same composer in a style: its decoder with the style's changes, in as many threads the same bytes. What it writes is
  // compared with the style's pieces: of drafts that copy a longer run of notes than the style allows, others are kept, and a
  // piece without other drafts throws Error. Throws Error for a style of another decoder and a strength outside [0, 1].
  Composer with_style(const LearntStyle& style, const StyleOptions& options = {}) const;
  // Notes in the longest run that a piece shares with the style's pieces; 0 without a style.
  int longest_copied_run(const PartScore& written) const;

  // One memory a section of the plan, or none at all (no text). Key, tempo, metre and bars are the plan's
  // exactly. Throws Error for a plan out of range, or memories of another number or width.
  Piece compose_piece(const Plan& plan, std::span<const StoryMemory> memories,
                      const ComposeOptions& options = {}) const;
  // The same as it is played.
  Score compose(const Plan& plan, std::span<const StoryMemory> memories,
                const ComposeOptions& options = {}) const {
    return compose_piece(plan, memories, options).score;
  }

  // The pieces that `compose_piece` would write one by one, the same bytes: together they share each pass over the
  // decoder's weights. Throws Error likewise, for whichever of them.
  std::vector<Piece> compose_each(std::span<const ComposeRequest> requests) const;

  // The piece with the scope's bars and parts written anew; every other note stays the same, in the written score and in the
  // performed one, and so do the tempos. The decoder continues the kept bars before; of its drafts of the last phrase it keeps
  // the one that leads best into the kept bar behind it. Throws Error for what check(scope, piece) refuses.
  Piece rewrite(const Piece& piece, const RewriteScope& scope, std::span<const StoryMemory> memories = {},
                const ComposeOptions& options = {}) const;

  // The decoder hears only the memories, which share the bars evenly, and describes each bar itself. What
  // `asked` states is kept; 16 bars where neither bars nor duration is asked. The first bar's metre, tempo,
  // mode, valence and arousal are kept.
  Piece compose_piece_from_text(std::span<const StoryMemory> memories, const PlanOptions& asked,
                                const ComposeOptions& options = {}) const;
  // The same as it is played.
  Score compose_from_text(std::span<const StoryMemory> memories, const PlanOptions& asked,
                          const ComposeOptions& options = {}) const {
    return compose_piece_from_text(memories, asked, options).score;
  }

  // What DecoderFacts states the means of: of the first bar, where the fields before are the likeliest of no text.
  struct TextTrends {
    double tempo = 0;  // slope that a text adds to the log odds of the tempo, in nats per value of the field
    double mode = 0;   // log odds of a major key
  };
  TextTrends trends(const StoryMemory& text) const;

 private:
  friend class GrowingPiece;
  struct Impl;
  explicit Composer(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace s2m
