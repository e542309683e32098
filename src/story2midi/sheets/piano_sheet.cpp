#include "story2midi/sheets/piano_sheet.h"

#include <utility>

#include "story2midi/sheets/clefs.h"
#include "story2midi/sheets/sheet_frame.h"
#include "story2midi/sheets/staves.h"

namespace s2m {

Sheet piano_sheet(const Piece& piece, const SheetOptions& options) {
  Sheet sheet{.title = options.title,
              .composer = options.composer,
              .bars = sheet_bars(piece.written, piece.plan),
              .chords = piece.written.chords,
              .parts = {}};
  SheetPart part = staves_of(piece.written, piece.plan, StaffLayout::kHands);
  part.name = "Piano";
  part.abbreviation = "Pno.";
  auto [dynamics, hairpins] = loudness_marks(piece.written, piece.plan);
  part.dynamics = std::move(dynamics);
  part.hairpins = std::move(hairpins);
  choose_clefs(part, sheet.bars);
  sheet.parts.push_back(std::move(part));
  return sheet;
}

}  // namespace s2m
