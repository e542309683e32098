#include <sndfile.h>

#include "story2midi/audio/audio.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m {
namespace {

void write_pcm(const Audio& audio, const std::filesystem::path& file) {
  SF_INFO info{};
  info.samplerate = audio.sample_rate;
  info.channels = audio.channels;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  SNDFILE* out = sf_open(file.c_str(), SFM_WRITE, &info);
  if (out == nullptr)
    throw Error(ErrorKind::kSystem, file.string(), "cannot be written", {}, sf_strerror(nullptr));
  sf_command(out, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  const auto count = static_cast<sf_count_t>(audio.samples.size());
  const bool whole = sf_write_float(out, audio.samples.data(), count) == count;
  if (sf_close(out) != 0 || !whole)
    throw Error(ErrorKind::kSystem, file.string(), "cannot be written to its end");
}

}  // namespace

void save_wav(const Audio& audio, const std::filesystem::path& path) {
  const auto beside = path_beside(path);
  try {
    write_pcm(audio, beside);
    commit_file(beside, path);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    throw;
  }
}

}  // namespace s2m
