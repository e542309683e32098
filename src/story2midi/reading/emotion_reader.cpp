#include "story2midi/reading/emotion_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/parallel.h"
#include "story2midi/nn/encoder.h"
#include "story2midi/nn/manifest.h"
#include "story2midi/stories/normalise.h"
#include "story2midi/tokenizers/tokenizer.h"

namespace s2m {
namespace {

constexpr std::size_t kWindowsAtOnce = 32;

// The last row of a memory: valence and arousal as kLevels Gaussian bumps each, centred from -1 to 1 and as wide as
// they stand apart, then the labels' probabilities; about as strong as a token's state.
constexpr int kLevels = 9;
constexpr double kLevelStep = 2.0 / (kLevels - 1);
constexpr float kRowStrength = 6;

std::vector<float> emotion_row(const Emotion& emotion, std::size_t width) {
  std::vector<float> row;
  for (const double value : {emotion.valence, emotion.arousal})
    for (int level = 0; level < kLevels; ++level) {
      const double away = (value - (level * kLevelStep - 1)) / kLevelStep;
      row.push_back(kRowStrength * static_cast<float>(std::exp(-away * away / 2)));
    }
  for (const double label : emotion.labels) row.push_back(kRowStrength * static_cast<float>(label));
  row.resize(width);
  return row;
}

// Whether a reading keeps the token states of its first part: a memory needs them.
enum class States { kDropped, kKept };

// A passage as the encoder reads it: the mean of its parts.
class PassageReading {
 public:
  void add(EncoderOutput& output, std::size_t tokens, States states) {
    const auto weight = static_cast<double>(tokens);
    add(points_, output.on_scales, weight);
    add(labels_, output.label_probabilities, weight);
    add(deviations_, output.deviations, weight);
    if (states == States::kKept && weight_ == 0) states_ = std::move(output.states);
    weight_ += weight;
  }
  Emotion on(ReadingScale scale) const {
    // A scale that the encoder does not know is the common one.
    const auto at =
        2 * static_cast<std::size_t>(scale) < points_.size() ? 2 * static_cast<std::size_t>(scale) : 0;
    Emotion emotion{points_[at] / weight_, points_[at + 1] / weight_, labels_};
    for (double& label : emotion.labels) label /= weight_;
    if (!deviations_.empty()) emotion.uncertainty = {deviations_[0] / weight_, deviations_[1] / weight_};
    return emotion;
  }
  bool has_emotion() const { return !points_.empty(); }

  StoryMemory memory(int width) && {
    StoryMemory memory{std::move(states_), width};
    if (memory.states.empty() || !has_emotion()) return memory;
    const auto row = emotion_row(on(ReadingScale::kCommon), static_cast<std::size_t>(width));
    memory.states.insert(memory.states.end(), row.begin(), row.end());
    return memory;
  }

 private:
  static void add(std::vector<double>& sums, const std::vector<float>& values, double weight) {
    sums.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) sums[i] += weight * values[i];
  }

  std::vector<double> points_, labels_, deviations_;
  std::vector<float> states_;  // of the first part
  double weight_ = 0;
};

}  // namespace

struct EmotionReader::Impl {
  Impl(const ModelFile& file, int thread_count)
      : encoder(file),
        tokenizer(tokenizer_of(file.metadata(), file.path().string())),
        name(file.path().string()),
        threads(thread_count) {
    longest_window = std::min(kLongestWindow, static_cast<std::size_t>(encoder.config().max_tokens()));
    if (tokenizer.size() > encoder.config().vocabulary)
      throw Error(name, "vocabulary is larger than the encoder's",
                  std::to_string(encoder.config().vocabulary), std::to_string(tokenizer.size()));
  }

  void need_heads() const {
    if (encoder.config().projection == 0)
      throw Error(ErrorKind::kUnsupported, name, "this encoder has no emotion heads",
                  "one that `story2midi-train encoder-emotion --start` made of it", {});
  }

  std::vector<TokenId> tokens(std::string_view text, std::string_view before = "") const {
    check_story(text);
    return tokenizer.encode(std::string(before) + single_spaced(normal_text(text)));
  }
  std::vector<Window> windows_of(std::span<const std::vector<TokenId>> passages) const {
    return s2m::windows_of(passages, {tokenizer.first(), tokenizer.last()}, longest_window);
  }
  std::vector<Window> windows_of_each(std::span<const std::string> texts) const;
  std::vector<Window> windows_of_story(std::span<const Passage> passages) const;
  std::vector<PassageReading> read(std::span<const Window> windows, std::size_t passages,
                                   const Progress& progress, States states = States::kDropped) const;

  Encoder encoder;
  Tokenizer tokenizer;
  std::string name;
  int threads = 1;
  ReadingScale scale = ReadingScale::kCommon;
  std::size_t longest_window = kLongestWindow;
};

std::vector<Window> EmotionReader::Impl::windows_of_each(std::span<const std::string> texts) const {
  std::vector<Window> all;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::vector<std::vector<TokenId>> alone{tokens(texts[i])};
    for (auto& window : windows_of(alone)) {
      for (auto& passage : window.passages) passage = i;
      all.push_back(std::move(window));
    }
  }
  return all;
}

std::vector<Window> EmotionReader::Impl::windows_of_story(std::span<const Passage> passages) const {
  if (passages.empty()) throw Error("story", "has no passage to read", "a text", "none");
  std::vector<std::vector<TokenId>> all;
  for (const auto& passage : passages) all.push_back(tokens(passage.text, all.empty() ? "" : " "));
  return windows_of(all);
}

std::vector<PassageReading> EmotionReader::Impl::read(std::span<const Window> all_windows,
                                                      std::size_t passages, const Progress& progress,
                                                      States states) const {
  std::vector<PassageReading> all(passages);
  for (std::size_t first = 0; first < all_windows.size(); first += kWindowsAtOnce) {
    const auto some = all_windows.subspan(first, std::min(kWindowsAtOnce, all_windows.size() - first));
    std::vector<SharedReading> readings;
    for (const Window& window : some) readings.push_back(window.reading);
    auto outputs = encoder.read(readings, threads);
    for (std::size_t i = 0; i < some.size(); ++i)
      for (std::size_t part = 0; part < outputs[i].size(); ++part) {
        const auto& range = some[i].reading.parts[part];
        all[some[i].passages[part]].add(outputs[i][part], range.last - range.first, states);
      }
    report_progress(progress, first + some.size(), all_windows.size());
  }
  return all;
}

constexpr double kLeastDeviation = 0.01;

// Two readings of one passage as one: their means weighted by precision, as independent measurements combine. The variance
// is not lowered, since their errors are alike.
Emotion combined(const Emotion& one, const Emotion& other) {
  Emotion both = one;
  const auto mix = [&](double ValenceArousal::*axis) {
    const double first = one.uncertainty
                             ? 1 / std::pow(std::max(kLeastDeviation, (*one.uncertainty).*axis), 2)
                             : 1,
                 second = other.uncertainty
                              ? 1 / std::pow(std::max(kLeastDeviation, (*other.uncertainty).*axis), 2)
                              : 1;
    both.*axis = (first * one.*axis + second * other.*axis) / (first + second);
    if (both.uncertainty) (*both.uncertainty).*axis = std::sqrt(2 / (first + second));
  };
  mix(&ValenceArousal::valence);
  mix(&ValenceArousal::arousal);
  for (std::size_t i = 0; i < both.labels.size(); ++i) both.labels[i] = (one.labels[i] + other.labels[i]) / 2;
  return both;
}

EmotionReader::EmotionReader(const std::filesystem::path& encoder_file, int threads)
    : EmotionReader(ModelFile(encoder_file), threads) {}

EmotionReader::EmotionReader(const ModelFile& encoder, int threads)
    : impl_(as_kind(ErrorKind::kBrokenModel, [&] {
        return std::make_shared<const Impl>(encoder, static_cast<int>(thread_count(threads)));
      })) {}

EmotionReader EmotionReader::of_models(const std::filesystem::path& folder, int threads) {
  check_file(folder, "encoder.safetensors");
  return EmotionReader(folder / "encoder.safetensors", threads);
}

bool EmotionReader::has_heads() const { return impl_->encoder.config().projection > 0; }

EmotionReader EmotionReader::on(ReadingScale scale) const {
  auto other = std::make_shared<Impl>(*impl_);
  other->scale = scale;
  return EmotionReader(std::move(other));
}

Emotion EmotionReader::read(std::string_view text) const {
  return read_each(std::vector{std::string(text)}).front();
}

std::vector<Emotion> EmotionReader::read_each(std::span<const std::string> texts,
                                              const Progress& progress) const {
  impl_->need_heads();
  std::vector<Emotion> each;
  for (const auto& reading : impl_->read(impl_->windows_of_each(texts), texts.size(), progress))
    each.push_back(reading.on(impl_->scale));
  return each;
}

// Each passage is read with its neighbours in sight, and in stories that are no book by itself as well: there the neighbours
// drown a single sentence. In a book a section of music has a page of text, and the second reading would double the time.
constexpr std::size_t kBookPassages = 1500;

EmotionCurve EmotionReader::read_curve(std::vector<Passage> passages, const Progress& progress) const {
  impl_->need_heads();
  auto windows = impl_->windows_of_story(passages);
  const auto count = passages.size();
  std::vector<std::string> texts;
  for (const auto& passage : passages) texts.push_back(passage.text);
  const bool alone = count > 1 && count < kBookPassages;
  if (alone)
    for (auto& window : impl_->windows_of_each(texts)) {
      for (auto& passage : window.passages) passage += count;
      windows.push_back(std::move(window));
    }
  const auto readings = impl_->read(windows, alone ? 2 * count : count, progress);
  EmotionCurve curve;
  for (std::size_t i = 0; i < count; ++i) {
    auto emotion = readings[i].on(impl_->scale);
    if (alone) emotion = combined(emotion, readings[count + i].on(impl_->scale));
    curve.points.push_back({std::move(passages[i]), std::move(emotion)});
  }
  return curve;
}

std::vector<TextEmbedding> EmotionReader::embed_each(std::span<const std::string> texts,
                                                     const Progress& progress) const {
  std::vector<TextEmbedding> embeddings;
  for (std::size_t first = 0; first < texts.size(); first += kWindowsAtOnce) {
    std::vector<SharedReading> readings;
    for (const auto& text : texts.subspan(first, std::min(kWindowsAtOnce, texts.size() - first))) {
      const std::vector<std::vector<TokenId>> alone{impl_->tokens(text)};
      readings.push_back(std::move(impl_->windows_of(alone).front().reading));
    }
    for (auto& outputs : impl_->encoder.read(readings, impl_->threads))
      embeddings.push_back({std::move(outputs.front().pooled), std::move(outputs.front().projection)});
    report_progress(progress, embeddings.size(), texts.size());
  }
  return embeddings;
}

StoryMemory EmotionReader::memory(std::string_view text) const {
  const std::vector texts{std::string(text)};
  auto readings = impl_->read(impl_->windows_of_each(texts), 1, {}, States::kKept);
  return std::move(readings.front()).memory(impl_->encoder.config().width);
}

}  // namespace s2m
