// The annotated main line of OpenScore's orchestral movements.
#pragma once

#include <filesystem>

#include "story2midi/music/score.h"

namespace s2m {

// Copies the notes of the main line, which NAME_annotations.csv beside NAME.musicxml states, into a further track named
// "Melody". Each row of the table names a part, by its number from 0, that has the main line from `qstamp` (quarters from the
// start) to the next row. `score` is what the MusicXML file holds, with every part's tracks. False where there is no
// table, or where it numbers other parts than the score has.
bool add_main_line(const std::filesystem::path& musicxml, Score& score);

}  // namespace s2m
