#include "story2midi/midi/score_gatherer.h"

#include <algorithm>
#include <string_view>

#include "story2midi/midi/midi_text.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::string text_of(Bytes bytes) {
  return utf8_from_midi({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// Notes come in order of their starts; only those that start together need sorting.
void sort_notes(std::vector<Note>& notes) {
  for (std::size_t begin = 0, end = 0; begin < notes.size(); begin = end) {
    for (end = begin + 1; end < notes.size() && notes[end].start_ticks == notes[begin].start_ticks;) ++end;
    if (end - begin > 1)
      std::sort(notes.begin() + static_cast<std::ptrdiff_t>(begin),
                notes.begin() + static_cast<std::ptrdiff_t>(end));
  }
}

// Sorts a map by time; of several entries at one tick the last stands.
template <typename Entry>
void order(std::vector<Entry>& entries) {
  std::ranges::stable_sort(entries, {}, &Entry::start_ticks);
  const auto replaced = [&](const Entry& entry) {
    const Entry* next = &entry + 1;
    return next != entries.data() + entries.size() && next->start_ticks == entry.start_ticks;
  };
  std::vector<Entry> kept;
  for (const Entry& entry : entries)
    if (!replaced(entry)) kept.push_back(entry);
  entries = std::move(kept);
}

}  // namespace

ScoreGatherer::ScoreGatherer(int ticks_per_quarter, std::optional<std::int32_t> fixed_tempo)
    : fixed_tempo_(fixed_tempo) {
  score_.ticks_per_quarter = ticks_per_quarter;
  if (fixed_tempo_) score_.tempos.push_back({0, *fixed_tempo_});
}

void ScoreGatherer::begin_track(std::size_t byte_count) {
  first_track_ = score_.tracks.size();
  name_.clear();
  note_guess_ = byte_count / 8;
  track_of_program_.fill(kNone);
  channels_.fill({});
}

void ScoreGatherer::strike(int channel, int pitch, int velocity, std::int32_t now) {
  ChannelState& state = channels_[channel];
  KeyState& key = state.keys[pitch];
  ++key.strikes;
  if (key.note != kNone) {
    Note& last = score_.tracks[key.track].notes[key.note];
    if (last.start_ticks == now) {
      last.velocity = std::max(last.velocity, static_cast<std::uint8_t>(velocity));
      last.length_ticks = 0;
      return;
    }
    if (last.length_ticks == 0) last.length_ticks = now - last.start_ticks;
  }
  if (state.track == kNone) state.track = track_for(channel);
  std::vector<Note>& notes = score_.tracks[state.track].notes;
  key.track = state.track;
  key.note = static_cast<std::int32_t>(notes.size());
  notes.push_back({now, 0, static_cast<std::uint8_t>(pitch), static_cast<std::uint8_t>(velocity)});
}

// While more strikes than releases have come, a later release may still lengthen the note. One in the tick of
// the strike belongs to the note before: some programs write the next strike before the last release.
void ScoreGatherer::release(int channel, int pitch, std::int32_t now) {
  KeyState& key = channels_[channel].keys[pitch];
  if (key.strikes == 0) return;
  --key.strikes;
  Note& note = score_.tracks[key.track].notes[key.note];
  if (note.start_ticks == now && key.strikes > 0) return;
  note.length_ticks = std::max(now - note.start_ticks, 1);
}

void ScoreGatherer::release_all(int channel, std::int32_t now) {
  for (KeyState& key : channels_[channel].keys) {
    if (key.strikes == 0) continue;
    key.strikes = 0;
    Note& note = score_.tracks[key.track].notes[key.note];
    note.length_ticks = std::max(now - note.start_ticks, 1);
  }
}

void ScoreGatherer::set_program(int channel, int program) {
  programs_[channel] = program;
  channels_[channel].track = kNone;
}

void ScoreGatherer::set_pedal(int channel, int value, std::int32_t now) {
  ChannelState& state = channels_[channel];
  if (value >= 64) {
    if (state.pedal_start == kNone) state.pedal_start = now;
  } else {
    if (state.pedal_start != kNone && state.pedal_start < now)
      state.pedal.push_back({state.pedal_start, now});
    state.pedal_start = kNone;
  }
}

void ScoreGatherer::add_meta(int kind, Bytes data, std::int32_t now) {
  switch (kind) {
    case 0x03:
      name_ = text_of(data);
      break;
    case 0x06:
      score_.markers.push_back({now, text_of(data)});
      break;
    case 0x51:
      add_tempo(data, now);
      break;
    case 0x58:
      add_time_signature(data, now);
      break;
    case 0x59:
      add_key_signature(data, now);
      break;
    default:
      break;
  }
}

void ScoreGatherer::end_track(std::int32_t now) {
  for (std::size_t i = first_track_; i < score_.tracks.size(); ++i) {
    for (Note& note : score_.tracks[i].notes)
      if (note.length_ticks == 0) note.length_ticks = std::max(now - note.start_ticks, 1);
    score_.tracks[i].name = name_;
  }
  for (int channel = 0; channel < 16; ++channel) {
    set_pedal(channel, 0, now);
    keep_pedal(channel);
  }
}

Score ScoreGatherer::finish() {
  for (const auto& [channel, pedal] : loose_pedals_) attach_loose_pedal(channel, pedal);
  for (Track& track : score_.tracks) sort_notes(track.notes);
  order(score_.tempos);
  order(score_.time_signatures);
  order(score_.key_signatures);
  std::ranges::stable_sort(score_.markers, {}, &Marker::start_ticks);
  return std::move(score_);
}

std::int32_t ScoreGatherer::track_for(int channel) {
  std::int32_t& index = track_of_program_[channel * 128 + programs_[channel]];
  if (index != kNone) return index;
  index = static_cast<std::int32_t>(score_.tracks.size());
  Track& track = score_.tracks.emplace_back();
  track.program = programs_[channel];
  track.is_drums = channel == 9;
  track.notes.reserve(note_guess_);
  note_guess_ = 0;  // a guess for the first instrument only: hostile files have many
  channel_of_track_.push_back(channel);
  return index;
}

void ScoreGatherer::add_tempo(Bytes data, std::int32_t now) {
  if (data.size() < 3 || fixed_tempo_) return;
  const std::int32_t tempo = data[0] << 16 | data[1] << 8 | data[2];
  if (tempo > 0) score_.tempos.push_back({now, tempo});
}

void ScoreGatherer::add_time_signature(Bytes data, std::int32_t now) {
  if (data.size() < 2 || data[0] == 0 || data[1] > 6) return;
  const Metre metre{data[0], 1 << data[1]};
  if (4 * score_.ticks_per_quarter * metre.numerator >= metre.denominator)
    score_.time_signatures.push_back({now, metre});
}

void ScoreGatherer::add_key_signature(Bytes data, std::int32_t now) {
  if (data.size() < 2 || data[1] > 1) return;
  const int sharps = static_cast<std::int8_t>(data[0]);
  if (sharps < -7 || sharps > 7) return;
  score_.key_signatures.push_back({now, key_of_sharps(sharps, data[1] == 0 ? Mode::kMajor : Mode::kMinor)});
}

void ScoreGatherer::keep_pedal(int channel) {
  std::vector<PedalSpan>& pedal = channels_[channel].pedal;
  if (pedal.empty()) return;
  bool has_notes = false;
  for (std::size_t i = first_track_; i < score_.tracks.size(); ++i) {
    if (channel_of_track_[i] != channel) continue;
    score_.tracks[i].pedal = pedal;
    has_notes = true;
  }
  if (!has_notes) loose_pedals_.emplace_back(channel, std::move(pedal));
}

void ScoreGatherer::attach_loose_pedal(int channel, const std::vector<PedalSpan>& pedal) {
  const auto found = std::ranges::find(channel_of_track_, channel);
  if (found == channel_of_track_.end()) return;
  Track& track = score_.tracks[static_cast<std::size_t>(found - channel_of_track_.begin())];
  if (track.pedal.empty()) track.pedal = pedal;
}

}  // namespace s2m
