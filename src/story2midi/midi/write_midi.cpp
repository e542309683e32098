#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <initializer_list>
#include <limits>
#include <map>
#include <span>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

constexpr std::uint32_t kLongestNumber = 0x0FFFFFFF;
constexpr int kDrumChannel = 9;
constexpr int kBankHigh = 0, kBankLow = 32, kPedal = 64;  // controllers
constexpr int kChannelCount = 16;

template <typename Number>
[[noreturn, gnu::noinline]] void throw_out_of_range(Number value, Number low, Number high,
                                                    std::string_view what) {
  throw Error("midi", fmt::format("{} does not fit a MIDI file", what), fmt::format("{} to {}", low, high),
              fmt::to_string(value));
}

template <typename Number>
void expect_range(Number value, Number low, Number high, std::string_view what) {
  if (value < low || value > high) [[unlikely]]
    throw_out_of_range(value, low, high, what);
}

constexpr std::size_t kMostBytes = 8;  // of an event: a time, a status, two numbers

// Writes one chunk at the end of a file; times are turned into deltas.
class TrackWriter {
 public:
  // The chunk holds so many bytes at most, beside its head and its last event.
  TrackWriter(std::vector<std::uint8_t>& file, std::size_t most) : file_(file), start_(file.size()) {
    file.resize(start_ + kHead + most + kMostBytes);
    std::ranges::copy(std::string_view("MTrk"), file.begin() + static_cast<std::ptrdiff_t>(start_));
    at_ = file.data() + start_ + kHead;
  }

  void add(std::int32_t ticks, int status, int first) {
    add_status(ticks, status);
    add_byte(first);
  }
  void add(std::int32_t ticks, int status, int first, int second) {
    add(ticks, status, first);
    add_byte(second);
  }

  void add_meta(std::int32_t ticks, int kind, std::string_view data) {
    add_delta(ticks);
    add_byte(0xFF);
    add_byte(kind);
    add_number(static_cast<std::uint32_t>(data.size()));
    at_ = std::ranges::copy(data, at_).out;
    status_ = 0;
  }

  void finish() {
    add_meta(now_, 0x2F, std::string_view());
    const auto size = static_cast<std::size_t>(at_ - file_.data()) - start_ - kHead;
    for (std::size_t i = 0; i < 4; ++i)
      file_[start_ + 4 + i] = static_cast<std::uint8_t>(size >> (24 - 8 * i));
    file_.resize(start_ + kHead + size);
  }

 private:
  static constexpr std::size_t kHead = 8;  // "MTrk" and the size of what follows

  void add_byte(int value) { *at_++ = static_cast<std::uint8_t>(value); }

  void add_status(std::int32_t ticks, int status) {
    add_delta(ticks);
    if (status != status_) add_byte(status);
    status_ = status;
  }

  void add_delta(std::int32_t ticks) {
    expect_range<std::int64_t>(ticks - std::int64_t{now_}, 0, kLongestNumber, "time between events");
    add_number(static_cast<std::uint32_t>(ticks - now_));
    now_ = ticks;
  }

  void add_number(std::uint32_t value) {
    for (int shift = value < 0x80 ? 0 : 21; shift > 0; shift -= 7)
      if (value >> shift) add_byte(static_cast<int>(0x80 | (value >> shift & 0x7F)));
    add_byte(static_cast<int>(value & 0x7F));
  }

  std::vector<std::uint8_t>& file_;
  std::size_t start_;
  std::uint8_t* at_;
  std::int32_t now_ = 0;
  int status_ = 0;
};

std::size_t most_bytes(std::string_view text) {
  expect_range<std::size_t>(text.size(), 0, kLongestNumber, "text");
  return text.size() + 2 * kMostBytes;
}

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

Meta meta_of(const TimeSignature& signature) {
  const auto& [start, metre] = signature;
  expect_range(metre.numerator, 1, 255, "beats of a bar");
  expect_range(metre.denominator, 1, 64, "beat unit");
  const int power = std::countr_zero(static_cast<unsigned>(metre.denominator));
  if (metre.denominator != 1 << power)
    throw Error("midi", "beat unit is no power of two", {}, fmt::to_string(metre.denominator));
  return {start, 0x58, as_bytes({metre.numerator, power, 24, 8})};
}

Meta meta_of(const KeySignature& signature) {
  const Key& key = signature.key;
  expect_range(key.tonic, 0, 11, "tonic");
  return {signature.start_ticks, 0x59, as_bytes({sharps_of(key) & 0xFF, key.mode == Mode::kMinor ? 1 : 0})};
}

Meta meta_of(const Marker& marker) { return {marker.start_ticks, 0x06, marker.text}; }

// About the whole file: its title as the conductor's name, copyright, texts.
std::vector<Meta> head_of(const Score& score) {
  std::vector<Meta> head;
  if (!score.title.empty()) head.push_back({0, 0x03, score.title});
  if (!score.copyright.empty()) head.push_back({0, 0x02, score.copyright});
  for (const std::string& text : score.texts) head.push_back({0, 0x01, text});
  return head;
}

void write_conductor(const Score& score, std::vector<std::uint8_t>& file) {
  std::vector<Meta> metas = head_of(score);
  const auto gather = [&](const auto& entries) {
    for (const auto& entry : entries) metas.push_back(meta_of(entry));
  };
  gather(score.tempos);
  gather(score.time_signatures);
  gather(score.key_signatures);
  gather(score.markers);
  for (const Marker& cue : score.cues) metas.push_back({cue.start_ticks, 0x07, cue.text});
  for (const Track& track : score.tracks)
    for (const Lyric& lyric : track.lyrics) metas.push_back({lyric.start_ticks, 0x05, lyric.text});
  std::ranges::stable_sort(metas, {}, &Meta::start_ticks);
  std::size_t most = 0;
  for (const Meta& meta : metas) most += most_bytes(meta.data);
  TrackWriter writer(file, most);
  for (const Meta& meta : metas) writer.add_meta(meta.start_ticks, meta.kind, meta.data);
  writer.finish();
}

std::vector<Meta> key_metas(const Score& score) {
  std::vector<Meta> metas;
  for (const KeySignature& signature : score.key_signatures) metas.push_back(meta_of(signature));
  std::ranges::stable_sort(metas, {}, &Meta::start_ticks);
  return metas;
}

void check(const Note& note) {
  expect_range<int>(note.length_ticks, 1, std::numeric_limits<int>::max(), "length of a note");
  expect_range<int>(note.start_ticks, 0, std::numeric_limits<int>::max() - note.length_ticks,
                    "start of a note");
  expect_range<int>(note.pitch, 0, 127, "pitch");
  expect_range<int>(note.velocity, 1, 127, "velocity");
}

enum EventKind : std::uint64_t { kNoteOff, kPedalUp, kPedalDown, kControl, kNoteOn };

// Events packed so that their order as numbers is that of writing: by tick, then releases before strikes.
std::uint64_t packed(std::int32_t ticks, EventKind kind, int first, int second) {
  return static_cast<std::uint64_t>(ticks) << 32 | kind << 16 |
         static_cast<std::uint64_t>(first << 8 | second);
}
constexpr auto kNever = std::numeric_limits<std::uint64_t>::max();
std::int32_t ticks_of(std::uint64_t event) { return static_cast<std::int32_t>(event >> 32); }
int pitch_of(std::uint64_t event) { return static_cast<int>(event >> 8 & 0x7F); }

// The releases of the notes that sound; a pitch sounds once at most, so they are few.
class SoundingNotes {
 public:
  std::uint64_t first_release() const { return count_ == 0 ? kNever : releases_[count_ - 1]; }
  void drop_first() { --count_; }

  void add(int pitch, std::int32_t end_ticks) {
    const auto release = packed(end_ticks, kNoteOff, pitch, 0);
    std::size_t at = count_++;
    for (; at > 0 && releases_[at - 1] < release; --at) releases_[at] = releases_[at - 1];
    releases_[at] = release;
  }

  // The pitch is struck again: if it sounds, it ends there.
  void end(int pitch, std::int32_t ticks) {
    std::size_t at = 0;
    while (at < count_ && pitch_of(releases_[at]) != pitch) ++at;
    if (at == count_ || ticks_of(releases_[at]) <= ticks) return;
    for (--count_; at < count_; ++at) releases_[at] = releases_[at + 1];
    add(pitch, ticks);
  }

 private:
  std::array<std::uint64_t, 128> releases_;  // the first one last
  std::size_t count_ = 0;
};

// Pedals and controllers of a track.
std::vector<std::uint64_t> control_events(const Track& track) {
  std::vector<std::uint64_t> events;
  events.reserve(2 * track.pedal.size() + track.controls.size() + 1);
  constexpr auto kLast = std::numeric_limits<std::int32_t>::max();
  for (const PedalSpan& span : track.pedal) {
    if (span.start_ticks >= span.end_ticks) continue;
    expect_range(span.start_ticks, 0, kLast, "pedal");
    events.push_back(packed(span.start_ticks, kPedalDown, kPedal, 127));
    events.push_back(packed(span.end_ticks, kPedalUp, kPedal, 0));
  }
  for (const ControlChange& change : track.controls) {
    expect_range(change.start_ticks, 0, kLast, "controller");
    expect_range<int>(change.controller, 0, 127, "controller");
    expect_range<int>(change.value, 0, 127, "controller's value");
    events.push_back(packed(change.start_ticks, kControl, change.controller, change.value));
  }
  if (!std::ranges::is_sorted(events)) std::ranges::sort(events);
  events.push_back(kNever);
  return events;
}

// Writes a track's events in their order: notes as they come, by start, among releases, controllers and keys.
class EventWriter {
 public:
  EventWriter(TrackWriter& writer, const Track& track, std::span<const Meta> keys, int channel)
      : writer_(writer), controls_(control_events(track)), keys_(keys), channel_(channel) {}

  // All notes that start in one tick. Two of one pitch are one: the longer length, the louder velocity.
  void strike(std::span<const Note> chord) {
    struck_.clear();
    for (const Note& note : chord) {
      check(note);
      auto at = struck_.begin();
      while (at != struck_.end() && at->pitch < note.pitch) ++at;
      if (at == struck_.end() || at->pitch != note.pitch)
        struck_.insert(at, note);
      else
        *at = {note.start_ticks, std::max(at->length_ticks, note.length_ticks), note.pitch,
               std::max(at->velocity, note.velocity)};
    }
    const auto tick = chord.front().start_ticks;
    for (const Note& note : struck_) sounding_.end(note.pitch, tick);
    write_until(packed(tick, kNoteOn, 0, 0));
    for (const Note& note : struck_) {
      writer_.add(tick, 0x90 | channel_, note.pitch, note.velocity);
      sounding_.add(note.pitch, tick + note.length_ticks);
    }
  }

  // Releases, controllers and keys before `end`; a key stands before all else of its tick.
  void write_until(std::uint64_t end) {
    for (;;) {
      const auto release = sounding_.first_release(), control = controls_[next_control_];
      const auto key = keys_.empty() ? kNever : packed(keys_.front().start_ticks, kNoteOff, 0, 0);
      if (std::min({release, control, key}) >= end) return;
      if (key <= std::min(release, control)) {
        writer_.add_meta(keys_.front().start_ticks, keys_.front().kind, keys_.front().data);
        keys_ = keys_.subspan(1);
      } else if (release < control) {  // a strike of velocity 0 is a release, and keeps the running status
        writer_.add(ticks_of(release), 0x90 | channel_, pitch_of(release), 0);
        sounding_.drop_first();
      } else {
        writer_.add(ticks_of(control), 0xB0 | channel_, pitch_of(control), static_cast<int>(control & 0x7F));
        ++next_control_;
      }
    }
  }

 private:
  TrackWriter& writer_;
  SoundingNotes sounding_;
  std::vector<std::uint64_t> controls_;  // kNever last
  std::size_t next_control_ = 0;
  std::span<const Meta> keys_;  // those to come
  std::vector<Note> struck_;    // by pitch
  int channel_;
};

void write_track(const Track& track, std::span<const Meta> keys, int channel,
                 std::vector<std::uint8_t>& file) {
  expect_range(track.program, 0, 127, "program");
  std::size_t most = most_bytes(track.name) + kMostBytes * (3 + 2 * track.notes.size() +
                                                            2 * track.pedal.size() + track.controls.size());
  for (const Meta& key : keys) most += most_bytes(key.data);
  TrackWriter writer(file, most);
  writer.add_meta(0, 0x03, track.name);
  if (!track.is_drums) {
    writer.add(0, 0xB0 | channel, kBankHigh, 0);
    writer.add(0, 0xB0 | channel, kBankLow, 0);
  }
  writer.add(0, 0xC0 | channel, track.program);
  std::vector<Note> sorted;
  std::span<const Note> notes = track.notes;
  if (!std::ranges::is_sorted(notes, {}, &Note::start_ticks)) {
    sorted = track.notes;
    std::ranges::stable_sort(sorted, {}, &Note::start_ticks);
    notes = sorted;
  }
  EventWriter events(writer, track, keys, channel);
  while (!notes.empty()) {
    std::size_t count = 1;
    while (count < notes.size() && notes[count].start_ticks == notes.front().start_ticks) ++count;
    events.strike(notes.first(count));
    notes = notes.subspan(count);
  }
  events.write_until(kNever);
  writer.finish();
}

// A channel for each track: its own while the 15 last, otherwise one for each program.
std::vector<int> channels_of(const std::vector<const Track*>& tracks) {
  const auto is_melodic = [](const Track* track) { return !track->is_drums; };
  const bool must_share = std::ranges::count_if(tracks, is_melodic) > kChannelCount - 1;
  std::vector<int> channels;
  std::map<int, int> channel_of_program;
  int next = 0;
  for (const Track* track : tracks) {
    const auto shared = channel_of_program.find(track->program);
    if (track->is_drums) {
      channels.push_back(kDrumChannel);
    } else if (must_share && shared != channel_of_program.end()) {
      channels.push_back(shared->second);
    } else {
      if (next == kDrumChannel) ++next;
      if (next == kChannelCount) throw Error("midi", "too many instruments for one MIDI file", "at most 15");
      channel_of_program.emplace(track->program, next);
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
  const auto rescale = [&](std::int32_t& ticks) { ticks = rescaled(ticks, from); };
  for (Track& track : score.tracks) {
    for (Note& note : track.notes) {
      const std::int32_t end = rescaled(std::int64_t{note.start_ticks} + note.length_ticks, from);
      rescale(note.start_ticks);
      note.length_ticks = std::max(end - note.start_ticks, 1);
    }
    for (PedalSpan& span : track.pedal) rescale(span.start_ticks), rescale(span.end_ticks);
    for (ControlChange& change : track.controls) rescale(change.start_ticks);
    for (Lyric& lyric : track.lyrics) rescale(lyric.start_ticks);
  }
  for (Tempo& tempo : score.tempos) rescale(tempo.start_ticks);
  for (TimeSignature& signature : score.time_signatures) rescale(signature.start_ticks);
  for (KeySignature& key : score.key_signatures) rescale(key.start_ticks);
  for (Marker& marker : score.markers) rescale(marker.start_ticks);
  for (Marker& cue : score.cues) rescale(cue.start_ticks);
  score.ticks_per_quarter = kTicksPerQuarter;
  return score;
}

std::vector<std::uint8_t> head_chunk(std::size_t chunk_count, int ticks_per_quarter) {
  std::vector<std::uint8_t> file = {'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 1};
  for (const std::size_t value : {chunk_count, static_cast<std::size_t>(ticks_per_quarter)}) {
    file.push_back(static_cast<std::uint8_t>(value >> 8));
    file.push_back(static_cast<std::uint8_t>(value & 0xFF));
  }
  return file;
}

std::vector<std::uint8_t> write(const Score& score) {
  std::vector<const Track*> tracks;
  for (const Track& track : score.tracks)
    if (!track.notes.empty()) tracks.push_back(&track);
  const std::vector<int> channels = channels_of(tracks);
  const std::size_t chunk_count = tracks.size() + 1;
  expect_range<std::size_t>(chunk_count, 1, 0xFFFF, "number of tracks");
  auto file = head_chunk(chunk_count, kTicksPerQuarter);
  write_conductor(score, file);
  const std::vector<Meta> keys = key_metas(score);
  for (std::size_t i = 0; i < tracks.size(); ++i) write_track(*tracks[i], keys, channels[i], file);
  return file;
}

}  // namespace

std::vector<std::uint8_t> write_midi(const Score& score) {
  return score.ticks_per_quarter == kTicksPerQuarter ? write(score) : write(on_our_grid(score));
}

void save_midi(const Score& score, const std::filesystem::path& path) {
  write_bytes(path, write_midi(score));
}

std::vector<std::uint8_t> write_channel(const MidiFile& file, int channel, std::string_view name) {
  expect_range(file.score.ticks_per_quarter, 1, 0x7FFF, "ticks of a quarter");
  auto bytes = head_chunk(2, file.score.ticks_per_quarter);
  write_conductor(file.score, bytes);
  const auto keys = key_metas(file.score);
  std::size_t most = most_bytes(name) + kMostBytes * file.messages.size();
  for (const Meta& key : keys) most += most_bytes(key.data);
  TrackWriter writer(bytes, most);
  writer.add_meta(0, 0x03, name);
  auto key = keys.begin();
  const auto add_keys = [&](std::int32_t until) {
    for (; key != keys.end() && key->start_ticks <= until; ++key)
      writer.add_meta(key->start_ticks, key->kind, key->data);
  };
  for (const auto& [ticks, status, first, second] : file.messages) {
    if ((status & 0x0F) != channel) continue;
    add_keys(ticks);
    const bool is_short = status >> 4 == 0xC || status >> 4 == 0xD;  // program, channel pressure
    is_short ? writer.add(ticks, status, first) : writer.add(ticks, status, first, second);
  }
  add_keys(std::numeric_limits<std::int32_t>::max());
  writer.finish();
  return bytes;
}

}  // namespace s2m
