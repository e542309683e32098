#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/midi/midi.h"
#include "story2midi/midi/score_gatherer.h"

namespace s2m {
namespace {

using Bytes = std::span<const std::uint8_t>;

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
  std::size_t origin = 0;  // where the bytes begin in the file

  [[noreturn]] void fail(std::size_t at, std::string what, std::string expected = {},
                         std::string got = {}) const {
    throw Error(fmt::format("{}: byte {}", name, origin + at), std::move(what), std::move(expected),
                std::move(got));
  }
};

// The Standard MIDI File within a RIFF MIDI file (RP-029), whose lengths are little-endian and whose chunks
// are padded to even lengths. Any other file is taken as it is.
Source within_riff(const Source& source) {
  const Bytes bytes = source.bytes;
  if (bytes.size() < 12 || as_text(bytes.first(4)) != "RIFF" || as_text(bytes.subspan(8, 4)) != "RMID")
    return source;
  for (std::size_t at = 12; bytes.size() >= at + 8;) {
    const std::size_t length = bytes[at + 4] | bytes[at + 5] << 8 | bytes[at + 6] << 16 |
                               static_cast<std::size_t>(bytes[at + 7]) << 24;
    const std::size_t begin = at + 8;
    if (as_text(bytes.subspan(at, 4)) == "data")
      return {bytes.subspan(begin, std::min(length, bytes.size() - begin)), source.name, begin};
    at = begin + length + length % 2;
  }
  source.fail(bytes.size(), "no MIDI in the RIFF file", "a data chunk");
}

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

// Walks the events of one track chunk.
class EventReader {
 public:
  // `messages`, where it is not null, takes every channel message.
  EventReader(const Source& source, const Chunk& chunk, std::vector<ChannelMessage>* messages)
      : source_(source), chunk_(chunk), messages_(messages), at_(chunk.begin) {}

  // Returns the tick at which the track ends.
  std::int32_t read(ScoreGatherer& gatherer, std::int32_t start) {
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
  bool read_event(ScoreGatherer& gatherer) {
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

  bool read_channel_message(ScoreGatherer& gatherer) {
    const int kind = status_ >> 4;
    const std::size_t size = kind == 0xC || kind == 0xD ? 1 : 2;
    if (left() < size) return false;
    const int first = source_.bytes[at_];
    int second = size == 2 ? source_.bytes[at_ + 1] : 0;
    if (kind <= 0x9) second = std::min(second, 127);  // a velocity
    if ((first | second) & 0x80) source_.fail(at_, "status byte within an event", "data bytes below 0x80");
    at_ += size;
    if (messages_ != nullptr)
      messages_->push_back(
          {now_, status_, static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second)});
    const int channel = status_ & 0x0F;
    if (kind == 0x9 && second > 0)
      gatherer.strike(channel, first, second, now_);
    else if (kind == 0x9 || kind == 0x8)
      gatherer.release(channel, first, now_);
    else if (kind == 0xB && first == 64)
      gatherer.set_pedal(channel, second, now_);
    else if (kind == 0xB && ends_notes(first))
      gatherer.release_all(channel, now_);
    else if (kind == 0xC)
      gatherer.set_program(channel, first);
    return true;
  }

  // All sound off, all notes off, and the changes of mode, each of which turns all notes off.
  static bool ends_notes(int controller) { return controller == 120 || controller >= 123; }

  bool read_meta(ScoreGatherer& gatherer) {
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
  std::vector<ChannelMessage>* messages_;
  std::size_t at_;
  std::int32_t now_ = 0;
  std::uint8_t status_ = 0;
  bool is_done_ = false;
};

// `file`: takes the messages and channels too, where it is not null.
Score read(const Source& source, MidiFile* file) {
  auto chunk = chunk_at(source, 0);
  if (!chunk || chunk->kind != "MThd") source.fail(0, "no Standard MIDI File", "MThd");
  const Header header = read_header(source, *chunk);
  ScoreGatherer gatherer(header.ticks_per_quarter, header.fixed_tempo);
  int track_count = 0;
  std::int32_t end = 0;
  while ((chunk = chunk_at(source, chunk->end))) {
    if (chunk->kind == "MTrk") {
      gatherer.begin_track(chunk->end - chunk->begin);
      end = EventReader(source, *chunk, file ? &file->messages : nullptr)
                .read(gatherer, header.type == 2 ? end : 0);
      gatherer.end_track(end);
      ++track_count;
    } else if (chunk->is_cut && track_count < header.track_count) {
      source.fail(chunk->begin - 8, "no chunk", "MTrk");
    }
  }
  if (track_count == 0) source.fail(source.bytes.size(), "no track", "MTrk");
  Score score = gatherer.finish();
  check_length(score, source.name);
  if (file) file->channels = gatherer.channels();
  return score;
}

}  // namespace

Score read_midi(std::span<const std::uint8_t> bytes, std::string_view name) {
  return read(within_riff({bytes, name}), nullptr);
}

Score load_midi(const std::filesystem::path& path) { return read_midi(read_bytes(path), path.string()); }

MidiFile read_midi_file(std::span<const std::uint8_t> bytes, std::string_view name) {
  MidiFile file;
  file.score = read(within_riff({bytes, name}), &file);
  std::ranges::stable_sort(file.messages, {}, &ChannelMessage::start_ticks);
  return file;
}

MidiFile load_midi_file(const std::filesystem::path& path) {
  return read_midi_file(read_bytes(path), path.string());
}

}  // namespace s2m
