#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"
#include "story2midi/midi/midi_text.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::int32_t kNone = -1;

std::uint32_t big_endian(Bytes bytes) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

std::string_view as_text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// The file's bytes with a name, so that every fault can say where it is.
struct Source {
  Bytes bytes;
  std::string_view name;

  [[noreturn]] void fail(std::size_t at, std::string what, std::string expected = {},
                         std::string got = {}) const {
    throw Error(fmt::format("{}: byte {}", name, at), std::move(what), std::move(expected), std::move(got));
  }
};

struct Chunk {
  std::string_view kind;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_cut = false;  // the file ends before the chunk does
};

std::optional<Chunk> chunk_at(const Source& source, std::size_t at) {
  if (source.bytes.size() < at + 8) return std::nullopt;
  const std::size_t length = big_endian(source.bytes.subspan(at + 4, 4));
  const std::size_t rest = source.bytes.size() - at - 8;
  return Chunk{as_text(source.bytes.subspan(at, 4)), at + 8, at + 8 + std::min(length, rest), length > rest};
}

struct Header {
  int type = 0;
  int track_count = 0;
  int ticks_per_quarter = 0;
  std::optional<std::int32_t> fixed_tempo;  // microseconds a quarter, under SMPTE division
};

void read_smpte(const Source& source, std::size_t at, Header& header) {
  const int frames = 256 - source.bytes[at];
  const int ticks_per_frame = source.bytes[at + 1];
  if ((frames != 24 && frames != 25 && frames != 29 && frames != 30) || ticks_per_frame == 0)
    source.fail(at, "no SMPTE division", "24, 25, 29 or 30 frames a second",
                fmt::format("{} of {} ticks", frames, ticks_per_frame));
  // 29 stands for drop-frame time code: 30 frames in 1.001 s.
  const int ticks_per_second = (frames == 29 ? 30 : frames) * ticks_per_frame;
  const std::int32_t second = frames == 29 ? 1'001'000 : 1'000'000;
  const int quarters_per_second = ticks_per_second % 2 == 0 ? 2 : 1;
  header.ticks_per_quarter = ticks_per_second / quarters_per_second;
  header.fixed_tempo = second / quarters_per_second;
}

Header read_header(const Source& source, const Chunk& chunk) {
  if (chunk.end - chunk.begin < 6) source.fail(chunk.begin, "header cut short", "6 bytes");
  const std::size_t at = chunk.begin;
  Header header;
  header.type = static_cast<int>(big_endian(source.bytes.subspan(at, 2)));
  header.track_count = static_cast<int>(big_endian(source.bytes.subspan(at + 2, 2)));
  header.ticks_per_quarter = static_cast<int>(big_endian(source.bytes.subspan(at + 4, 2)));
  if (header.type > 2) source.fail(at, "unknown type of MIDI file", "0, 1 or 2", fmt::to_string(header.type));
  if (header.ticks_per_quarter == 0) source.fail(at + 4, "no ticks in a quarter note");
  if (header.ticks_per_quarter & 0x8000) read_smpte(source, at + 4, header);
  return header;
}

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

// Gathers what the file tracks say into one score.
class Gatherer {
 public:
  explicit Gatherer(const Header& header) : fixed_tempo_(header.fixed_tempo) {
    score_.ticks_per_quarter = header.ticks_per_quarter;
    if (fixed_tempo_) score_.tempos.push_back({0, *fixed_tempo_});
  }

  void begin_track(std::size_t byte_count) {
    first_track_ = score_.tracks.size();
    name_.clear();
    note_guess_ = byte_count / 8;
    track_of_program_.fill(kNone);
    channels_.fill({});
  }

  void strike(int channel, int pitch, int velocity, std::int32_t now) {
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

  // While more strikes than releases have come, a later release may still lengthen the note.
  void release(int channel, int pitch, std::int32_t now) {
    KeyState& key = channels_[channel].keys[pitch];
    if (key.strikes == 0) return;
    --key.strikes;
    Note& note = score_.tracks[key.track].notes[key.note];
    note.length_ticks = std::max(now - note.start_ticks, 1);
  }

  void set_program(int channel, int program) {
    programs_[channel] = program;
    channels_[channel].track = kNone;
  }

  void set_pedal(int channel, int value, std::int32_t now) {
    ChannelState& state = channels_[channel];
    if (value >= 64) {
      if (state.pedal_start == kNone) state.pedal_start = now;
    } else {
      if (state.pedal_start != kNone && state.pedal_start < now)
        state.pedal.push_back({state.pedal_start, now});
      state.pedal_start = kNone;
    }
  }

  void add_meta(int kind, Bytes data, std::int32_t now) {
    switch (kind) {
      case 0x03:
        name_ = utf8_from_midi(as_text(data));
        break;
      case 0x06:
        score_.markers.push_back({now, utf8_from_midi(as_text(data))});
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

  void end_track(std::int32_t now) {
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

  Score finish() {
    for (const auto& [channel, pedal] : loose_pedals_) attach_loose_pedal(channel, pedal);
    for (Track& track : score_.tracks) sort_notes(track.notes);
    order(score_.tempos);
    order(score_.time_signatures);
    order(score_.key_signatures);
    std::ranges::stable_sort(score_.markers, {}, &Marker::start_ticks);
    return std::move(score_);
  }

 private:
  std::int32_t track_for(int channel) {
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

  void add_tempo(Bytes data, std::int32_t now) {
    if (data.size() < 3 || fixed_tempo_) return;
    const auto tempo = static_cast<std::int32_t>(big_endian(data.first(3)));
    if (tempo > 0) score_.tempos.push_back({now, tempo});
  }

  void add_time_signature(Bytes data, std::int32_t now) {
    if (data.size() < 2 || data[0] == 0 || data[1] > 6) return;
    const Metre metre{data[0], 1 << data[1]};
    if (4 * score_.ticks_per_quarter * metre.numerator >= metre.denominator)
      score_.time_signatures.push_back({now, metre});
  }

  void add_key_signature(Bytes data, std::int32_t now) {
    if (data.size() < 2 || data[1] > 1) return;
    const int sharps = static_cast<std::int8_t>(data[0]);
    if (sharps < -7 || sharps > 7) return;
    score_.key_signatures.push_back({now, key_of_sharps(sharps, data[1] == 0 ? Mode::kMajor : Mode::kMinor)});
  }

  void keep_pedal(int channel) {
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

  void attach_loose_pedal(int channel, const std::vector<PedalSpan>& pedal) {
    const auto found = std::ranges::find(channel_of_track_, channel);
    if (found == channel_of_track_.end()) return;
    Track& track = score_.tracks[found - channel_of_track_.begin()];
    if (track.pedal.empty()) track.pedal = pedal;
  }

  // Notes come in order of their starts; only those that start together need sorting.
  static void sort_notes(std::vector<Note>& notes) {
    for (std::size_t begin = 0, end = 0; begin < notes.size(); begin = end) {
      for (end = begin + 1; end < notes.size() && notes[end].start_ticks == notes[begin].start_ticks;) ++end;
      if (end - begin > 1) std::sort(notes.begin() + begin, notes.begin() + end);
    }
  }

  // Sorts a map by time; of several entries at one tick the last stands.
  template <typename Entry>
  static void order(std::vector<Entry>& entries) {
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

// Walks the events of one track chunk.
class EventReader {
 public:
  EventReader(const Source& source, const Chunk& chunk) : source_(source), chunk_(chunk), at_(chunk.begin) {}

  // Returns the tick at which the track ends.
  std::int32_t read(Gatherer& gatherer, std::int32_t start) {
    now_ = start;
    while (at_ < chunk_.end && !is_done_) {
      if (!read_event(gatherer)) {
        if (!chunk_.is_cut) source_.fail(at_, "event runs past the end of its track");
        break;
      }
    }
    return now_;
  }

 private:
  std::size_t left() const { return chunk_.end - at_; }

  // False when the chunk ends within the event.
  bool read_event(Gatherer& gatherer) {
    const std::size_t delta_at = at_;
    const auto delta = read_length();
    if (!delta || left() == 0) return false;
    if (*delta > static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max() - now_))
      source_.fail(delta_at, "time runs past 31 bits of ticks");
    now_ += static_cast<std::int32_t>(*delta);
    const std::uint8_t first = source_.bytes[at_];
    if (first == 0xFF) return read_meta(gatherer);
    if (first >= 0xF0) return skip_system(first);
    if (first & 0x80) {
      status_ = first;
      ++at_;
    } else if (status_ == 0) {
      source_.fail(at_, "data byte without a status before it", {}, fmt::format("0x{:02x}", first));
    }
    return read_channel_message(gatherer);
  }

  bool read_channel_message(Gatherer& gatherer) {
    const int kind = status_ >> 4;
    const std::size_t size = kind == 0xC || kind == 0xD ? 1 : 2;
    if (left() < size) return false;
    const int first = source_.bytes[at_];
    int second = size == 2 ? source_.bytes[at_ + 1] : 0;
    if (kind <= 0x9) second = std::min(second, 127);  // a velocity
    if ((first | second) & 0x80) source_.fail(at_, "status byte within an event", "data bytes below 0x80");
    at_ += size;
    const int channel = status_ & 0x0F;
    if (kind == 0x9 && second > 0)
      gatherer.strike(channel, first, second, now_);
    else if (kind == 0x9 || kind == 0x8)
      gatherer.release(channel, first, now_);
    else if (kind == 0xB && first == 64)
      gatherer.set_pedal(channel, second, now_);
    else if (kind == 0xC)
      gatherer.set_program(channel, first);
    return true;
  }

  bool read_meta(Gatherer& gatherer) {
    if (left() < 2) return false;
    const int kind = source_.bytes[at_ + 1];
    at_ += 2;
    const auto length = read_length();
    if (!length || left() < *length) return false;
    gatherer.add_meta(kind, source_.bytes.subspan(at_, *length), now_);
    at_ += *length;
    is_done_ = kind == 0x2F;
    return true;
  }

  bool skip_system(std::uint8_t status) {
    if (status != 0xF0 && status != 0xF7)
      source_.fail(at_, "no event of a MIDI file", "SysEx 0xf0 or 0xf7", fmt::format("0x{:02x}", status));
    ++at_;
    const auto length = read_length();
    if (!length || left() < *length) return false;
    at_ += *length;
    return true;
  }

  // A number of up to 28 bits, seven a byte; nothing when the chunk ends within it.
  std::optional<std::uint32_t> read_length() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      if (at_ == chunk_.end) return std::nullopt;
      const std::uint8_t byte = source_.bytes[at_++];
      value = value << 7 | (byte & 0x7F);
      if (byte < 0x80) return value;
    }
    source_.fail(at_ - 4, "number of more than four bytes");
  }

  const Source& source_;
  const Chunk chunk_;
  std::size_t at_;
  std::int32_t now_ = 0;
  std::uint8_t status_ = 0;
  bool is_done_ = false;
};

}  // namespace

Score read_midi(std::span<const std::uint8_t> bytes, std::string_view name) {
  const Source source{bytes, name};
  auto chunk = chunk_at(source, 0);
  if (!chunk || chunk->kind != "MThd") source.fail(0, "no Standard MIDI File", "MThd");
  const Header header = read_header(source, *chunk);
  Gatherer gatherer(header);
  int track_count = 0;
  std::int32_t end = 0;
  while ((chunk = chunk_at(source, chunk->end))) {
    if (chunk->kind == "MTrk") {
      gatherer.begin_track(chunk->end - chunk->begin);
      end = EventReader(source, *chunk).read(gatherer, header.type == 2 ? end : 0);
      gatherer.end_track(end);
      ++track_count;
    } else if (chunk->is_cut && track_count < header.track_count) {
      source.fail(chunk->begin - 8, "no chunk", "MTrk");
    }
  }
  if (track_count == 0) source.fail(bytes.size(), "no track", "MTrk");
  return gatherer.finish();
}

Score load_midi(const std::filesystem::path& path) { return read_midi(read_bytes(path), path.string()); }

}  // namespace s2m
