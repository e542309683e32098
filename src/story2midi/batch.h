// Many pieces at once: groups of them share the decoder's passes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "story2midi/base/progress.h"
#include "story2midi/compose/composer.h"
#include "story2midi/compose/rewrite_words.h"
#include "story2midi/emotion/emotion.h"
#include "story2midi/formats/save.h"
#include "story2midi/perform/piece.h"
#include "story2midi/plan/plan.h"
#include "story2midi/story2midi.h"

namespace s2m {

struct PieceRequest {
  std::string text;  // empty: music without a story
  PlanOptions asked = {};
  std::uint64_t seed = 1;
};

enum class Planning : std::uint8_t { kPlanned, kTextOnly };

struct ComposedPiece : Piece {
  std::optional<Emotion> emotion = {};  // mean of the story; none where the encoder has no emotion heads
  std::uint64_t seed = 1;
  Planning planning = Planning::kPlanned;
};

// Composes one story without a plan (Studio::compose_piece_from_text).
ComposedPiece compose_without_plan(const Studio& studio, const Story& story, const PlanOptions& asked,
                                   const ComposeOptions& options = {});

// A saved piece, of which what `words` name is written anew (compose/rewrite_words.h); the score notes each scope and the
// seed. The reading is that of the piece's story, or empty: then the new bars are not told its words.
ComposedPiece compose_changed(const Studio& studio, SavedPiece saved, const RewriteWords& words,
                              const ComposeOptions& options, const StoryReading& reading);

struct BatchOptions {
  Planning planning = Planning::kPlanned;
  ComposeOptions compose = {};  // of each piece, but for the seed; `progress` counts the bars of each
  int threads = 0;              // 0: one for each core
  Progress progress = {};       // pieces composed, pieces in all
};

// `first` is the number of the first of these pieces among the requests.
using TakePieces = std::function<void(std::size_t first, std::span<const ComposedPiece> pieces)>;

// Composes each request; the bytes are those of a piece composed alone, at any number of threads. `take` gets each
// group of pieces when it is composed, from several threads and in any order. Throws Error, or Cancelled where a
// progress returns false.
void compose_batch(const Studio& studio, std::span<const PieceRequest> requests, const BatchOptions& options,
                   const TakePieces& take);

}  // namespace s2m
