#include "story2midi/audio/sound_loop.h"

#include <fmt/format.h>
#include <ogg/ogg.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>
#include <string>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

using Bytes = std::vector<std::uint8_t>;

void put32(Bytes& bytes, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t get32(const Bytes& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{bytes.at(at + i)} << (8 * i);
  return value;
}

void set32(Bytes& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes.at(at + i) = static_cast<std::uint8_t>(value >> (8 * i));
}

[[noreturn]] void fail() { throw Error(ErrorKind::kSystem, "sound", "its loop points cannot be written"); }

// One loop, forward and for ever.
Bytes wav_with_loop(Bytes file, LoopFrames loop) {
  constexpr std::size_t kRate = 24;  // of the chunk `fmt `, which comes first
  const std::uint32_t period = 1'000'000'000 / get32(file, kRate);
  Bytes chunk{'s', 'm', 'p', 'l'};
  for (const std::uint32_t value : {60u, 0u, 0u, period, 60u, 0u, 0u, 0u, 1u, 0u})
    put32(chunk,
          value);  // size, maker, product, period, key, fraction, SMPTE format and offset, loops, more data
  for (const auto value :
       {std::int64_t{0}, std::int64_t{0}, loop.start, loop.end - 1, std::int64_t{0}, std::int64_t{0}})
    put32(chunk,
          static_cast<std::uint32_t>(value));  // number, forward, first and last frame, fraction, for ever
  if (file.size() % 2 != 0) file.push_back(0);
  file.insert(file.end(), chunk.begin(), chunk.end());
  set32(file, 4, static_cast<std::uint32_t>(file.size() - 8));
  return file;
}

// A Vorbis comment (its vendor, a count, the entries) from `at` on, with two entries more; returns where it ends.
std::size_t add_comments(const Bytes& from, std::size_t at, LoopFrames loop, Bytes& to) {
  const std::size_t vendor = get32(from, at), count_at = at + 4 + vendor;
  to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(at),
            from.begin() + static_cast<std::ptrdiff_t>(count_at));
  const std::uint32_t count = get32(from, count_at);
  std::size_t end = count_at + 4;
  for (std::uint32_t i = 0; i < count; ++i) end += 4 + get32(from, end);
  if (end > from.size()) fail();
  put32(to, count + 2);
  to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(count_at + 4),
            from.begin() + static_cast<std::ptrdiff_t>(end));
  for (const auto& text :
       {fmt::format("LOOPSTART={}", loop.start), fmt::format("LOOPLENGTH={}", loop.end - loop.start)}) {
    put32(to, static_cast<std::uint32_t>(text.size()));
    to.insert(to.end(), text.begin(), text.end());
  }
  return end;
}

// Metadata blocks: a byte of last and kind, three of length (FLAC format, section 8). The comment is of kind 4.
Bytes flac_with_loop(const Bytes& file, LoopFrames loop) {
  constexpr std::size_t kHead = 4;
  Bytes out(file.begin(), file.begin() + 4);
  for (std::size_t at = 4; at + kHead <= file.size();) {
    const std::size_t size = std::size_t{file[at + 1]} << 16 | std::size_t{file[at + 2]} << 8 | file[at + 3];
    const bool is_last = (file[at] & 0x80) != 0;
    Bytes body(file.begin() + static_cast<std::ptrdiff_t>(at + kHead),
               file.begin() + static_cast<std::ptrdiff_t>(std::min(file.size(), at + kHead + size)));
    if ((file[at] & 0x7F) == 4) {
      Bytes longer;
      add_comments(body, 0, loop, longer);
      body = std::move(longer);
    }
    out.push_back(file[at]);
    for (const int shift : {16, 8, 0}) out.push_back(static_cast<std::uint8_t>(body.size() >> shift));
    out.insert(out.end(), body.begin(), body.end());
    at += kHead + size;
    if (!is_last) continue;
    out.insert(out.end(), file.begin() + static_cast<std::ptrdiff_t>(at), file.end());
    return out;
  }
  fail();
}

// A stream of packets in and one out, in memory; libogg makes the pages.
class OggCopy {
 public:
  OggCopy(const Bytes& file, LoopFrames loop) : loop_(loop) {
    ogg_sync_init(&sync_);
    char* const room = ogg_sync_buffer(&sync_, static_cast<long>(file.size()));
    std::memcpy(room, file.data(), file.size());
    ogg_sync_wrote(&sync_, static_cast<long>(file.size()));
  }
  OggCopy(const OggCopy&) = delete;
  OggCopy& operator=(const OggCopy&) = delete;
  ~OggCopy() {
    if (has_streams_) ogg_stream_clear(&in_), ogg_stream_clear(&out_);
    ogg_sync_clear(&sync_);
  }

  Bytes run() {
    for (ogg_page page; ogg_sync_pageout(&sync_, &page) == 1;) {
      if (!has_streams_) begin(ogg_page_serialno(&page));
      ogg_stream_pagein(&in_, &page);
      for (ogg_packet packet; ogg_stream_packetout(&in_, &packet) == 1;) copy(packet);
    }
    take_pages(&ogg_stream_flush);
    return std::move(bytes_);
  }

 private:
  using NextPage = int (*)(ogg_stream_state*, ogg_page*);

  void begin(int serial) {
    ogg_stream_init(&in_, serial), ogg_stream_init(&out_, serial);
    has_streams_ = true;
  }
  void take_pages(NextPage next) {
    if (!has_streams_) fail();
    for (ogg_page page; next(&out_, &page) != 0;) {
      bytes_.insert(bytes_.end(), page.header, page.header + page.header_len);
      bytes_.insert(bytes_.end(), page.body, page.body + page.body_len);
    }
  }
  // The first packet has a page of its own; audio begins on a page behind the three headers (Vorbis I, appendix A).
  void copy(ogg_packet packet) {
    constexpr std::size_t kName = 7;  // 3, "vorbis"
    Bytes comment;
    const auto number = packets_++;
    if (number == 1) {
      const Bytes old(packet.packet, packet.packet + packet.bytes);
      comment.assign(old.begin(), old.begin() + kName);
      const auto end = add_comments(old, kName, loop_, comment);
      comment.insert(comment.end(), old.begin() + static_cast<std::ptrdiff_t>(end),
                     old.end());  // the framing bit
      packet.packet = comment.data(), packet.bytes = static_cast<long>(comment.size());
    }
    ogg_stream_packetin(&out_, &packet);
    if (number != 1) take_pages(number < 3 ? &ogg_stream_flush : &ogg_stream_pageout);
  }

  LoopFrames loop_;
  ogg_sync_state sync_{};
  ogg_stream_state in_{}, out_{};
  bool has_streams_ = false;
  std::size_t packets_ = 0;
  Bytes bytes_;
};

std::optional<std::int32_t> marker_at(const Score& score, const char* text) {
  const auto marker = std::ranges::find(score.markers, text, &Marker::text);
  if (marker == score.markers.end()) return {};
  return marker->start_ticks;
}

}  // namespace

std::optional<LoopFrames> loop_body(const Score& score, int sample_rate) {
  const auto start = marker_at(score, kLoopStart), end = marker_at(score, kLoopEnd);
  if (!start || !end || *start >= *end) return {};
  const TempoMap tempos(score);
  return LoopFrames{std::lround(tempos.seconds_at(*start) * sample_rate),
                    std::lround(tempos.seconds_at(*end) * sample_rate)};
}

std::optional<LoopFrames> sound_loop(const Score& score, int sample_rate) {
  const auto body = loop_body(score, sample_rate);
  if (!body) return {};
  const TempoMap tempos(score);
  for (const Bar& bar : bars(score)) {
    const auto lead = std::lround(tempos.seconds_at(bar.start_ticks) * sample_rate) - body->start;
    if (lead >= kLoopLeadSeconds * sample_rate && body->start + lead < body->end)
      return LoopFrames{body->start + lead, body->end + lead};
  }
  return LoopFrames{body->end, 2 * body->end - body->start};
}

Bytes with_loop_points(Bytes file, SoundFormat format, LoopFrames loop) {
  switch (format) {
    case SoundFormat::kWav:
      return wav_with_loop(std::move(file), loop);
    case SoundFormat::kFlac:
      return flac_with_loop(file, loop);
    case SoundFormat::kOggVorbis:
      return OggCopy(file, loop).run();
    case SoundFormat::kMp3:
      break;
  }
  throw Error(ErrorKind::kUnsupported, "loop", "cannot be an MP3, which adds silence at both ends",
              "WAV, FLAC or Ogg", "MP3");
}

}  // namespace s2m
