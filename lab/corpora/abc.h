// Tunes in ABC notation (abc 2.1, abcnotation.com/wiki/abc:standard:v2.1), as folk-song collections publish them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// The text of each tune in a tune book: from a line "X:" to the next.
std::vector<std::string_view> abc_tunes(std::string_view book);

// One tune as a track "Melody" at 480 ticks a quarter, or at 10080 where a duration needs them; the title is a marker at
// tick 0. Throws Error naming the tune's line.
// - Read: fields M, L, Q, K, also inside the music; notes, accidentals, which hold for their octave until the bar's end,
//   modes and added accidentals in K; rests, chords, ties, broken rhythm, tuplets.
// - Left out: grace notes, decorations, texts, lyrics, voices after the first, second layers of a bar. Repeats are left
//   unplayed.
// - Bars: a bar line in the middle of a bar, as at a repeat after a pickup, cuts no bar. A bar of several lengths of the
//   metre counts as so many bars. Without a metre each bar has the metre of its length.
Score read_abc(std::string_view tune, std::string_view name = "abc");

// A tune inside a book is named by "PATH#NUMBER", counted from 1.
std::filesystem::path tune_path(const std::filesystem::path& book, std::size_t number);
Score load_abc(const std::filesystem::path& tune);

}  // namespace s2m
