#include "emotion/ngram_reader.h"

#include <cmath>

#include "base/error.h"
#include "base/json_members.h"
#include "emotion/lexicon.h"
#include "emotion/ngrams.h"

namespace s2m {
namespace {

constexpr std::uint32_t kMostBuckets = 1u << 22;
constexpr const char* kScaleNames[] = {"common", "emobank", "tales"};

std::uint32_t buckets_of(const JsonMember& config) {
  const auto buckets = config.at("buckets").count();
  if (buckets < 1 || buckets > kMostBuckets)
    config.at("buckets").fail("1 to " + std::to_string(kMostBuckets));
  return static_cast<std::uint32_t>(buckets);
}

NgramShares shares_of(const JsonMember& shares) {
  NgramShares read;
  for (std::size_t i = 0; i < read.scales.size(); ++i)
    read.scales[i] = shares.at(kScaleNames[i]).number(0, 1);
  read.labels = shares.at("labels").number(0, 1);
  return read;
}

double between(double share, double encoder, double ngrams) { return encoder + share * (ngrams - encoder); }

}  // namespace

void save_ngram_reader(const NgramWeights& weights, const std::filesystem::path& path) {
  nlohmann::ordered_json shares;
  for (std::size_t i = 0; i < weights.shares.scales.size(); ++i)
    shares[kScaleNames[i]] = weights.shares.scales[i];
  shares["labels"] = weights.shares.labels;
  const nlohmann::ordered_json config{{"buckets", weights.buckets}, {"shares", shares}};
  const std::int64_t outputs = kNgramOutputs, features = kLexiconFeatures, buckets = weights.buckets;
  save_model(path, {{"kind", "ngrams"}, {"config", config.dump()}},
             {{"rarity", {1, buckets}, weights.rarity},
              {"weights", {outputs, buckets}, weights.weights},
              {"features", {outputs, features}, weights.features},
              {"biases", {outputs}, weights.biases}},
             DataType::kI8);
}

NgramReader::NgramReader(const std::filesystem::path& file) : file_(file) {
  const auto where = file.string();
  const auto json = parse_json(file_.metadata("config"), where + ": config");
  const JsonMember config(json, where + ": config");
  buckets_ = buckets_of(config);
  shares_ = shares_of(config.at("shares"));
  const std::int64_t outputs = kNgramOutputs, features = kLexiconFeatures, buckets = buckets_;
  rarity_ = file_.floats("rarity", {1, buckets});
  weights_ = file_.int8_rows("weights", {outputs, buckets});
  features_ = file_.floats("features", {outputs, features});
  biases_ = file_.floats("biases", {outputs});
}

Emotion NgramReader::read(std::string_view text, std::span<const float> features, ReadingScale scale) const {
  if (features.size() != kLexiconFeatures)
    throw Error(file_.path().string(), "reads beside a word list, which the encoder is without",
                std::to_string(kLexiconFeatures) + " features", std::to_string(features.size()));
  const auto ngrams = weigh_ngrams(count_ngrams(text, buckets_), rarity_);
  const auto said = [&](std::size_t output) {
    const auto row = weights_.values.subspan(output * buckets_, buckets_);
    double sum = 0;
    for (const auto& [bucket, value] : ngrams) sum += value * static_cast<float>(row[bucket]);
    sum = sum * weights_.scales[output] + biases_[output];
    for (std::size_t i = 0; i < features.size(); ++i)
      sum += features_[output * features.size() + i] * features[i];
    return 1 / (1 + std::exp(-sum));
  };
  const auto first = 2 * static_cast<std::size_t>(scale);
  Emotion emotion{2 * said(first) - 1, 2 * said(first + 1) - 1, {}};
  for (std::size_t label = 0; label < kNgramLabels; ++label)
    emotion.labels.push_back(said(2 * kReadingScales + label));
  return emotion;
}

Emotion join(const Emotion& encoder, const Emotion& ngrams, const NgramShares& shares, ReadingScale scale) {
  const double share = shares.scales[static_cast<std::size_t>(scale)];
  Emotion both{between(share, encoder.valence, ngrams.valence),
               between(share, encoder.arousal, ngrams.arousal), encoder.labels};
  for (std::size_t i = 0; i < both.labels.size(); ++i)
    both.labels[i] = between(shares.labels, encoder.labels[i], ngrams.labels[i]);
  return both;
}

}  // namespace s2m
