// MusicXML 4 (W3C Music Notation Community Group 2021) into scores.
#pragma once

#include <filesystem>
#include <string_view>

#include "story2midi/music/score.h"

namespace s2m {

// Reads a <score-partwise> document, or the one that META-INF/container.xml names in a compressed file (.mxl). `name`
// stands in error messages. Throws Error naming part and measure for anything else, and for music beyond the limits of
// check_length.
// - Time: a quarter has as many ticks as every duration of the document needs. A bar lasts as long as its longest part.
//   A short bar keeps its metre, and the next one states it anew. Two measures that a repeat divides are one bar. Repeats and endings are left unplayed: each bar stands
//   once, in the order of the page.
// - Tracks: one for each staff of each part, with the notes of all voices, named by the part. The two staves of a keyboard
//   or a harp are "NAME RH" and "NAME LH", those of other parts "NAME staff 1" and so on. Of two notes of one pitch at one
//   tick the longer stands. Unpitched notes become a track of drums.
// - Notes: tied notes are one. Pitches sound as <transpose> says, whatever clef or octave line stands there. Grace notes
//   are marked, and each takes a thirty-second before its main note. Cue notes are left out. Ornaments and tremolos are
//   left unplayed.
// - Velocity: of the dynamic mark in force, or as <sound dynamics> says, 16 more with an accent. Without a mark it is 80.
// - Tempo: <sound tempo> wins over a metronome mark at the same place.
// - Key: what most parts state, as it sounds. Without a mode it has that of the key found in its notes.
// - Lyrics: the first verse.
Score read_musicxml(std::string_view bytes, std::string_view name = "musicxml");
Score load_musicxml(const std::filesystem::path& path);

// Whether a file's ending is .musicxml, .xml or .mxl, in any case.
bool is_musicxml_name(const std::filesystem::path& path);

}  // namespace s2m
