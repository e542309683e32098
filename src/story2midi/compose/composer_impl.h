// The inside of a Composer, shared by the ways of composing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "story2midi/compose/composer.h"
#include "story2midi/compose/piece_writer.h"
#include "story2midi/nn/decoder.h"

namespace s2m {

// A style in use.
struct StyleInUse {
  LearntStyle style;
  StyleOptions options;
  bool checks_copies() const { return options.strength > 0 && !options.allows_copies; }
};

struct Composer::Impl {
  Impl(const ModelFile& file, const DecoderFacts& known,
       std::optional<StyleInUse> in_use = {});  // throws Error

  // What of a bar's description the decoder can understand.
  Event told(Event bar) const {
    if (!facts.knows_emotion) bar.values[kValence] = bar.values[kArousal] = 0;
    return bar;
  }

  // At least one: what stands where there is no text.
  std::vector<std::shared_ptr<const DecoderMemory>> remember(std::span<const StoryMemory> memories) const;

  // Feeds each writer its last event; those that are not guided share a pass over the weights.
  void feed(Workspace& work, std::span<PieceWriter* const> writers) const;

  // The piece, which names its style. Throws Error where it copies a longer run than the style allows.
  Piece checked_piece(Piece piece) const;
  // For DraftOptions: whether the piece so far copies within its last `bars` bars. Empty where that does not matter.
  std::function<bool(std::span<const Event> piece, int bars)> copies() const;

  class PlannedPiece;
  class TextPiece;
  class RewrittenPiece;

  ModelFile file;
  std::optional<StyleInUse> style;
  Decoder decoder;
  DecoderFacts facts;
};

}  // namespace s2m
