#include <sndfile.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m {
namespace {

// A file of libsndfile's that lies in memory.
struct MemoryFile {
  std::vector<std::uint8_t> bytes;
  std::size_t at = 0;
};

MemoryFile& file_of(void* user) { return *static_cast<MemoryFile*>(user); }

sf_count_t length(void* user) { return static_cast<sf_count_t>(file_of(user).bytes.size()); }
sf_count_t tell(void* user) { return static_cast<sf_count_t>(file_of(user).at); }

sf_count_t seek(sf_count_t offset, int whence, void* user) {
  const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? tell(user) : length(user);
  if (from + offset < 0) return -1;
  file_of(user).at = static_cast<std::size_t>(from + offset);
  return from + offset;
}

sf_count_t read(void* data, sf_count_t count, void* user) {
  auto& file = file_of(user);
  const auto rest = file.bytes.size() - std::min(file.at, file.bytes.size());
  const auto size = std::min(static_cast<std::size_t>(count), rest);
  if (size > 0) std::memcpy(data, file.bytes.data() + file.at, size);
  file.at += size;
  return static_cast<sf_count_t>(size);
}

sf_count_t write(const void* data, sf_count_t count, void* user) {
  auto& file = file_of(user);
  const auto size = static_cast<std::size_t>(count);
  if (file.bytes.size() < file.at + size) file.bytes.resize(file.at + size);
  if (size > 0) std::memcpy(file.bytes.data() + file.at, data, size);
  file.at += size;
  return count;
}

int libsndfile_format(SoundFormat format, SampleDepth depth) {
  const bool is_fine = depth == SampleDepth::kFine;
  switch (format) {
    case SoundFormat::kFlac:
      return SF_FORMAT_FLAC | (is_fine ? SF_FORMAT_PCM_24 : SF_FORMAT_PCM_16);
    case SoundFormat::kOggVorbis:
      return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
    case SoundFormat::kMp3:
      return SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
    case SoundFormat::kWav:
      break;
  }
  return SF_FORMAT_WAV | (is_fine ? SF_FORMAT_FLOAT : SF_FORMAT_PCM_16);
}

// The CRC of an Ogg page (RFC 3533, section 6): polynomial 0x04c11db7, not reflected, no inversion.
std::uint32_t ogg_checksum(std::span<const std::uint8_t> page) {
  std::uint32_t crc = 0;
  for (const std::uint8_t byte : page) {
    crc ^= std::uint32_t{byte} << 24;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc & 0x80000000) != 0 ? 0x04c11db7 : 0);
  }
  return crc;
}

void put_little_endian(std::span<std::uint8_t> four, std::uint32_t value) {
  for (auto& byte : four) byte = static_cast<std::uint8_t>(value), value >>= 8;
}

// The end of the page that begins at `at`, or 0 where none does.
std::size_t ogg_page_end(std::span<const std::uint8_t> file, std::size_t at) {
  constexpr std::size_t kHeader = 27;
  if (file.size() < at + kHeader || std::memcmp(file.data() + at, "OggS", 4) != 0) return 0;
  std::size_t end = at + kHeader + file[at + kHeader - 1];
  if (end > file.size()) return 0;
  for (std::size_t lacing = at + kHeader; lacing < at + kHeader + file[at + kHeader - 1]; ++lacing)
    end += file[lacing];
  return end <= file.size() ? end : 0;
}

// libsndfile draws the stream's serial number from the clock; here it follows from the sound.
void set_ogg_serial(std::span<std::uint8_t> file, std::uint32_t serial) {
  constexpr std::size_t kSerial = 14, kChecksum = 22;
  for (std::size_t at = 0, end = 0; (end = ogg_page_end(file, at)) != 0; at = end) {
    const auto page = file.subspan(at, end - at);
    put_little_endian(page.subspan(kSerial, 4), serial);
    put_little_endian(page.subspan(kChecksum, 4), 0);
    put_little_endian(page.subspan(kChecksum, 4), ogg_checksum(page));
  }
}

std::uint32_t serial_of(const std::vector<float>& samples) {
  const auto bytes = std::as_bytes(std::span(samples));
  return static_cast<std::uint32_t>(
      checksum_of({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
}

// libvorbis keeps a stack frame as large as what it is given at once.
bool write_samples(SNDFILE* out, const std::vector<float>& samples) {
  constexpr std::size_t kMost = 1 << 14;
  for (std::size_t at = 0; at < samples.size(); at += kMost) {
    const auto count = static_cast<sf_count_t>(std::min(kMost, samples.size() - at));
    if (sf_write_float(out, samples.data() + at, count) != count) return false;
  }
  return true;
}

}  // namespace

std::vector<std::uint8_t> write_sound(const Audio& audio, SoundFormat format, SampleDepth depth) {
  static SF_VIRTUAL_IO io{length, seek, read, write, tell};
  SF_INFO info{};
  info.samplerate = audio.sample_rate;
  info.channels = audio.channels;
  info.format = libsndfile_format(format, depth);
  MemoryFile file;
  SNDFILE* out = sf_open_virtual(&io, SFM_WRITE, &info, &file);
  if (out == nullptr) throw Error(ErrorKind::kSystem, "sound", "cannot be written", {}, sf_strerror(nullptr));
  sf_command(out, SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);  // it holds the time of day
  sf_command(out, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  const bool whole = write_samples(out, audio.samples);
  if (sf_close(out) != 0 || !whole) throw Error(ErrorKind::kSystem, "sound", "cannot be written to its end");
  if (format == SoundFormat::kOggVorbis) set_ogg_serial(file.bytes, serial_of(audio.samples));
  return std::move(file.bytes);
}

void save_wav(const Audio& audio, const std::filesystem::path& path) {
  write_bytes(path, write_sound(audio, SoundFormat::kWav));
}

}  // namespace s2m
