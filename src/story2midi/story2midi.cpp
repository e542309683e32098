#include "story2midi/story2midi.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <mutex>
#include <numeric>

#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/nn/manifest.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/perform/labels.h"
#include "story2midi/plan/bar_plans.h"
#include "story2midi/reading/emotion_reader.h"
#include "story2midi/stories/words.h"

namespace s2m {
namespace {

constexpr const char* kEncoderFile = "encoder.safetensors";
constexpr const char* kDecoderFile = "decoder.safetensors";
constexpr int kBarsPerPassage = 8;  // of a piece without a plan

// At most `most` of the items, evenly spaced.
template <class Item>
std::vector<Item> evenly(const std::vector<Item>& items, std::size_t most) {
  if (items.size() <= most) return items;
  std::vector<Item> some;
  for (std::size_t i = 0; i < most; ++i) some.push_back(items[(2 * i + 1) * items.size() / (2 * most)]);
  return some;
}

// Passages that stand one after the other, a byte apart.
std::vector<Passage> passages_of(std::span<const std::string> texts) {
  std::vector<Passage> passages;
  std::size_t at = 0;
  for (const auto& text : texts) {
    passages.push_back({text, at, at + text.size()});
    at += text.size() + 1;
  }
  return passages;
}

EmotionCurve unread(const std::vector<Passage>& passages) {
  EmotionCurve curve;
  for (const auto& passage : passages) curve.points.push_back({passage, {}});
  return curve;
}

// Of a piece without a plan, the stretches in which the decoder attends to one passage become sections, each with its share of
// the story; the score has their markers and lyrics.
void label_by_text(const EmotionCurve& curve, std::size_t stretches, Piece& piece) {
  const Section whole = std::move(piece.plan.sections.front());
  stretches = std::min(stretches, whole.bars.size());
  piece.plan.sections.assign(stretches, {.title = {}, .bars = {}, .palette = whole.palette});
  for (std::size_t bar = 0; bar < whole.bars.size(); ++bar)
    piece.plan.sections[bar * stretches / whole.bars.size()].bars.push_back(whole.bars[bar]);
  const auto count = curve.points.size();
  for (std::size_t i = 0; i < stretches; ++i) {
    auto& section = piece.plan.sections[i];
    section.title = opening_words(curve.points[i * count / stretches]);
    section.start_byte = curve.points[i * count / stretches].passage.start_byte;
    section.end_byte = curve.points[(i + 1) * count / stretches - 1].passage.end_byte;
  }
  add_labels(piece.plan, piece.score);
  std::erase_if(piece.score.cues,
                [](const Marker& cue) { return cue.text == "climax"; });  // nobody planned one
  add_captions(piece.plan, curve, piece.score);
}

}  // namespace

struct Studio::Impl {
  Impl(const std::filesystem::path& models, int threads)
      : reader(EmotionReader::of_models(models, threads)), open([models] { return composer_of(models); }) {}
  Impl(const ModelBytes& models, int threads)
      : reader(reader_of(models, threads)), open([models] {
          return paired(ModelFile(models.encoder, "encoder"), ModelFile(models.decoder, "decoder"),
                        models.facts);
        }) {}

  Impl(const Impl& other, const Composer& composer)
      : reader(other.reader), open([composer] { return std::make_unique<Composer>(composer); }) {}

  static std::unique_ptr<Composer> composer_of(const std::filesystem::path& models) {
    const auto manifest = read_manifest(models);
    if (manifest) check_file(*manifest, models, kDecoderFile);
    return paired(ModelFile(models / kEncoderFile), ModelFile(models / kDecoderFile),
                  manifest.value_or(Manifest{}).decoder);
  }

  static std::unique_ptr<Composer> paired(const ModelFile& encoder, const ModelFile& decoder,
                                          const DecoderFacts& facts) {
    check_pair(encoder, decoder);
    return std::make_unique<Composer>(decoder, facts);
  }

  static EmotionReader reader_of(const ModelBytes& models, int threads) {
    return EmotionReader(ModelFile(models.encoder, "encoder"), threads);
  }

  const Composer& composer() const {
    std::call_once(composer_opened, [&] { opened_composer = open(); });
    return *opened_composer;
  }

  // One for each section; none without a reading.
  std::vector<StoryMemory> memories_of(const StoryReading& reading, const Plan& plan) const;
  StoryMemory memory_of(const StoryReading& reading, const Section& section) const;

  EmotionReader reader;
  std::function<std::unique_ptr<Composer>()> open;
  mutable std::once_flag composer_opened;
  mutable std::unique_ptr<Composer> opened_composer;
};

// The words of a memory: the encoder's first window holds them.
constexpr std::size_t kMemoryWords = 40;

// A passage and the neighbours that stand in [first, last) with it, nearest first, up to kMemoryWords words.
std::string text_around(const std::vector<std::string>& passages, std::size_t middle) {
  std::string text = passages[middle];
  std::size_t first = middle, last = middle + 1;
  for (bool grows = true; grows && word_count(text) < kMemoryWords;) {
    grows = false;
    if (last < passages.size()) text += " " + passages[last++], grows = true;
    if (first > 0 && word_count(text) < kMemoryWords) text = passages[--first] + " " + text, grows = true;
  }
  return text;
}

StoryMemory Studio::Impl::memory_of(const StoryReading& reading, const Section& section) const {
  if (section.start_byte >= section.end_byte || section.bars.empty()) return {};
  std::vector<std::string> texts;
  std::vector<ValenceArousal> emotions;
  for (const auto& [passage, emotion] : reading.curve.points)
    if (passage.start_byte < section.end_byte && passage.end_byte > section.start_byte) {
      texts.push_back(passage.text);
      emotions.push_back(emotion);
    }
  if (texts.empty())
    throw Error("plan", "section \"" + section.title + "\" names bytes without a passage of the story",
                "bytes below " + std::to_string(reading.curve.points.back().passage.end_byte),
                std::to_string(section.start_byte) + " to " + std::to_string(section.end_byte));
  const auto& bar = section.bars[section.bars.size() / 2];
  const auto nearest = std::ranges::min_element(emotions, {}, [&](const ValenceArousal& emotion) {
    return std::hypot(emotion.valence - bar.valence, emotion.arousal - bar.arousal);
  });
  return reader.memory(text_around(texts, static_cast<std::size_t>(nearest - emotions.begin())));
}

void check_same_story(const StoryReading& reading, const Plan& plan) {
  if (plan.story_fingerprint != 0 && plan.story_fingerprint != reading.fingerprint)
    throw Error("plan", "was made from another text",
                "story_fingerprint " + to_hex(plan.story_fingerprint) + ", or none in the plan",
                to_hex(reading.fingerprint));
}

std::vector<StoryMemory> Studio::Impl::memories_of(const StoryReading& reading, const Plan& plan) const {
  std::vector<StoryMemory> memories;
  if (reading.curve.points.empty()) return memories;
  check_same_story(reading, plan);
  if (reading.is_outside) return memories;
  for (const auto& section : plan.sections) memories.push_back(memory_of(reading, section));
  return memories;
}

Studio::Studio(const std::filesystem::path& models, int threads)
    : impl_(std::make_shared<const Impl>(models, threads)) {}

Studio::Studio(const ModelBytes& models, int threads)
    : impl_(std::make_shared<const Impl>(models, threads)) {}

bool Studio::can_read_emotion() const { return impl_->reader.has_heads(); }

Emotion Studio::read(std::string_view text) const { return impl_->reader.read(text); }

std::vector<Emotion> Studio::read_each(std::span<const std::string> texts) const {
  return impl_->reader.read_each(texts);
}

std::vector<WordInfluence> Studio::word_influences(std::string_view text) const {
  return s2m::word_influences(impl_->reader, text);
}

StoryReading Studio::read(const Story& story, const Progress& progress) const {
  return {impl_->reader.read_curve(story.passages, progress), checksum_of(story.source)};
}

StoryReading Studio::read(std::span<const std::string> texts, const Progress& progress) const {
  std::string whole;
  for (const auto& text : texts) whole += text + "\n";
  return {impl_->reader.read_curve(passages_of(texts), progress), checksum_of(whole)};
}

Plan Studio::plan(const EmotionCurve& curve, const PlanOptions& options) const {
  return make_plan(curve, options);
}

Plan Studio::plan(const StoryReading& reading, const PlanOptions& options) const {
  auto plan = make_plan(reading.curve, options);
  plan.story_fingerprint = reading.fingerprint;
  return plan;
}

StoryMemory Studio::memory(std::string_view text) const {
  return text.empty() ? StoryMemory{} : impl_->reader.memory(text);
}

const Composer& Studio::composer() const { return impl_->composer(); }

Studio Studio::with_style(const LearntStyle& style, const StyleOptions& options) const {
  return Studio(std::make_shared<const Impl>(*impl_, composer().with_style(style, options)));
}

Piece Studio::compose_piece(const StoryReading& reading, const Plan& plan,
                            const ComposeOptions& options) const {
  auto piece = impl_->composer().compose_piece(plan, impl_->memories_of(reading, plan), options);
  add_captions(plan, reading.curve, piece.score);
  return piece;
}

std::vector<Piece> Studio::compose_each(std::span<const Request> requests) const {
  std::vector<ComposeRequest> asked;
  for (const auto& request : requests)
    asked.push_back({request.plan, impl_->memories_of(request.reading, request.plan), request.options});
  auto pieces = impl_->composer().compose_each(asked);
  for (std::size_t i = 0; i < pieces.size(); ++i)
    add_captions(requests[i].plan, requests[i].reading.curve, pieces[i].score);
  return pieces;
}

Piece Studio::rewrite(const Piece& piece, const RewriteScope& scope, const ComposeOptions& options,
                      const StoryReading& reading) const {
  return impl_->composer().rewrite(piece, scope, impl_->memories_of(reading, piece.plan), options);
}

Piece Studio::compose_piece_from_text(const Story& story, const PlanOptions& options_asked,
                                      const ComposeOptions& options) const {
  auto asked = options_asked;
  const int bars = asked.bars.value_or(usual_bars(unread(story.passages)));
  if (!asked.duration_seconds) asked.bars = bars;
  std::vector<std::string> texts;
  for (const auto& passage : story.passages) texts.push_back(passage.text);
  std::vector<std::size_t> all(texts.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::vector<StoryMemory> memories;
  for (const auto passage : evenly(all, static_cast<std::size_t>(std::max(1, bars / kBarsPerPassage))))
    memories.push_back(impl_->reader.memory(text_around(texts, passage)));
  auto piece = impl_->composer().compose_piece_from_text(memories, asked, options);
  if (!memories.empty()) label_by_text(unread(story.passages), memories.size(), piece);
  return piece;
}

Piece Studio::compose_piece_from_text(const StoryReading& reading, const PlanOptions& asked,
                                      const ComposeOptions& options) const {
  Story story;
  for (const auto& point : reading.curve.points) story.passages.push_back(point.passage);
  return compose_piece_from_text(story, asked, options);
}

}  // namespace s2m
