#include "story2midi/emotion/ngram_reader.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/json_members.h"
#include "story2midi/emotion/ngrams.h"

namespace s2m {
namespace {

constexpr std::uint32_t kMostBuckets = 1u << 22;
constexpr const char* kSurroundings = "surroundings";
constexpr const char* kLists[kOwnLists] = {"afinn", "opinion"};
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

}  // namespace

void save_ngram_reader(const NgramWeights& weights, const std::filesystem::path& path) {
  nlohmann::ordered_json shares;
  for (std::size_t i = 0; i < weights.shares.scales.size(); ++i)
    shares[kScaleNames[i]] = weights.shares.scales[i];
  shares["labels"] = weights.shares.labels;
  const nlohmann::ordered_json config{{"buckets", weights.buckets}, {"shares", shares}};
  const std::int64_t outputs = kNgramOutputs, features = kLexiconFeatures, buckets = weights.buckets;
  auto tensors = tensors_of(weights.stacked);
  for (auto& tensor : tensors_of(weights.surroundings)) tensors.push_back(std::move(tensor));
  tensors.push_back({"rarity", {1, buckets}, weights.rarity});
  tensors.push_back({"weights", {outputs, buckets}, weights.weights});
  tensors.push_back({"features", {outputs, features}, weights.features});
  tensors.push_back({"biases", {outputs}, weights.biases});
  std::map<std::string, std::string> metadata{
      {"kind", "ngrams"}, {"config", config.dump()}, {kSurroundings, weights.surroundings.words}};
  for (std::size_t i = 0; i < kOwnLists; ++i) metadata[kLists[i]] = weights.lists[i].lines();
  save_model(path, metadata, tensors, DataType::kI8);
}

NgramReader::NgramReader(ModelFile file) : file_(std::move(file)) {
  const auto where = file_.path().string();
  const auto json = parse_json(file_.metadata("config"), where + ": config");
  const JsonMember config(json, where + ": config");
  buckets_ = buckets_of(config);
  shares_ = shares_of(config.at("shares"));
  const std::int64_t outputs = kNgramOutputs, features = kLexiconFeatures, buckets = buckets_;
  rarity_ = file_.floats("rarity", {1, buckets});
  weights_ = file_.int8_rows("weights", {outputs, buckets});
  features_ = file_.floats("features", {outputs, features});
  biases_ = file_.floats("biases", {outputs});
  stacked_ = Stacking(file_);
  for (std::size_t i = 0; i < kOwnLists; ++i)
    lists_[i] = Lexicon(file_.metadata(kLists[i]), where + ": " + kLists[i]);
  surroundings_ = SurroundingWords(file_, file_.metadata(kSurroundings));
}

double said_by(std::size_t output, double sum) {
  const double probability = 1 / (1 + std::exp(-sum));
  return output < 2 * kReadingScales ? 2 * probability - 1 : probability;
}

NgramReading NgramReader::read(std::string_view text, std::span<const float> listed) const {
  if (listed.size() != kLexiconFeatures)
    throw Error(file_.path().string(), "reads beside a word list, which the encoder is without",
                std::to_string(kLexiconFeatures) + " features", std::to_string(listed.size()));
  const auto ngrams = weigh_ngrams(count_ngrams(text, buckets_), rarity_);
  const auto features = reader_features(text, listed, lists_, surroundings_);
  NgramReading reading{{}, {features.begin(), features.end()}};
  for (std::size_t output = 0; output < kNgramOutputs; ++output) {
    const auto row = weights_.values.subspan(output * buckets_, buckets_);
    double sum = 0;
    for (const auto& [bucket, value] : ngrams) sum += value * static_cast<float>(row[bucket]);
    sum = sum * weights_.scales[output] + biases_[output];
    for (std::size_t i = 0; i < kLexiconFeatures; ++i)
      sum += features_[output * kLexiconFeatures + i] * features[i];
    reading.said.push_back(said_by(output, sum));
  }
  return reading;
}

}  // namespace s2m
