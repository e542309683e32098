#include "story2midi/reading/emotion_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/parallel.h"
#include "story2midi/emotion/context.h"
#include "story2midi/emotion/ngram_reader.h"
#include "story2midi/nn/encoder.h"
#include "story2midi/nn/manifest.h"
#include "story2midi/reading/text_input.h"
#include "story2midi/stories/normalise.h"

namespace s2m {
namespace {

constexpr std::size_t kReadingsAtOnce = 64;

// Of the states that a StoryReading keeps: those of about 20,000 words at a width of 384. Passages beyond it are
// encoded again if they are composed from.
constexpr std::size_t kMostKeptStateBytes = std::size_t{48} << 20;

// How a memory says what was felt: valence and arousal by bumps at so many levels from -1 to 1, each as wide
// as they stand apart, then the labels' probabilities; about as strong as a token's state.
constexpr int kLevels = 9;
constexpr double kLevelsApart = 2.0 / (kLevels - 1);
constexpr float kFeltStrength = 6;

using Ids = std::vector<TokenId>;

// A mean of what the readings of one text said, weighted.
class Blend {
 public:
  void add(const std::vector<double>& said, double weight) {
    sum_.resize(said.size());
    for (std::size_t i = 0; i < said.size(); ++i) sum_[i] += weight * said[i];
    weight_ += weight;
  }
  std::vector<double> mean() const {
    auto mean = sum_;
    for (double& value : mean) value /= weight_;
    return mean;
  }

 private:
  std::vector<double> sum_;
  double weight_ = 0;
};

// In the order of NgramReader's outputs; a scale that the encoder does not know is the common one.
std::vector<double> said_by(const EncoderOutput& output) {
  std::vector<double> said;
  for (std::size_t scale = 0; scale < kReadingScales; ++scale) {
    const std::size_t at = 2 * scale < output.on_scales.size() ? 2 * scale : 0;
    said.insert(said.end(), {output.on_scales[at], output.on_scales[at + 1]});
  }
  said.insert(said.end(), output.label_probabilities.begin(), output.label_probabilities.end());
  return said;
}

// A text as both readers take it.
struct PreparedText {
  std::string spaced;
  std::vector<float> features;
};

// What both readers say of a text, in the same order.
struct Reading {
  std::vector<double> encoder;
  NgramReading ngrams;  // empty without a linear reader
  // Of the text's first part that the encoder reads at once.
  std::vector<double> first;
  std::vector<float> states;  // empty where they were not to be kept
};

ValenceArousal levels_on(ReadingScale scale, const std::vector<double>& said) {
  const auto at = 2 * static_cast<std::size_t>(scale);
  return {said[at], said[at + 1]};
}

double between(double share, double encoder, double ngrams) { return encoder + share * (ngrams - encoder); }

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

}  // namespace

struct EmotionReader::Impl {
  explicit Impl(const ModelFile& file)
      : encoder(file), input(std::make_shared<TextInput>(text_input_of(file))), name(file.path().string()) {}

  void need_heads() const {
    if (encoder.config().projection == 0)
      throw Error(ErrorKind::kUnsupported, name, "this encoder has no emotion heads",
                  "one that `story2midi-train encoder-emotion --start` made of it", {});
  }

  PreparedText prepared(std::string_view text) const {
    check_story(text);
    auto spaced = single_spaced(normal_text(text));
    auto features = input->features(spaced);
    return {std::move(spaced), std::move(features)};
  }

  // The text's tokens in readings of at most max_tokens, each with <s> and </s> and one part: all of it.
  std::vector<SharedReading> readings(const PreparedText& text) const {
    const auto ids = input->vocabulary.encode_with_ends(text.spaced);
    const auto body = std::span(ids).subspan(1, ids.size() - 2);
    const auto most = static_cast<std::size_t>(encoder.config().max_tokens() - 2);
    std::vector<SharedReading> all;
    for (std::size_t start = 0; start == 0 || start < body.size(); start += most) {
      const auto part = body.subspan(start, std::min(most, body.size() - start));
      Ids reading{ids.front()};
      reading.insert(reading.end(), part.begin(), part.end());
      reading.push_back(ids.back());
      const std::size_t size = reading.size();
      all.push_back({std::move(reading), {{0, size, text.features}}});
    }
    return all;
  }

  // Keeps the states of the first texts, as many as take up to `state_bytes`.
  std::vector<Reading> read(std::span<const std::string_view> texts, const Progress& progress,
                            std::size_t state_bytes = 0) const;
  NgramReading by_ngrams(const PreparedText& text) const {
    return ngrams ? ngrams->read(text.spaced, text.features) : NgramReading{};
  }
  // The encoder's valence and arousal on the scale; labels by both readers.
  Emotion by_encoder(const Reading& reading, ReadingScale on) const;
  void join_levels(Emotion& emotion, const ValenceArousal& levels, ReadingScale on) const;
  Emotion alone(const Reading& reading, ReadingScale on) const;
  // `whole`: the emotion of all of the text by itself, on the common scale.
  StoryMemory memory_of(Reading reading, const Emotion& whole) const;
  std::vector<Emotion> in_story(std::span<const Passage> passages, std::span<const Reading> readings) const;
  std::vector<Reading> read_passages(const std::vector<Passage>& passages, const Progress& progress,
                                     std::size_t state_bytes) const;
  EmotionCurve curve_of(std::vector<Passage> passages, std::span<const Reading> readings) const;

  Encoder encoder;
  std::shared_ptr<const TextInput> input;
  std::shared_ptr<const NgramReader> ngrams;  // none: the encoder reads by itself
  std::string name;
  int threads = 1;
  ReadingScale scale = ReadingScale::kCommon;
};

std::vector<Reading> EmotionReader::Impl::read(std::span<const std::string_view> texts,
                                               const Progress& progress, std::size_t state_bytes) const {
  need_heads();
  std::vector<SharedReading> waiting;
  std::vector<std::size_t> owners;
  std::vector<Blend> blends(texts.size());
  std::vector<Reading> all(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const PreparedText text = prepared(texts[i]);
    all[i].ngrams = by_ngrams(text);
    for (auto& reading : readings(text)) {
      waiting.push_back(std::move(reading));
      owners.push_back(i);
    }
    if (waiting.size() < kReadingsAtOnce && i + 1 < texts.size()) continue;
    auto outputs = encoder.read(waiting, threads);
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      auto& output = outputs[k].front();
      auto& reading = all[owners[k]];
      const auto said = said_by(output);
      blends[owners[k]].add(said, static_cast<double>(waiting[k].ids.size()));
      if (!reading.first.empty()) continue;
      reading.first = said;
      const auto bytes = output.states.size() * sizeof(float);
      if (bytes > state_bytes) continue;
      state_bytes -= bytes;
      reading.states = std::move(output.states);
    }
    waiting.clear();
    owners.clear();
    report_progress(progress, i + 1, texts.size());
  }
  for (std::size_t i = 0; i < texts.size(); ++i) all[i].encoder = blends[i].mean();
  return all;
}

Emotion EmotionReader::Impl::by_encoder(const Reading& reading, ReadingScale on) const {
  const auto levels = levels_on(on, reading.encoder);
  Emotion emotion{levels.valence, levels.arousal, {}};
  emotion.labels.assign(reading.encoder.begin() + 2 * kReadingScales, reading.encoder.end());
  if (!ngrams) return emotion;
  const auto stacked = ngrams->stacked().read_labels(reading.ngrams);
  for (std::size_t i = 0; i < stacked.size(); ++i)
    emotion.labels[i] = between(ngrams->shares().labels, emotion.labels[i], stacked[i]);
  return emotion;
}

void EmotionReader::Impl::join_levels(Emotion& emotion, const ValenceArousal& levels, ReadingScale on) const {
  const double share = ngrams->shares().scales[static_cast<std::size_t>(on)];
  emotion.valence = between(share, emotion.valence, levels.valence);
  emotion.arousal = between(share, emotion.arousal, levels.arousal);
}

Emotion EmotionReader::Impl::alone(const Reading& reading, ReadingScale on) const {
  Emotion emotion = by_encoder(reading, on);
  if (!ngrams) return emotion;
  const auto stacked = ngrams->stacked().read(reading.ngrams, on);
  join_levels(emotion, stacked ? *stacked : levels_on(on, reading.ngrams.said), on);
  return emotion;
}

std::vector<Emotion> EmotionReader::Impl::in_story(std::span<const Passage> passages,
                                                   std::span<const Reading> readings) const {
  std::vector<NgramReading> by_ngrams;
  for (const auto& reading : readings) by_ngrams.push_back(reading.ngrams);
  std::vector<ValenceArousal> levels;
  if (ngrams && passages.size() > 1)
    levels = ngrams->stacked().read_story(word_counts(passages), by_ngrams, scale);
  std::vector<Emotion> each;
  for (const auto& reading : readings)
    each.push_back(levels.empty() ? alone(reading, scale) : by_encoder(reading, scale));
  auto felt = feel_in_context(passages, each);
  for (std::size_t i = 0; i < levels.size(); ++i) join_levels(felt[i], levels[i], scale);
  return felt;
}

std::vector<Reading> EmotionReader::Impl::read_passages(const std::vector<Passage>& passages,
                                                        const Progress& progress,
                                                        std::size_t state_bytes) const {
  if (passages.empty()) throw Error("story", "has no passage to read", "a text", "none");
  std::vector<std::string_view> texts;
  for (const auto& passage : passages) texts.push_back(passage.text);
  return read(texts, progress, state_bytes);
}

EmotionCurve EmotionReader::Impl::curve_of(std::vector<Passage> passages,
                                           std::span<const Reading> readings) const {
  auto emotions = in_story(passages, readings);
  EmotionCurve curve;
  for (std::size_t i = 0; i < passages.size(); ++i)
    curve.points.push_back({std::move(passages[i]), std::move(emotions[i])});
  return curve;
}

EmotionReader::EmotionReader(const std::filesystem::path& encoder_file, int threads,
                             const std::filesystem::path& ngrams_file)
    // Both files live until the reader that is made of them holds them.
    : EmotionReader(ModelFile(encoder_file),
                    ngrams_file.empty() ? nullptr : std::make_unique<ModelFile>(ngrams_file).get(), threads) {
}

EmotionReader::EmotionReader(const ModelFile& encoder, const ModelFile* ngrams, int threads) {
  const auto open = [&] { return std::make_shared<Impl>(encoder); };
  auto impl = as_kind(ErrorKind::kBrokenModel, open);
  if (ngrams != nullptr) impl->ngrams = std::make_shared<NgramReader>(*ngrams);
  if (impl->ngrams && impl->encoder.config().labels != static_cast<int>(kLabelCount))
    throw Error(ErrorKind::kBrokenModel, encoder.path().string(),
                "does not go with " + ngrams->path().string(), std::to_string(kLabelCount) + " labels",
                std::to_string(impl->encoder.config().labels));
  impl->threads = static_cast<int>(thread_count(threads));
  impl_ = std::move(impl);
}

EmotionReader EmotionReader::of_models(const std::filesystem::path& folder, int threads) {
  const auto ngrams = folder / "ngrams.safetensors";
  check_file(folder, "encoder.safetensors");
  if (std::filesystem::exists(ngrams)) check_file(folder, "ngrams.safetensors");
  return EmotionReader(folder / "encoder.safetensors", threads,
                       std::filesystem::exists(ngrams) ? ngrams : std::filesystem::path());
}

bool EmotionReader::has_heads() const { return impl_->encoder.config().projection > 0; }

EmotionReader EmotionReader::on(ReadingScale scale) const {
  auto other = std::make_shared<Impl>(*impl_);
  other->scale = scale;
  EmotionReader reader = *this;
  reader.impl_ = std::move(other);
  return reader;
}

Emotion EmotionReader::read(std::string_view text) const {
  return impl_->alone(impl_->read({&text, 1}, {}).front(), impl_->scale);
}

std::vector<Emotion> EmotionReader::read_each(std::span<const std::string> texts,
                                              const Progress& progress) const {
  std::vector<Emotion> each;
  for (const auto& reading : impl_->read(std::vector<std::string_view>(texts.begin(), texts.end()), progress))
    each.push_back(impl_->alone(reading, impl_->scale));
  return each;
}

StoryReading EmotionReader::read(std::vector<Passage> passages, const Progress& progress) const {
  auto readings = impl_->read_passages(passages, progress, kMostKeptStateBytes);
  StoryReading story;
  std::string whole;
  for (const auto& passage : passages) whole += passage.text + "\n";
  story.fingerprint = checksum_of(whole);
  story.curve = impl_->curve_of(std::move(passages), readings);
  for (auto& reading : readings) {
    story.alone.push_back(impl_->alone(reading, ReadingScale::kCommon));
    story.memories.push_back(impl_->memory_of(std::move(reading), story.alone.back()));
  }
  return story;
}

EmotionCurve EmotionReader::read_curve(std::vector<Passage> passages, const Progress& progress) const {
  const auto readings = impl_->read_passages(passages, progress, 0);
  return impl_->curve_of(std::move(passages), readings);
}

StoryReading EmotionReader::read(const Story& story, const Progress& progress) const {
  auto reading = read(story.passages, progress);
  reading.fingerprint = checksum_of(story.source);
  return reading;
}

std::vector<TextEmbedding> EmotionReader::embed_each(std::span<const std::string> texts,
                                                     const Progress& progress) const {
  std::vector<TextEmbedding> embeddings;
  std::vector<SharedReading> waiting;
  for (const auto& text : texts) {
    waiting.push_back(std::move(impl_->readings(impl_->prepared(text)).front()));
    if (waiting.size() < kReadingsAtOnce && embeddings.size() + waiting.size() < texts.size()) continue;
    for (auto& outputs : impl_->encoder.read(waiting, impl_->threads))
      embeddings.push_back({std::move(outputs.front().pooled), std::move(outputs.front().projection)});
    waiting.clear();
    report_progress(progress, embeddings.size(), texts.size());
  }
  return embeddings;
}

StoryMemory EmotionReader::Impl::memory_of(Reading reading, const Emotion& whole) const {
  StoryMemory memory{std::move(reading.states), encoder.config().width};
  if (memory.states.empty()) return memory;
  const bool is_whole = reading.first == reading.encoder;
  const auto emotion =
      is_whole ? whole
               : alone({std::move(reading.first), std::move(reading.ngrams), {}, {}}, ReadingScale::kCommon);
  const auto row = felt_row(emotion, static_cast<std::size_t>(memory.width));
  memory.states.insert(memory.states.end(), row.begin(), row.end());
  return memory;
}

StoryMemory EmotionReader::memory(std::string_view text) const {
  if (has_heads()) {
    auto reading = std::move(impl_->read({&text, 1}, {}, std::numeric_limits<std::size_t>::max()).front());
    const auto whole = impl_->alone(reading, ReadingScale::kCommon);
    return impl_->memory_of(std::move(reading), whole);
  }
  const auto first = impl_->readings(impl_->prepared(text)).front();
  return {std::move(impl_->encoder.read(std::span(&first, 1), 1).front().front().states),
          impl_->encoder.config().width};
}

}  // namespace s2m
