// Gathers the events of a MIDI file's tracks into one score.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// Call begin_track, the events of the track in their order, end_track; for each track. Then finish.
// Times are ticks from the start of the file and do not fall within a track.
class ScoreGatherer {
 public:
  // `fixed_tempo`, in microseconds a quarter, stands for all tempo events (SMPTE division).
  ScoreGatherer(int ticks_per_quarter, std::optional<std::int32_t> fixed_tempo);

  void begin_track(std::size_t byte_count);
  void strike(int channel, int pitch, int velocity, std::int32_t now);
  void release(int channel, int pitch, std::int32_t now);
  void release_all(int channel, std::int32_t now);
  void set_program(int channel, int program);
  void set_pedal(int channel, int value, std::int32_t now);
  void add_meta(int kind, std::span<const std::uint8_t> data, std::int32_t now);
  void end_track(std::int32_t now);
  Score finish();
  const std::vector<int>& channels() const { return channel_of_track_; }  // of the score's tracks

 private:
  static constexpr std::int32_t kNone = -1;

  // A key of a channel: its latest note and how many strikes have not been answered by a release.
  struct KeyState {
    std::int32_t note = kNone;
    std::int32_t track = kNone;
    std::int32_t strikes = 0;
  };

  struct ChannelState {
    std::int32_t track = kNone;  // where notes go now; kNone until the first under this program
    std::int32_t pedal_start = kNone;
    std::vector<PedalSpan> pedal;
    std::array<KeyState, 128> keys;
  };

  std::int32_t track_for(int channel);
  void add_tempo(std::span<const std::uint8_t> data, std::int32_t now);
  void add_time_signature(std::span<const std::uint8_t> data, std::int32_t now);
  void add_key_signature(std::span<const std::uint8_t> data, std::int32_t now);
  void keep_pedal(int channel);
  void attach_loose_pedal(int channel, const std::vector<PedalSpan>& pedal);

  std::optional<std::int32_t> fixed_tempo_;
  Score score_;
  std::vector<int> channel_of_track_;
  std::vector<std::pair<int, std::vector<PedalSpan>>> loose_pedals_;
  // A file track that sets no program plays on with that of its channel.
  std::array<int, 16> programs_{};
  // State of the file track being read.
  std::size_t first_track_ = 0;
  std::size_t note_guess_ = 0;
  std::string name_;
  std::array<std::int32_t, 16 * 128> track_of_program_{};
  std::array<ChannelState, 16> channels_{};
};

}  // namespace s2m
