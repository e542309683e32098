#include "story2midi/formats/intensities.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "story2midi/arrange/arrange.h"
#include "story2midi/base/files.h"
#include "story2midi/perform/shape.h"

namespace s2m {
namespace {

// A note as it is written, and the layer of the part that it comes from.
struct LayeredNote {
  std::int32_t start_ticks;
  std::size_t layer;
};
using ByPitch = std::map<int, std::vector<LayeredNote>>;

std::size_t layer_of(Part source) { return source == Part::kFigure ? 0 : source == Part::kBass ? 1 : 2; }

void add(int start, int pitch, std::size_t layer, ByPitch& notes) {
  notes[pitch].push_back({start * kTicksPerPosition, layer});
}

// By the names of tracks.
std::map<std::string, ByPitch> written_notes(const Piece& piece) {
  std::map<std::string, ByPitch> tracks;
  if (!needs_arranging(piece.plan)) {
    for (const Part part : {Part::kMelody, Part::kBass, Part::kFigure})
      for (const PartNote& note : piece.written.part(part))
        add(note.start, note.pitch, layer_of(part), tracks[std::string(to_string(part))]);
    return tracks;
  }
  for (const ArrangedPart& part : arrange(piece.written, piece.plan).parts) {
    auto& notes = tracks[std::string(part.name)];
    for (const ArrangedNote& note : part.notes)
      add(note.start, note.pitch, is_drums(*part.instrument) ? 1 : layer_of(note.source), notes);
  }
  return tracks;
}

// That of the written note nearest in time; a pitch that is written nowhere belongs to the full layer.
std::size_t layer_of(const Note& note, const ByPitch& written) {
  const auto same = written.find(note.pitch);
  if (same == written.end()) return kIntensities - 1;
  return std::ranges::min_element(
             same->second, {},
             [&](const LayeredNote& one) { return std::abs(one.start_ticks - note.start_ticks); })
      ->layer;
}

}  // namespace

std::array<Score, kIntensities> intensity_layers(const Piece& piece) {
  const auto written = written_notes(piece);
  static const ByPitch kNone;
  std::array<Score, kIntensities> layers;
  layers.fill(piece.score);
  for (std::size_t track = 0; track < piece.score.tracks.size(); ++track) {
    for (Score& layer : layers) layer.tracks[track].notes.clear();
    const auto own = written.find(piece.score.tracks[track].name);
    for (const Note& note : piece.score.tracks[track].notes)
      layers[layer_of(note, own == written.end() ? kNone : own->second)].tracks[track].notes.push_back(note);
  }
  return layers;
}

Score merged(const std::array<Score, kIntensities>& layers, std::size_t count) {
  Score all = layers.front();
  for (std::size_t track = 0; track < all.tracks.size(); ++track) {
    auto& notes = all.tracks[track].notes;
    for (std::size_t layer = 1; layer < count; ++layer)
      notes.insert(notes.end(), layers[layer].tracks[track].notes.begin(),
                   layers[layer].tracks[track].notes.end());
    std::ranges::sort(notes);
  }
  return all;
}

std::array<Audio, kIntensities> render_intensities(const std::array<Score, kIntensities>& layers,
                                                   const RenderOptions& options) {
  Score all = layers.front();
  const auto tracks = all.tracks.size();
  for (std::size_t layer = 1; layer < layers.size(); ++layer)
    all.tracks.insert(all.tracks.end(), layers[layer].tracks.begin(), layers[layer].tracks.end());
  std::array<Audio, kIntensities> sounds;
  const auto mix = render_stems(all, options, [&](std::size_t track, const Audio& part) {
    for (std::size_t i = track == kNarrationStem ? 0 : track / tracks; i < kIntensities; ++i) {
      auto& samples = sounds[i].samples;
      samples.resize(part.samples.size());
      for (std::size_t at = 0; at < samples.size(); ++at) samples[at] += part.samples[at];
    }
  });
  for (Audio& sound : sounds) {
    sound.sample_rate = mix.sample_rate;
    sound.samples.resize(mix.samples.size());
  }
  return sounds;
}

bool has_intensities(PieceFormat format) { return is_sound(format) || format == PieceFormat::kMidi; }

std::vector<std::filesystem::path> save_intensities(const Piece& piece,
                                                    const std::vector<std::filesystem::path>& paths,
                                                    SaveOptions options) {
  const auto layers = intensity_layers(piece);
  std::array<Audio, kIntensities> sounds;
  if (std::ranges::any_of(paths, is_sound, piece_format)) sounds = render_intensities(layers, options.sound);
  std::vector<std::filesystem::path> files;
  for (std::size_t i = 0; i < kIntensities; ++i) {
    const Score score = merged(layers, i + 1);
    options.audio = std::move(sounds[i]);
    for (const auto& path : paths) {
      if (!has_intensities(piece_format(path))) continue;
      files.push_back(intensity_path(path, i + 1));
      write_bytes(files.back(), piece_bytes(score, piece_format(path), options));
    }
  }
  return files;
}

std::filesystem::path intensity_path(const std::filesystem::path& path, std::size_t number) {
  auto name = path.stem().string() + "-" + std::to_string(number);
  return path.parent_path() / (name + path.extension().string());
}

}  // namespace s2m
