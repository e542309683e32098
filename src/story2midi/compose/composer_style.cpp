// Composing in a learnt style, and what keeps it from copying.
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/compose/composer_impl.h"
#include "story2midi/events/event.h"
#include "story2midi/music/note_steps.h"
#include "story2midi/nn/manifest.h"

namespace s2m {
namespace {

constexpr int kBarsBefore = 16;  // a phrase: as many hold any run that matters

// The last `bars` bars of a piece in the making, as a piece.
PartScore last_bars(std::span<const Event> piece, int bars) {
  auto first = piece.size();
  while (first > 0 && bars > 0)
    if (piece[--first].is_bar()) --bars;
  EventPiece part{Key{}, {piece.begin() + static_cast<std::ptrdiff_t>(first), piece.end()}};
  if (part.events.empty() || part.events.back().kind != kEndEvent) part.events.push_back({.kind = kEndEvent});
  return decode(part);
}

}  // namespace

Composer Composer::with_style(const LearntStyle& style, const StyleOptions& options) const {
  if (!(options.strength >= 0 && options.strength <= 1))
    throw Error("style", "strength is out of range", "0 to 1", fmt::format("{}", options.strength));
  const auto decoder = fingerprint_of(impl_->file);
  if (style.decoder != decoder)
    throw Error("style \"" + style.name + "\"",
                "belongs to another decoder than " + impl_->file.path().string(),
                "a style for fingerprint " + decoder, style.decoder);
  return Composer(std::make_shared<const Impl>(impl_->file, impl_->facts, StyleInUse{style, options}));
}

int Composer::longest_copied_run(const PartScore& written) const {
  return impl_->style ? impl_->style->style.known.longest_run(note_steps(written)) : 0;
}

std::function<bool(std::span<const Event>, int)> Composer::Impl::copies() const {
  if (!style || !style->checks_copies()) return {};
  return [this](std::span<const Event> piece, int bars) {
    const auto steps = note_steps(last_bars(piece, bars + kBarsBefore));
    return style->style.known.longest_run(steps) > style->style.most_copied;
  };
}

Piece Composer::Impl::checked_piece(Piece piece) const {
  if (!style || style->options.strength == 0) return piece;
  const auto& used = style->style;
  if (style->checks_copies())
    if (const int run = used.known.longest_run(note_steps(piece.written)); run > used.most_copied)
      throw Error(
          "style \"" + used.name + "\"",
          "the piece copies a run of notes from the pieces that the style was learnt from",
          fmt::format("at most {} notes: another seed, less strength, or copies allowed", used.most_copied),
          fmt::format("{} notes", run));
  piece.style = PieceStyle{used.name, used.fingerprint, style->options.strength};
  return piece;
}

}  // namespace s2m
