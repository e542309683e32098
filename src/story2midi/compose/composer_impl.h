// The inside of a Composer, shared by the ways of composing.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "story2midi/compose/composer.h"
#include "story2midi/compose/piece_writer.h"
#include "story2midi/nn/decoder.h"

namespace s2m {

struct Composer::Impl {
  Impl(const ModelFile& file, const DecoderFacts& known);  // throws Error

  // What of a bar's description the decoder can understand.
  Event told(Event bar) const {
    if (!facts.knows_emotion) bar.values[kValence] = bar.values[kArousal] = 0;
    return bar;
  }

  // At least one: what stands where there is no text.
  std::vector<std::shared_ptr<const DecoderMemory>> remember(std::span<const StoryMemory> memories) const;

  // Feeds each writer its last event; those that are not guided share a pass over the weights.
  void feed(Workspace& work, std::span<PieceWriter* const> writers) const;

  class PlannedPiece;
  class TextPiece;
  class RewrittenPiece;

  Decoder decoder;
  DecoderFacts facts;
};

}  // namespace s2m
