// Standard MIDI Files (RP-001, types 0, 1 and 2) to and from scores.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// Reads a whole Standard MIDI File, or the one within a RIFF MIDI file (.rmi). `name` stands in error messages.
// Throws Error naming the byte for anything that is neither, and for music beyond the limits of check_length.
// - Tracks: one for each (file track, channel, program) that has notes, in order of their first notes, named by
//   the file track; channel 10 is drums. Type 2 patterns follow one another.
// - Notes: the length is that of the key press, at least one tick. A key struck again while it sounds ends the
//   earlier note there; struck twice in one tick it is one note, the louder. A release in the tick of such a
//   second strike ends the earlier note. Controllers 120 and 123 to 127 end all notes of their channel. Notes
//   left hanging end with their file track.
// - Pedal (controller 64, down from 64): spans on all tracks of its channel in its file track or, where that has
//   no notes, on the first track of its channel.
// - Ticks are kept as in the file. SMPTE division becomes ticks at a fixed tempo of 120 bpm (60 where the ticks
//   of a second are odd in number); tempo events are then ignored.
// - Maps: signatures and tempos out of range are ignored; of two at one tick the later stands.
// - Titles, copyright, texts and cue points are not read.
// - Text that is not UTF-8 is taken as Latin-1.
// - Tolerated faults: running status across other events, velocities above 127 (taken as 127), no
//   end-of-track event, a last chunk cut short, chunks of unknown kind, junk behind the tracks.
Score read_midi(std::span<const std::uint8_t> bytes, std::string_view name = "midi");
Score load_midi(const std::filesystem::path& path);

// A channel message as a synthesiser takes it: status 0x80 to 0xEF, data bytes 0 to 127 (the second is 0 where the
// message has one).
struct ChannelMessage {
  std::int32_t start_ticks = 0;
  std::uint8_t status = 0;
  std::uint8_t first = 0;
  std::uint8_t second = 0;
};

// A file as it plays: its score and all its channel messages, by tick and within a tick in the file's order.
// Controllers, pitch bend, banks and changes of program stand in the messages alone.
struct MidiFile {
  Score score;
  std::vector<ChannelMessage> messages;
  std::vector<int> channels = {};  // of the score's tracks, 0 to 15
};

// The same as read_midi, with the messages.
MidiFile read_midi_file(std::span<const std::uint8_t> bytes, std::string_view name = "midi");
MidiFile load_midi_file(const std::filesystem::path& path);

// Writes type 1: a conductor track (title, copyright, texts, tempo, time and key signatures, markers, cue points), then one
// track an instrument: name, bank 0 (of drums none), program, controllers, notes.
// Throws Error when values do not fit MIDI, or when more than 15 programs are asked for in all.
// - Scores on another grid are brought to 480 ticks a quarter first.
// - Notes of one pitch that overlap within a track are cut where the next begins.
// - Drums go to channel 10, each other track to a channel of its own; beyond 15, tracks of the same program
//   share one. Tracks without notes are left out.
// - Key signatures stand in every track too: MuseScore 3 shows no others.
std::vector<std::uint8_t> write_midi(const Score& score);
void save_midi(const Score& score, const std::filesystem::path& path);

// Type 1, in the file's own ticks: a conductor track as above, then one channel's messages as they are, under this name. Throws
// Error when values do not fit MIDI.
std::vector<std::uint8_t> write_channel(const MidiFile& file, int channel, std::string_view name);

}  // namespace s2m
