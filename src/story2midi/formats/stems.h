// The parts of a piece in files of their own, for a digital audio workstation.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/formats/save.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/score.h"

namespace s2m {

// The index of a folder of stems.
inline constexpr const char* kStemIndex = "stems.json";

struct SavedStem {
  std::string name;                   // of the track
  std::filesystem::path midi, sound;  // in the folder; narration has no MIDI file
};

struct SavedStems {
  Audio mix;  // the sum of the sound files
  std::vector<SavedStem> parts;
};

// The container of stems beside outputs of these formats: that of the first sound file. WAV where there is none, and for MP3,
// which adds silence at both ends.
SoundFormat stem_format(const std::vector<PieceFormat>& formats);

// Writes 01-NAME.mid and a sound file of each track that has notes, and an index, into the folder, which is made where it is
// missing; narration that is mixed in is narration.wav. Sound: render_stems in SampleDepth::kFine. Each file is written beside and renamed.
// Files that the index of an earlier run names are replaced or, where this run writes no such file, removed. Others are left alone:
// throws Error, before any work, where one of them has the name of a stem.
SavedStems save_stems(const Score& score, const std::filesystem::path& folder, SoundFormat format,
                      const RenderOptions& sound = {});
// The same of a file's channels: MIDI files hold their messages as they are, names are those of the tracks of each.
SavedStems save_stems(const MidiFile& file, const std::filesystem::path& folder, SoundFormat format,
                      const RenderOptions& sound = {});

}  // namespace s2m
