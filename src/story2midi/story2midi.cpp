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
#include "story2midi/reading/emotion_reader.h"

namespace s2m {
namespace {

constexpr std::size_t kMostCandidates = 8;  // passages of a section
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

}  // namespace

struct Studio::Impl {
  struct TextOnly;

  Impl(const std::filesystem::path& models, int threads)
      : reader(EmotionReader::of_models(models, threads)), open([models] { return composer_of(models); }) {}
  Impl(const ModelBytes& models, int threads)
      : reader(reader_of(models, threads)), open([models] {
          return paired(ModelFile(models.encoder, "encoder"), ModelFile(models.decoder, "decoder"),
                        models.facts);
        }) {}

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
  // The passage's memory, encoded again where its states were not kept.
  StoryMemory memory_at(const StoryReading& reading, std::size_t passage) const;

  EmotionReader reader;
  std::function<std::unique_ptr<Composer>()> open;
  mutable std::once_flag composer_opened;
  mutable std::unique_ptr<Composer> opened_composer;
};

StoryMemory Studio::Impl::memory_at(const StoryReading& reading, std::size_t passage) const {
  const auto& kept = reading.memories[passage];
  return kept.states.empty() ? reader.memory(reading.curve.points[passage].passage.text) : kept;
}

// The memory of a section is that of one passage: of its passages the one whose emotion by itself is nearest to that
// of the section's middle bar.
StoryMemory Studio::Impl::memory_of(const StoryReading& reading, const Section& section) const {
  if (section.start_byte >= section.end_byte || section.bars.empty()) return {};
  std::vector<std::size_t> passages;
  for (std::size_t i = 0; i < reading.curve.points.size(); ++i) {
    const auto& passage = reading.curve.points[i].passage;
    if (passage.start_byte < section.end_byte && passage.end_byte > section.start_byte) passages.push_back(i);
  }
  if (passages.empty())
    throw Error("plan", "section \"" + section.title + "\" names bytes without a passage of the story",
                "bytes below " + std::to_string(reading.curve.points.back().passage.end_byte),
                std::to_string(section.start_byte) + " to " + std::to_string(section.end_byte));
  const auto& bar = section.bars[section.bars.size() / 2];
  const auto distance = [&](std::size_t passage) {
    const auto& emotion = reading.curve.points[passage].emotion;
    return std::hypot(emotion.valence - bar.valence, emotion.arousal - bar.arousal);
  };
  return memory_at(reading, std::ranges::min(evenly(passages, kMostCandidates), {}, distance));
}

void check_same_story(const StoryReading& reading, const Plan& plan) {
  const auto passages = reading.curve.points.size();
  if (passages != reading.memories.size())
    throw Error("reading", "is not one memory for each passage", std::to_string(passages),
                std::to_string(reading.memories.size()));
  if (plan.story_fingerprint != 0 && plan.story_fingerprint != reading.fingerprint)
    throw Error("plan", "was made from another text",
                "story_fingerprint " + to_hex(plan.story_fingerprint) + ", or none in the plan",
                to_hex(reading.fingerprint));
}

std::vector<StoryMemory> Studio::Impl::memories_of(const StoryReading& reading, const Plan& plan) const {
  std::vector<StoryMemory> memories;
  if (reading.memories.empty()) return memories;
  check_same_story(reading, plan);
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
  return impl_->reader.read(story, progress);
}

StoryReading Studio::read(std::span<const std::string> texts, const Progress& progress) const {
  return impl_->reader.read(passages_of(texts), progress);
}

EmotionCurve Studio::read_curve(const Story& story, const Progress& progress) const {
  return impl_->reader.read_curve(story.passages, progress);
}

EmotionCurve Studio::read_curve(std::span<const std::string> texts, const Progress& progress) const {
  return impl_->reader.read_curve(passages_of(texts), progress);
}

Plan Studio::plan(const EmotionCurve& curve, const PlanOptions& options) const {
  return make_plan(curve, options);
}

Plan Studio::plan(const StoryReading& reading, const PlanOptions& options) const {
  auto plan = make_plan(reading.curve, options);
  plan.story_fingerprint = reading.fingerprint;
  return plan;
}

Piece Studio::compose_piece(const StoryReading& reading, const Plan& plan,
                            const ComposeOptions& options) const {
  return impl_->composer().compose_piece(plan, impl_->memories_of(reading, plan), options);
}

std::vector<Piece> Studio::compose_each(std::span<const Request> requests) const {
  std::vector<ComposeRequest> asked;
  for (const auto& request : requests)
    asked.push_back({request.plan, impl_->memories_of(request.reading, request.plan), request.options});
  return impl_->composer().compose_each(asked);
}

// The passages that a piece without a plan is composed from, and its length where none is asked.
struct Studio::Impl::TextOnly {
  TextOnly(const std::vector<Passage>& story, const PlanOptions& options) : asked(options) {
    const int usual = usual_bars(unread(story));
    const int bars = asked.bars.value_or(usual);
    if (!asked.duration_seconds) asked.bars = bars;
    std::vector<std::size_t> all(story.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    passages = evenly(all, static_cast<std::size_t>(std::max(1, bars / kBarsPerPassage)));
  }
  PlanOptions asked;
  std::vector<std::size_t> passages;
};

Piece Studio::compose_piece_from_text(const Story& story, const PlanOptions& asked,
                                      const ComposeOptions& options) const {
  const Impl::TextOnly from(story.passages, asked);
  std::vector<StoryMemory> memories;
  for (const auto passage : from.passages)
    memories.push_back(impl_->reader.memory(story.passages[passage].text));
  return impl_->composer().compose_piece_from_text(memories, from.asked, options);
}

Piece Studio::compose_piece_from_text(const StoryReading& reading, const PlanOptions& asked,
                                      const ComposeOptions& options) const {
  std::vector<Passage> passages;
  for (const auto& point : reading.curve.points) passages.push_back(point.passage);
  const Impl::TextOnly from(passages, asked);
  std::vector<StoryMemory> memories;
  for (const auto passage : from.passages) memories.push_back(impl_->memory_at(reading, passage));
  return impl_->composer().compose_piece_from_text(memories, from.asked, options);
}

}  // namespace s2m
