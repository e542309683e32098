// The judge: a classifier of the emotion of a piece of music from its notes alone. It is trained on music that
// listeners labelled (judge_training.h). It is independent of the decoder and of the request, and takes no part
// in training the decoder or in choosing its output.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/analysis/music_features.h"
#include "lab/statistics/statistics.h"
#include "story2midi/emotion/valence_arousal.h"
#include "story2midi/music/score.h"

namespace s2m {

struct Judgement {
  double valence = 0;               // 2 p - 1, where p is the probability of a pleasant piece
  double arousal = 0;               // ... of an excited one
  PerQuadrant<double> quadrants{};  // probabilities
  Quadrant quadrant() const;        // the most probable
  bool operator==(const Judgement&) const = default;
};

enum class InputScale : std::uint8_t { kLinear, kLogarithm };  // of the value, at least .01

// One of `named(MusicFeatures)` as an input of the classifier, and its weights.
struct JudgeInput {
  std::string name;
  InputScale scale = InputScale::kLinear;
  double mean = 0;  // over the training music: the value is standardised and kept within +-3
  double deviation = 1;
  double valence = 0;  // weights: what one deviation adds to the log odds
  double arousal = 0;
  bool operator==(const JudgeInput&) const = default;
};

// The accuracy of a judge on held-out recordings.
struct JudgeAccuracy {
  std::string music = {};  // which: "EMOPIA test"
  int clips = 0, songs = 0;
  Estimate quadrant = {}, arousal = {}, valence = {};  // shares, intervals by bootstrap over songs
  bool operator==(const JudgeAccuracy&) const = default;
};

// Two logistic regressions over standardised features. Valence and arousal are taken as independent given
// the music, so a quadrant's probability is a product.
struct Judge {
  std::vector<JudgeInput> inputs;
  double valence_bias = 0;
  double arousal_bias = 0;
  std::optional<JudgeAccuracy> held_out = {};  // what may be expected of it

  Judgement judge(const MusicFeatures& features) const;
  Judgement judge(const Score& score) const;  // throws Error for a score without notes
  bool operator==(const Judge&) const = default;
};

// The value of an input before it is standardised.
double input_value(double value, InputScale scale);

// Takes the input's mean and deviation from such values; constant ones keep a deviation of 1.
void standardise_by(std::span<const double> values, JudgeInput& input);

struct JudgedFile {
  std::string file;
  Judgement judgement;
};
std::string to_json(const std::vector<JudgedFile>& files);  // an array of objects, indented

std::string to_json(const JudgeAccuracy& accuracy);
std::string to_json(const Judge& judge);
// Throws Error naming `where` and the member for anything that to_json did not write.
Judge judge_from_json(std::string_view json, const std::string& where = "judge");
Judge load_judge(const std::filesystem::path& file);
void save_judge(const Judge& judge, const std::filesystem::path& file);

}  // namespace s2m
