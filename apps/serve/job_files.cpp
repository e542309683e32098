#include "apps/serve/job_files.h"

#include <algorithm>
#include <array>
#include <vector>

#include "story2midi/formats/save.h"
#include "story2midi/midi/midi.h"
#include "story2midi/pictures/png.h"
#include "story2midi/piece_files.h"

namespace s2m::serve {
namespace {

constexpr std::array<JobFormat, 11> kJobFormats{
    {{"midi", "audio/midi", ".mid"},
     {"musicxml", "application/vnd.recordare.musicxml+xml", ".musicxml"},
     {"mxl", "application/vnd.recordare.musicxml", ".mxl"},
     {"json", "application/json", ".json"},
     {"bars", "application/x-ndjson", ".jsonl"},
     {"svg", "image/svg+xml", ".svg"},
     {"png", "image/png", ".png", true},
     {"wav", "audio/wav", ".wav", true},
     {"flac", "audio/flac", ".flac", true},
     {"ogg", "audio/ogg", ".ogg", true},
     {"mp3", "audio/mpeg", ".mp3", true}}};

std::string text_of(const std::vector<std::uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

std::span<const JobFormat> job_formats() { return kJobFormats; }

const JobFormat* job_format(std::string_view name) {
  const auto found = std::ranges::find(kJobFormats, name, &JobFormat::name);
  return found == kJobFormats.end() ? nullptr : &*found;
}

JobFiles job_files_of(const ComposedPiece& piece, const std::string& title, double humanise) {
  auto options = save_options_of(piece, humanise);
  options.sheet = sheet_of(piece, title);
  JobFiles files;
  for (const auto& format : kJobFormats)
    if (!format.is_made_on_demand && format.name != "bars")
      files[std::string(format.name)] =
          text_of(piece_bytes(piece.score, piece_format("piece" + std::string(format.ending)), options));
  return files;
}

std::string_view source_of(const JobFormat& format) { return format.name == "png" ? "svg" : "midi"; }

std::string made_on_demand(const JobFormat& format, const std::string& stored,
                           const std::function<bool()>& goes_on) {
  if (format.name == "png") return text_of(png_of_svg(stored));
  const std::vector<std::uint8_t> midi(stored.begin(), stored.end());
  SaveOptions options;
  options.sound.progress = [&](auto, auto) { return goes_on(); };
  return text_of(piece_bytes(read_midi(midi), piece_format("piece" + std::string(format.ending)), options));
}

}  // namespace s2m::serve
