#include "story2midi/formats/save.h"

#include <algorithm>
#include <cctype>

#include "story2midi/audio/sound_loop.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/formats/plan_picture.h"
#include "story2midi/formats/video.h"
#include "story2midi/midi/midi.h"
#include "story2midi/notation/write_musicxml.h"
#include "story2midi/pictures/png.h"
#include "story2midi/sheets/piece_sheet.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

Audio audio_of(const Score& score, const SaveOptions& options) {
  return options.audio ? *options.audio : render(score, options.sound);
}

template <SoundFormat format>
Bytes sound_bytes(const Score& score, const SaveOptions& options) {
  const Audio audio = audio_of(score, options);
  auto bytes = write_sound(audio, format, options.depth);
  const auto loop = sound_loop(score, audio.sample_rate);
  return loop ? with_loop_points(std::move(bytes), format, *loop) : bytes;
}

const Sheet& sheet_of(const SaveOptions& options) {
  if (options.sheet) return *options.sheet;
  throw Error(ErrorKind::kUnsupported, "MusicXML", "is written of composed pieces alone", "a written score",
              "performed music");
}

struct Writer {
  const char* ending;
  PieceFormat format;
  Bytes (*write)(const Score&, const SaveOptions&);
};

// The one table of formats.
constexpr Writer kWriters[] = {
    {".mid", PieceFormat::kMidi, [](const Score& score, const SaveOptions&) { return write_midi(score); }},
    {".midi", PieceFormat::kMidi, [](const Score& score, const SaveOptions&) { return write_midi(score); }},
    {".wav", PieceFormat::kWav, sound_bytes<SoundFormat::kWav>},
    {".flac", PieceFormat::kFlac, sound_bytes<SoundFormat::kFlac>},
    {".ogg", PieceFormat::kOgg, sound_bytes<SoundFormat::kOggVorbis>},
    {".mp3", PieceFormat::kMp3, sound_bytes<SoundFormat::kMp3>},
    {".json", PieceFormat::kJson,
     [](const Score& score, const SaveOptions& options) { return bytes_of(to_json(score, options)); }},
    {".svg", PieceFormat::kSvg,
     [](const Score& score, const SaveOptions& options) {
       return bytes_of(picture_svg(score, options.picture));
     }},
    {".png", PieceFormat::kPng,
     [](const Score& score, const SaveOptions& options) {
       return png_of_svg(picture_svg(score, options.picture));
     }},
    {".musicxml", PieceFormat::kMusicXml,
     [](const Score&, const SaveOptions& options) { return bytes_of(write_musicxml(sheet_of(options))); }},
    {".mxl", PieceFormat::kMxl,
     [](const Score&, const SaveOptions& options) { return write_mxl(sheet_of(options)); }},
    {".mp4", PieceFormat::kMp4, [](const Score& score, const SaveOptions& options) {
       return video_of(score, audio_of(score, options), options.picture);
     }}};

// Throws Error for a format that was left out when the library was built.
void check_is_built(PieceFormat format, const fs::path& path) {
  const bool is_video = format == PieceFormat::kMp4;
  const bool needs_audio = has_sound(format), needs_png = format == PieceFormat::kPng || is_video;
  if (needs_audio && !S2M_AUDIO)
    throw Error(ErrorKind::kUnsupported, path.string(), "cannot be written by this build",
                "one configured with S2M_AUDIO=ON", "S2M_AUDIO=OFF");
  if (needs_png && !S2M_PNG)
    throw Error(ErrorKind::kUnsupported, path.string(), "cannot be written by this build",
                "one configured with S2M_PNG=ON", "S2M_PNG=OFF");
  if (is_video) check_video();
}

std::string endings() {
  std::string all;
  for (const Writer& writer : kWriters) all += std::string(all.empty() ? "" : ", ") + writer.ending;
  return all;
}

bool has_no_format(const fs::path& path) {
  std::error_code ignored;
  const auto status = fs::status(path, ignored);
  return path == "-" || !path.has_extension() || fs::is_character_file(status) || fs::is_fifo(status);
}

}  // namespace

bool is_sound(PieceFormat format) {
  return format == PieceFormat::kWav || format == PieceFormat::kFlac || format == PieceFormat::kOgg ||
         format == PieceFormat::kMp3;
}

bool has_sound(PieceFormat format) { return is_sound(format) || format == PieceFormat::kMp4; }

bool is_notation(PieceFormat format) {
  return format == PieceFormat::kMusicXml || format == PieceFormat::kMxl;
}

PieceFormat piece_format(const fs::path& path) {
  if (has_no_format(path)) return PieceFormat::kMidi;
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto writer = std::ranges::find(kWriters, ending, &Writer::ending);
  if (writer == std::end(kWriters))
    throw Error(ErrorKind::kUnsupported, path.string(), "an unknown ending", endings(), ending);
  check_is_built(writer->format, path);
  return writer->format;
}

Bytes piece_bytes(const Score& score, PieceFormat format, const SaveOptions& options) {
  return std::ranges::find(kWriters, format, &Writer::format)->write(score, options);
}

void save(const Score& score, const fs::path& path, const SaveOptions& options) {
  write_bytes(path, piece_bytes(score, piece_format(path), options));
}

void save(const Piece& piece, const fs::path& path, SaveOptions options) {
  if (is_notation(piece_format(path)) && !options.sheet) options.sheet = piece_sheet(piece);
  if (!options.plan) options.plan = piece.plan;
  if (!options.written) options.written = piece.written;
  if (!options.style) options.style = piece.style;
  if (options.picture.valence.empty()) {
    auto picture = picture_of(piece.plan);
    picture.title = std::move(options.picture.title);
    picture.subtitle = std::move(options.picture.subtitle);
    options.picture = std::move(picture);
  }
  save(piece.score, path, options);
}

}  // namespace s2m
