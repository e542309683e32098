// Intensities: every note in one layer, and the same frames at all of them.
#include "story2midi/formats/intensities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "story2midi/arrange/arrange.h"
#include "story2midi/base/error.h"
#include "story2midi/perform/perform.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

// Four bars of melody, bass and accompaniment under a plan for this palette.
Piece piece_for(const std::string& palette) {
  Piece piece;
  EmotionCurve curve;
  curve.points = {{{"Joy", 0, 3}, {.6, .5, {}}}};
  PlanOptions options;
  options.bars = 4;
  options.metre = Metre{4, 4};
  options.palette = palette;
  piece.plan = make_plan(curve, options);
  for (int bar = 0; bar < 4; ++bar) {
    const int start = bar * 48;
    piece.written.bars.push_back({start, 48, {4, 4}, 100, {}});
    piece.written.chords.push_back({start, 0, ChordQuality::kMajor, 0});
    piece.written.part(Part::kBass).push_back({start, 48, 48});
    for (int beat = 0; beat < 4; ++beat) {
      piece.written.part(Part::kMelody)
          .push_back({start + 12 * beat, 12, static_cast<std::uint8_t>(72 + beat)});
      for (const std::uint8_t pitch : {60, 64})
        piece.written.part(Part::kFigure).push_back({start + 12 * beat, 12, pitch});
    }
  }
  const auto how = performance_plan(piece.plan);
  piece.score = needs_arranging(piece.plan) ? perform(arrange(piece.written, piece.plan), how)
                                            : perform(piece.written, how);
  return piece;
}

class Intensities : public testing::TestWithParam<const char*> {};

TEST_P(Intensities, EveryNoteIsInOneLayerAndEachLayerHasSome) {
  const auto piece = piece_for(GetParam());
  const auto layers = intensity_layers(piece);
  for (const Score& layer : layers) {
    EXPECT_TRUE(std::ranges::any_of(layer.tracks, [](const Track& track) { return !track.notes.empty(); }));
    EXPECT_EQ(layer.tempos, piece.score.tempos);
  }
  EXPECT_EQ(merged(layers, kIntensities), piece.score);
  const auto middle = merged(layers, 2);
  for (std::size_t track = 0; track < middle.tracks.size(); ++track)
    EXPECT_TRUE(std::ranges::includes(piece.score.tracks[track].notes, middle.tracks[track].notes));
}

INSTANTIATE_TEST_SUITE_P(Palettes, Intensities,
                         testing::Values("", "piano-cello", "string-quartet", "orchestra", "rock-band"));

TEST(PianoIntensities, AreAccompanimentThenBassThenMelody) {
  const auto layers = intensity_layers(piece_for(""));
  const auto notes = [&](std::size_t layer, Part part) {
    const auto& tracks = layers[layer].tracks;
    return std::ranges::find(tracks, std::string(to_string(part)), &Track::name)->notes.size();
  };
  EXPECT_EQ(notes(0, Part::kFigure), 32u);
  EXPECT_EQ(notes(1, Part::kBass), 4u);
  EXPECT_EQ(notes(2, Part::kMelody), 16u);
  EXPECT_EQ(notes(0, Part::kMelody), 0u);
}

double rms(const Audio& audio) {
  double sum = 0;
  for (const float sample : audio.samples) sum += double(sample) * sample;
  return std::sqrt(sum / static_cast<double>(audio.samples.size()));
}

TEST(SoundingIntensities, HaveTheSameFramesAndTheFullOneIsThePiece) {
  try {
    find_soundfont();
  } catch (const Error&) {
    GTEST_SKIP() << "no soundfont is installed";
  }
  const auto piece = piece_for("string-quartet");
  const auto sounds = render_intensities(intensity_layers(piece));
  for (const Audio& sound : sounds) EXPECT_EQ(sound.samples.size(), sounds[2].samples.size());
  EXPECT_GT(rms(sounds[0]), 0);
  EXPECT_NE(sounds[0].samples, sounds[1].samples);
  EXPECT_NE(sounds[1].samples, sounds[2].samples);
  EXPECT_NEAR(20 * std::log10(rms(sounds[2]) / rms(render(piece.score))), 0, .5) << "decibels";
  EXPECT_EQ(intensity_path("a/cave.wav", 2), "a/cave-2.wav");
  const auto folder = scratch_folder() / "intensities";
  std::filesystem::create_directories(folder);
  const auto files = save_intensities(piece, {folder / "cave.mid", folder / "cave.json"});
  EXPECT_EQ(files.size(), 3u) << "JSON has none";
  EXPECT_EQ(load_midi(folder / "cave-3.mid").tracks.size(), piece.score.tracks.size());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace s2m
