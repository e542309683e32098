// The page of a piece for piano.
#pragma once

#include <string>

#include "story2midi/notation/sheet.h"
#include "story2midi/perform/piece.h"

namespace s2m {

struct SheetOptions {
  std::string title;
  std::string composer;
};

// The written piece on two staves (StaffLayout::kHands), with all that stands on its bars.
Sheet piano_sheet(const Piece& piece, const SheetOptions& options = {});

}  // namespace s2m
