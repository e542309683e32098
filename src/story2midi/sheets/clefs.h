// Clefs that spare ledger lines.
#pragma once

#include <span>

#include "story2midi/notation/sheet.h"

namespace s2m {

// Sets the clefs of each staff and where they change (SheetPart::clef_changes): the cheapest way through the bars
// (dynamic programming), where notes beyond two ledger lines cost, and so does each change. The part's clefs before
// are those of most of its music. A bass staff may turn to tenor and treble (a keyboard's to treble), an alto staff to
// treble, and the treble staff of a keyboard to bass. Written pitches decide.
void choose_clefs(SheetPart& part, std::span<const SheetBar> bars);

}  // namespace s2m
