// Music from a file, in the format that its ending names: MusicXML (.musicxml, .xml, .mxl), else MIDI.
#pragma once

#include <filesystem>

#include "story2midi/midi/midi.h"
#include "story2midi/music/score.h"

namespace s2m {

// Throws Error.
Score load_music(const std::filesystem::path& path);

// The same with its channel messages; those of MusicXML are the messages of the MIDI file that write_midi makes of it.
MidiFile load_music_file(const std::filesystem::path& path);

}  // namespace s2m
