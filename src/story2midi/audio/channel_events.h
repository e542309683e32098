// What a synthesiser is told, and at which frame.
#pragma once

#include <cstdint>
#include <vector>

#include "story2midi/midi/midi.h"
#include "story2midi/music/score.h"

namespace s2m {

// The high half of a channel message's status byte.
enum ChannelEventKind {
  kNoteOff = 0x8,
  kNoteOn,
  kKeyPressure,
  kController,
  kProgram,
  kChannelPressure,
  kPitchBend
};

struct ChannelEvent {
  std::int64_t frame = 0;
  int channel = 0;
  ChannelEventKind kind = kNoteOn;
  int first = 0, second = 0;
};

// By frame; one channel a track of the score. Throws Error beyond the longest sound.
std::vector<ChannelEvent> events_of(const Score& score, int sample_rate);
// In the file's order, on its channels. Throws Error likewise.
std::vector<ChannelEvent> events_of(const MidiFile& file, int sample_rate);

}  // namespace s2m
