// The annotated main line of OpenScore's orchestral movements.
#pragma once

#include <filesystem>

#include "story2midi/music/score.h"

namespace s2m {

// Copies the notes of the main line, which NAME_annotations.csv beside NAME.musicxml states, into a further track named
// "Melody". A row names the part that has the main line from `qstamp` (quarters from the start) to the next row, by an
// abbreviation and its number from 0. `score` is what the MusicXML file holds; silent parts may be missing. False where
// there is no table, or where it numbers other parts than the score has.
bool add_main_line(const std::filesystem::path& musicxml, Score& score);

}  // namespace s2m
