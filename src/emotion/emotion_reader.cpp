#include "emotion/emotion_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>
#include <utility>

#include "base/error.h"
#include "emotion/ngram_reader.h"
#include "emotion/text_input.h"
#include "nn/encoder.h"
#include "text/words.h"

namespace s2m {
namespace {

constexpr std::size_t kReadingsAtOnce = 64;
constexpr double kFarthestWords = 8 * kContextHalfWords;

// How a memory says what was felt: valence and arousal by bumps at so many levels from -1 to 1, each as wide
// as they stand apart, then the labels' probabilities; about as strong as a token's state.
constexpr int kLevels = 9;
constexpr double kLevelsApart = 2.0 / (kLevels - 1);
constexpr float kFeltStrength = 6;

using Ids = std::vector<TokenId>;

double words_in(const std::string& text) { return std::max(1.0, static_cast<double>(word_count(text))); }

// A sum of emotions by weight.
class Blend {
 public:
  void add(const Emotion& emotion, double weight) {
    sum_.valence += weight * emotion.valence;
    sum_.arousal += weight * emotion.arousal;
    sum_.labels.resize(std::max(sum_.labels.size(), emotion.labels.size()));
    for (std::size_t i = 0; i < emotion.labels.size(); ++i) sum_.labels[i] += weight * emotion.labels[i];
    weight_ += weight;
  }
  Emotion mean() const {
    Emotion mean = sum_;
    mean.valence /= weight_;
    mean.arousal /= weight_;
    for (auto& label : mean.labels) label /= weight_;
    return mean;
  }

 private:
  Emotion sum_;
  double weight_ = 0;
};

Emotion emotion_of(const EncoderOutput& output, int scale) {
  const auto at = 2 * static_cast<std::size_t>(scale);
  return {output.on_scales[at],
          output.on_scales[at + 1],
          {output.label_probabilities.begin(), output.label_probabilities.end()}};
}

// What the width holds of it.
std::vector<float> felt_row(const Emotion& emotion, std::size_t width) {
  std::vector<float> row;
  for (const double felt : {emotion.valence, emotion.arousal})
    for (int level = 0; level < kLevels; ++level) {
      const double away = (felt - (level * kLevelsApart - 1)) / kLevelsApart;
      row.push_back(kFeltStrength * static_cast<float>(std::exp(-away * away / 2)));
    }
  for (const double label : emotion.labels) row.push_back(kFeltStrength * static_cast<float>(label));
  row.resize(width);
  return row;
}

// Where the middle of each passage stands, in words from the story's start.
std::vector<double> middles(const std::vector<Passage>& passages) {
  std::vector<double> at;
  double words = 0;
  for (const auto& passage : passages) {
    const double own = words_in(passage.text);
    at.push_back(words + own / 2);
    words += own;
  }
  return at;
}

}  // namespace

std::vector<Emotion> feel_in_context(const std::vector<Passage>& passages, const std::vector<Emotion>& read) {
  const auto at = middles(passages);
  std::vector<Emotion> felt;
  for (std::size_t i = 0, first = 0; i < read.size(); ++i) {
    while (at[i] - at[first] > kFarthestWords) ++first;
    Blend blend;
    for (std::size_t j = first; j < read.size() && at[j] - at[i] <= kFarthestWords; ++j)
      blend.add(read[j],
                words_in(passages[j].text) * std::exp2(-std::abs(at[j] - at[i]) / kContextHalfWords));
    felt.push_back(blend.mean());
  }
  return felt;
}

struct EmotionReader::Impl {
  explicit Impl(const ModelFile& file)
      : encoder(file), input(std::make_shared<TextInput>(text_input_of(file))), name(file.path().string()) {}

  void need_heads() const {
    if (encoder.config().projection == 0)
      throw Error(name, "this encoder has no emotion heads",
                  "one that `story2midi-train encoder-emotion --start` made of it", {});
  }

  // The text's tokens in readings of at most max_tokens, each with <s> and </s> and one part: all of it.
  std::vector<SharedReading> readings(std::string_view text) const {
    check_story(text);
    const auto spaced = single_spaced(text);
    const auto ids = input->vocabulary.encode_with_ends(spaced);
    const auto features = input->features(spaced);
    const auto body = std::span(ids).subspan(1, ids.size() - 2);
    const auto most = static_cast<std::size_t>(encoder.config().max_tokens() - 2);
    std::vector<SharedReading> all;
    for (std::size_t start = 0; start == 0 || start < body.size(); start += most) {
      const auto part = body.subspan(start, std::min(most, body.size() - start));
      Ids reading{ids.front()};
      reading.insert(reading.end(), part.begin(), part.end());
      reading.push_back(ids.back());
      const std::size_t size = reading.size();
      all.push_back({std::move(reading), {{0, size, features}}});
    }
    return all;
  }

  std::vector<Emotion> read_each(std::span<const std::string_view> texts, const Progress& progress) const;

  Emotion with_ngrams(Emotion emotion, std::string_view text) const {
    if (!ngrams) return emotion;
    const auto spaced = single_spaced(text);
    const auto on = static_cast<ReadingScale>(scale);
    return join(emotion, ngrams->read(spaced, input->features(spaced), on), ngrams->shares(), on);
  }

  Encoder encoder;
  std::shared_ptr<const TextInput> input;
  std::shared_ptr<const NgramReader> ngrams;  // none: the encoder reads by itself
  std::string name;
  int threads = 1;
  int scale = 0;  // of ReadingScale
};

std::vector<Emotion> EmotionReader::Impl::read_each(std::span<const std::string_view> texts,
                                                    const Progress& progress) const {
  need_heads();
  std::vector<SharedReading> waiting;
  std::vector<std::size_t> owners;
  std::vector<Blend> blends(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (auto& reading : readings(texts[i])) {
      waiting.push_back(std::move(reading));
      owners.push_back(i);
    }
    if (waiting.size() < kReadingsAtOnce && i + 1 < texts.size()) continue;
    const auto outputs = encoder.read(waiting, threads);
    for (std::size_t k = 0; k < outputs.size(); ++k)
      blends[owners[k]].add(emotion_of(outputs[k].front(), scale),
                            static_cast<double>(waiting[k].ids.size()));
    waiting.clear();
    owners.clear();
    if (progress && !progress(i + 1, texts.size())) throw Error("reading", "was stopped");
  }
  std::vector<Emotion> emotions;
  for (std::size_t i = 0; i < texts.size(); ++i) emotions.push_back(with_ngrams(blends[i].mean(), texts[i]));
  return emotions;
}

EmotionReader::EmotionReader(const std::filesystem::path& encoder_file, int threads,
                             const std::filesystem::path& ngrams_file) {
  auto impl = std::make_shared<Impl>(ModelFile(encoder_file));
  if (!ngrams_file.empty()) impl->ngrams = std::make_shared<NgramReader>(ngrams_file);
  if (impl->ngrams && impl->encoder.config().labels != static_cast<int>(kNgramLabels))
    throw Error(encoder_file.string(), "does not go with " + ngrams_file.string(),
                std::to_string(kNgramLabels) + " labels", std::to_string(impl->encoder.config().labels));
  impl->threads = threads > 0 ? threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  impl_ = std::move(impl);
}

EmotionReader EmotionReader::of_models(const std::filesystem::path& folder, int threads) {
  const auto ngrams = folder / "ngrams.safetensors";
  return EmotionReader(folder / "encoder.safetensors", threads,
                       std::filesystem::exists(ngrams) ? ngrams : std::filesystem::path());
}

bool EmotionReader::has_heads() const { return impl_->encoder.config().projection > 0; }

EmotionReader EmotionReader::on(ReadingScale scale) const {
  auto other = std::make_shared<Impl>(*impl_);
  const int index = static_cast<int>(scale);
  other->scale = index < impl_->encoder.config().scales ? index : 0;
  EmotionReader reader = *this;
  reader.impl_ = std::move(other);
  return reader;
}

Emotion EmotionReader::read(std::string_view text) const { return impl_->read_each({&text, 1}, {}).front(); }

std::vector<Emotion> EmotionReader::read_each(std::span<const std::string> texts,
                                              const Progress& progress) const {
  return impl_->read_each(std::vector<std::string_view>(texts.begin(), texts.end()), progress);
}

EmotionCurve EmotionReader::read_passages(std::vector<Passage> passages, const Progress& progress) const {
  std::vector<std::string_view> texts;
  for (const auto& passage : passages) texts.push_back(passage.text);
  auto felt = feel_in_context(passages, impl_->read_each(texts, progress));
  EmotionCurve curve;
  for (std::size_t i = 0; i < passages.size(); ++i)
    curve.points.push_back({std::move(passages[i]), std::move(felt[i])});
  return curve;
}

EmotionCurve EmotionReader::read_story(std::string_view story, const Progress& progress) const {
  return read_passages(split_passages(story), progress);
}

std::vector<TextEmbedding> EmotionReader::embed_each(std::span<const std::string> texts,
                                                     const Progress& progress) const {
  std::vector<TextEmbedding> embeddings;
  std::vector<SharedReading> waiting;
  for (const auto& text : texts) {
    waiting.push_back(std::move(impl_->readings(text).front()));
    if (waiting.size() < kReadingsAtOnce && embeddings.size() + waiting.size() < texts.size()) continue;
    for (auto& outputs : impl_->encoder.read(waiting, impl_->threads))
      embeddings.push_back({std::move(outputs.front().pooled), std::move(outputs.front().projection)});
    waiting.clear();
    if (progress && !progress(embeddings.size(), texts.size())) throw Error("reading", "was stopped");
  }
  return embeddings;
}

StoryMemory EmotionReader::memory(std::string_view text) const {
  const auto first = impl_->readings(text).front();
  auto output = std::move(impl_->encoder.read(std::span(&first, 1), 1).front().front());
  const auto width = static_cast<std::size_t>(impl_->encoder.config().width);
  StoryMemory memory{std::move(output.states), static_cast<int>(width)};
  if (!has_heads()) return memory;
  const auto row = felt_row(impl_->with_ngrams(emotion_of(output, 0), text), width);
  memory.states.insert(memory.states.end(), row.begin(), row.end());
  return memory;
}

}  // namespace s2m
