#include <sndfile.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "story2midi/audio/audio.h"
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

int libsndfile_format(SoundFormat format) {
  switch (format) {
    case SoundFormat::kFlac:
      return SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
    case SoundFormat::kOggVorbis:
      return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
    case SoundFormat::kMp3:
      return SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
    case SoundFormat::kWav:
      break;
  }
  return SF_FORMAT_WAV | SF_FORMAT_PCM_16;
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

std::vector<std::uint8_t> write_sound(const Audio& audio, SoundFormat format) {
  static SF_VIRTUAL_IO io{length, seek, read, write, tell};
  SF_INFO info{};
  info.samplerate = audio.sample_rate;
  info.channels = audio.channels;
  info.format = libsndfile_format(format);
  MemoryFile file;
  SNDFILE* out = sf_open_virtual(&io, SFM_WRITE, &info, &file);
  if (out == nullptr) throw Error(ErrorKind::kSystem, "sound", "cannot be written", {}, sf_strerror(nullptr));
  sf_command(out, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  const bool whole = write_samples(out, audio.samples);
  if (sf_close(out) != 0 || !whole) throw Error(ErrorKind::kSystem, "sound", "cannot be written to its end");
  return std::move(file.bytes);
}

void save_wav(const Audio& audio, const std::filesystem::path& path) {
  write_bytes(path, write_sound(audio, SoundFormat::kWav));
}

}  // namespace s2m
