#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <initializer_list>
#include <limits>
#include <map>

#include "base/error.h"
#include "base/files.h"
#include "midi/midi.h"
#include "music/key.h"

namespace s2m {
namespace {

constexpr int kTicksPerQuarter = 480;
constexpr std::uint32_t kLongestNumber = 0x0FFFFFFF;
constexpr int kDrumChannel = 9;
constexpr int kChannelCount = 16;

template <typename Number>
void expect_range(Number value, Number low, Number high, std::string_view what) {
  if (value < low || value > high)
    throw Error("midi", fmt::format("{} does not fit a MIDI file", what), fmt::format("{} to {}", low, high),
                fmt::to_string(value));
}

// The bytes of one chunk being written; times are turned into deltas.
class TrackWriter {
 public:
  void add(std::int32_t ticks, std::initializer_list<int> message) {
    add_delta(ticks);
    auto byte = message.begin();
    const bool runs_on = *byte == status_;
    status_ = *byte;
    for (byte += runs_on ? 1 : 0; byte != message.end(); ++byte)
      bytes_.push_back(static_cast<std::uint8_t>(*byte));
  }

  void add_meta(std::int32_t ticks, int kind, std::string_view data) {
    add_delta(ticks);
    bytes_.push_back(0xFF);
    bytes_.push_back(static_cast<std::uint8_t>(kind));
    expect_range<std::size_t>(data.size(), 0, kLongestNumber, "text");
    add_number(static_cast<std::uint32_t>(data.size()));
    bytes_.insert(bytes_.end(), data.begin(), data.end());
    status_ = 0;
  }

  void finish_into(std::vector<std::uint8_t>& file) {
    add_meta(now_, 0x2F, std::string_view());
    const auto size = static_cast<std::uint32_t>(bytes_.size());
    for (const char c : std::string_view("MTrk")) file.push_back(static_cast<std::uint8_t>(c));
    for (int shift = 24; shift >= 0; shift -= 8) file.push_back(static_cast<std::uint8_t>(size >> shift));
    file.insert(file.end(), bytes_.begin(), bytes_.end());
  }

 private:
  void add_delta(std::int32_t ticks) {
    expect_range<std::int64_t>(ticks - std::int64_t{now_}, 0, kLongestNumber, "time between events");
    add_number(static_cast<std::uint32_t>(ticks - now_));
    now_ = ticks;
  }

  void add_number(std::uint32_t value) {
    for (int shift = 21; shift > 0; shift -= 7)
      if (value >> shift) bytes_.push_back(static_cast<std::uint8_t>(0x80 | (value >> shift & 0x7F)));
    bytes_.push_back(static_cast<std::uint8_t>(value & 0x7F));
  }

  std::vector<std::uint8_t> bytes_;
  std::int32_t now_ = 0;
  int status_ = 0;
};

struct Meta {
  std::int32_t start_ticks;
  int kind;
  std::string data;
};

std::string as_bytes(std::initializer_list<int> values) { return std::string(values.begin(), values.end()); }

Meta meta_of(const Tempo& tempo) {
  const int value = tempo.microseconds_per_quarter;
  expect_range(value, 1, 0xFFFFFF, "tempo in microseconds a quarter");
  return {tempo.start_ticks, 0x51, as_bytes({value >> 16, value >> 8 & 0xFF, value & 0xFF})};
}

Meta meta_of(const TimeSignature& metre) {
  expect_range(metre.numerator, 1, 255, "beats of a bar");
  expect_range(metre.denominator, 1, 64, "beat unit");
  const int power = std::countr_zero(static_cast<unsigned>(metre.denominator));
  if (metre.denominator != 1 << power)
    throw Error("midi", "beat unit is no power of two", {}, fmt::to_string(metre.denominator));
  return {metre.start_ticks, 0x58, as_bytes({metre.numerator, power, 24, 8})};
}

Meta meta_of(const KeySignature& signature) {
  const Key& key = signature.key;
  expect_range(key.tonic, 0, 11, "tonic");
  return {signature.start_ticks, 0x59, as_bytes({sharps_of(key) & 0xFF, key.mode == Mode::kMinor ? 1 : 0})};
}

Meta meta_of(const Marker& marker) { return {marker.start_ticks, 0x06, marker.text}; }

void write_conductor(const Score& score, std::vector<std::uint8_t>& file) {
  std::vector<Meta> metas;
  const auto gather = [&](const auto& entries) {
    for (const auto& entry : entries) metas.push_back(meta_of(entry));
  };
  gather(score.tempos);
  gather(score.time_signatures);
  gather(score.key_signatures);
  gather(score.markers);
  std::ranges::stable_sort(metas, {}, &Meta::start_ticks);
  TrackWriter writer;
  for (const Meta& meta : metas) writer.add_meta(meta.start_ticks, meta.kind, meta.data);
  writer.finish_into(file);
}

// Sorted notes in which a pitch never sounds twice at once.
std::vector<Note> without_overlaps(std::vector<Note> notes) {
  std::ranges::sort(notes);
  std::array<std::size_t, 128> last;
  last.fill(std::numeric_limits<std::size_t>::max());
  std::vector<Note> kept;
  kept.reserve(notes.size());
  for (const Note& note : notes) {
    expect_range<int>(note.length_ticks, 1, std::numeric_limits<int>::max(), "length of a note");
    expect_range<int>(note.start_ticks, 0, std::numeric_limits<int>::max() - note.length_ticks,
                      "start of a note");
    expect_range<int>(note.pitch, 0, 127, "pitch");
    expect_range<int>(note.velocity, 1, 127, "velocity");
    std::size_t& index = last[note.pitch];
    if (index < kept.size()) {
      Note& before = kept[index];
      if (before.start_ticks == note.start_ticks) {
        before.length_ticks = note.length_ticks;
        before.velocity = std::max(before.velocity, note.velocity);
        continue;
      }
      before.length_ticks = std::min(before.length_ticks, note.start_ticks - before.start_ticks);
    }
    index = kept.size();
    kept.push_back(note);
  }
  return kept;
}

enum EventKind : std::uint64_t { kNoteOff, kPedalUp, kPedalDown, kNoteOn };

// Events packed so that plain sorting gives the order of writing: by tick, then releases before strikes.
std::uint64_t packed(std::int32_t ticks, EventKind kind, int first, int second) {
  return static_cast<std::uint64_t>(ticks) << 32 | kind << 16 |
         static_cast<std::uint64_t>(first << 8 | second);
}

std::vector<std::uint64_t> events_of(const Track& track) {
  std::vector<std::uint64_t> events;
  for (const Note& note : without_overlaps(track.notes)) {
    events.push_back(packed(note.start_ticks, kNoteOn, note.pitch, note.velocity));
    events.push_back(packed(note.start_ticks + note.length_ticks, kNoteOff, note.pitch, 0));
  }
  for (const PedalSpan& span : track.pedal) {
    if (span.start_ticks >= span.end_ticks) continue;
    expect_range(span.start_ticks, 0, std::numeric_limits<std::int32_t>::max(), "pedal");
    events.push_back(packed(span.start_ticks, kPedalDown, 64, 127));
    events.push_back(packed(span.end_ticks, kPedalUp, 64, 0));
  }
  std::ranges::sort(events);
  return events;
}

void write_track(const Track& track, int channel, std::vector<std::uint8_t>& file) {
  TrackWriter writer;
  writer.add_meta(0, 0x03, track.name);
  expect_range(track.program, 0, 127, "program");
  writer.add(0, {0xC0 | channel, track.program});
  for (const std::uint64_t event : events_of(track)) {
    const auto ticks = static_cast<std::int32_t>(event >> 32);
    const auto kind = static_cast<EventKind>(event >> 16 & 3);
    // A strike of velocity 0 is a release, and keeps the running status.
    const int status = kind == kNoteOn || kind == kNoteOff ? 0x90 : 0xB0;
    writer.add(ticks,
               {status | channel, static_cast<int>(event >> 8 & 0x7F), static_cast<int>(event & 0x7F)});
  }
  writer.finish_into(file);
}

// A channel for each track: its own while the 15 last, otherwise one for each program.
std::vector<int> channels_of(const std::vector<Track>& tracks) {
  const auto is_melodic = [](const Track& track) { return !track.is_drums; };
  const bool must_share = std::ranges::count_if(tracks, is_melodic) > kChannelCount - 1;
  std::vector<int> channels;
  std::map<int, int> channel_of_program;
  int next = 0;
  for (const Track& track : tracks) {
    const auto shared = channel_of_program.find(track.program);
    if (track.is_drums) {
      channels.push_back(kDrumChannel);
    } else if (must_share && shared != channel_of_program.end()) {
      channels.push_back(shared->second);
    } else {
      if (next == kDrumChannel) ++next;
      if (next == kChannelCount) throw Error("midi", "too many instruments for one MIDI file", "at most 15");
      channel_of_program.emplace(track.program, next);
      channels.push_back(next++);
    }
  }
  return channels;
}

std::int32_t rescaled(std::int64_t ticks, int from) {
  const std::int64_t scaled = (ticks * kTicksPerQuarter + from / 2) / from;
  expect_range<std::int64_t>(scaled, 0, std::numeric_limits<std::int32_t>::max(), "time");
  return static_cast<std::int32_t>(scaled);
}

// The score at 480 ticks a quarter. Of map entries that fall on one tick the last stands when it is read.
Score on_our_grid(Score score) {
  const int from = score.ticks_per_quarter;
  if (from <= 0) throw Error("midi", "no ticks in a quarter note", {}, fmt::to_string(from));
  if (from == kTicksPerQuarter) return score;
  const auto rescale = [&](std::int32_t& ticks) { ticks = rescaled(ticks, from); };
  for (Track& track : score.tracks) {
    for (Note& note : track.notes) {
      const std::int32_t end = rescaled(std::int64_t{note.start_ticks} + note.length_ticks, from);
      rescale(note.start_ticks);
      note.length_ticks = std::max(end - note.start_ticks, 1);
    }
    for (PedalSpan& span : track.pedal) rescale(span.start_ticks), rescale(span.end_ticks);
  }
  for (Tempo& tempo : score.tempos) rescale(tempo.start_ticks);
  for (TimeSignature& metre : score.time_signatures) rescale(metre.start_ticks);
  for (KeySignature& key : score.key_signatures) rescale(key.start_ticks);
  for (Marker& marker : score.markers) rescale(marker.start_ticks);
  score.ticks_per_quarter = kTicksPerQuarter;
  return score;
}

}  // namespace

std::vector<std::uint8_t> write_midi(const Score& original) {
  Score score = on_our_grid(original);
  std::erase_if(score.tracks, [](const Track& track) { return track.notes.empty(); });
  const std::vector<int> channels = channels_of(score.tracks);
  const std::size_t chunk_count = score.tracks.size() + 1;
  expect_range<std::size_t>(chunk_count, 1, 0xFFFF, "number of tracks");
  std::vector<std::uint8_t> file = {'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 1};
  for (const std::size_t value : {chunk_count, std::size_t{kTicksPerQuarter}}) {
    file.push_back(static_cast<std::uint8_t>(value >> 8));
    file.push_back(static_cast<std::uint8_t>(value & 0xFF));
  }
  write_conductor(score, file);
  for (std::size_t i = 0; i < score.tracks.size(); ++i) write_track(score.tracks[i], channels[i], file);
  return file;
}

void save_midi(const Score& score, const std::filesystem::path& path) {
  write_bytes(path, write_midi(score));
}

}  // namespace s2m
