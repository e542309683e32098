#include "story2midi/audio/channel_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"

namespace s2m {
namespace {

constexpr int kPedal = 64;

// What happens to a score at one instant: notes end, pedals go up, pedals go down, notes start.
auto order_of(const ChannelEvent& event) {
  const int place = event.kind == kNoteOff ? 0 : event.kind == kNoteOn ? 3 : event.second == 0 ? 1 : 2;
  return std::tuple(event.frame, place, event.channel, event.first);
}

// The frame at which each tick sounds. Throws Error beyond the longest sound.
class FrameMap {
 public:
  FrameMap(const Score& score, int sample_rate) : tempo_map_(score), sample_rate_(sample_rate) {}

  std::int64_t operator()(std::int32_t ticks) const {
    const double seconds = tempo_map_.seconds_at(ticks);
    const auto most = static_cast<double>(limits::kMostFrames) / sample_rate_;
    if (!(seconds <= most))
      throw Error(ErrorKind::kLimit, "render", "the music is too long",
                  fmt::format("at most {:.0f} s at this rate", most), fmt::format("{:.0f} s", seconds));
    return std::lround(seconds * sample_rate_);
  }

 private:
  TempoMap tempo_map_;
  int sample_rate_;
};

void add_notes(const Track& track, int channel, const FrameMap& frame_of, std::vector<ChannelEvent>& events) {
  std::array<std::int32_t, 128> next_start;
  next_start.fill(INT32_MAX);
  for (auto note = track.notes.rbegin(); note != track.notes.rend(); ++note) {
    auto& next = next_start[note->pitch & 127];
    if (next == note->start_ticks) continue;  // a double
    const auto end =
        std::min<std::int64_t>(std::int64_t{note->start_ticks} + std::max(1, note->length_ticks), next);
    next = note->start_ticks;
    events.push_back({frame_of(note->start_ticks), channel, kNoteOn, note->pitch, note->velocity});
    events.push_back({frame_of(static_cast<std::int32_t>(end)), channel, kNoteOff, note->pitch, 0});
  }
}

}  // namespace

std::vector<ChannelEvent> events_of(const Score& score, int sample_rate) {
  const FrameMap frame_of(score, sample_rate);
  std::vector<ChannelEvent> events;
  for (int channel = 0; channel < static_cast<int>(score.tracks.size()); ++channel) {
    const auto& track = score.tracks[static_cast<std::size_t>(channel)];
    add_notes(track, channel, frame_of, events);
    if (track.notes.empty()) continue;
    for (const auto& change : track.controls)
      events.push_back({frame_of(change.start_ticks), channel, kController, change.controller, change.value});
    for (const auto& span : track.pedal) {
      events.push_back({frame_of(span.start_ticks), channel, kController, kPedal, 127});
      events.push_back({frame_of(span.end_ticks), channel, kController, kPedal, 0});
    }
  }
  std::ranges::sort(events, {}, order_of);
  return events;
}

std::vector<ChannelEvent> events_of(const MidiFile& file, int sample_rate) {
  const FrameMap frame_of(file.score, sample_rate);
  std::vector<ChannelEvent> events;
  for (const ChannelMessage& message : file.messages)
    events.push_back({frame_of(message.start_ticks), message.status & 0x0F,
                      static_cast<ChannelEventKind>(message.status >> 4), message.first, message.second});
  return events;
}

}  // namespace s2m
