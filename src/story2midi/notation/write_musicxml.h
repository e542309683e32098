// Sheets as MusicXML 4 (W3C Music Notation Community Group 2021), with features alone that 3.1 has too.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "story2midi/notation/sheet.h"

namespace s2m {

// A <score-partwise> document. The same sheet gives the same bytes. read_musicxml finds the sheet's notes again:
// their starts, lengths, pitches and marks, a track per staff. Throws Error where a note lies outside the bars, or on
// a staff that is not there. `long_rests`, of a sheet of one part: of each bar, how many bars are one long rest from there on;
// below 2: none begins.
std::string write_musicxml(const Sheet& sheet, std::span<const int> long_rests = {});

// The same in a zip archive with META-INF/container.xml: a compressed file (.mxl).
std::vector<std::uint8_t> write_mxl(const Sheet& sheet);

}  // namespace s2m
