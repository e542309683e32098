#include "story2midi/story2midi.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <thread>

#include "story2midi/base/error.h"
#include "story2midi/reading/emotion_reader.h"

namespace s2m {
namespace {

constexpr std::size_t kMostCandidates = 8;

// At most `most` of the items, evenly spaced.
template <class Item>
std::vector<Item> evenly(const std::vector<Item>& items, std::size_t most) {
  if (items.size() <= most) return items;
  std::vector<Item> some;
  for (std::size_t i = 0; i < most; ++i) some.push_back(items[(2 * i + 1) * items.size() / (2 * most)]);
  return some;
}

std::vector<std::string> texts_of(const std::vector<Passage>& passages) {
  std::vector<std::string> texts;
  for (const auto& passage : passages) texts.push_back(passage.text);
  return texts;
}

// The texts of the passages that begin in a section.
std::vector<std::string> texts_within(const Story& story, const Section& section) {
  if (section.end_byte > story.source.size())
    throw Error("plan", "section \"" + section.title + "\" names bytes beyond the story",
                std::to_string(story.source.size()), std::to_string(section.end_byte));
  std::vector<std::string> texts;
  for (const auto& passage : story.passages)
    if (passage.start_byte >= section.start_byte && passage.start_byte < section.end_byte)
      texts.push_back(passage.text);
  return texts;
}

// Whether the story is plain text that nothing was left out of.
bool is_read_as_written(const Story& story) {
  return std::ranges::all_of(story.passages, [&](const Passage& passage) {
    return story.source.compare(passage.start_byte, passage.end_byte - passage.start_byte, passage.text) == 0;
  });
}

EmotionCurve unread(const std::vector<Passage>& passages) {
  EmotionCurve curve;
  for (const auto& passage : passages) curve.points.push_back({passage, {}});
  return curve;
}

}  // namespace

struct Studio::Impl {
  Impl(const std::filesystem::path& models, int asked_threads)
      : reader(EmotionReader::of_models(models, asked_threads)),
        decoder_file(models / "decoder.safetensors") {}

  const Composer& composer() const {
    std::call_once(composer_opened, [&] { opened_composer = std::make_unique<Composer>(decoder_file); });
    return *opened_composer;
  }

  StoryMemory memory_of(std::vector<std::string> passages, const Section& section) const;
  StoryMemory memory_of(std::string_view story, const Section& section) const;
  // One a section; none of a plan without a text.
  std::vector<StoryMemory> memories_of(std::string_view story, const Plan& plan) const;

  EmotionReader reader;
  std::filesystem::path decoder_file;
  mutable std::once_flag composer_opened;
  mutable std::unique_ptr<Composer> opened_composer;
};

// What the decoder hears of a section is one reading: of its passages the one that feels most like its bars.
StoryMemory Studio::Impl::memory_of(std::vector<std::string> passages, const Section& section) const {
  if (passages.empty() || section.bars.empty()) return {};
  const auto candidates = evenly(passages, kMostCandidates);
  if (candidates.size() == 1) return reader.memory(candidates.front());
  const auto& bar = section.bars[section.bars.size() / 2];
  const auto emotions = reader.read_each(candidates);
  const auto distance = [&](const Emotion& e) {
    return std::hypot(e.valence - bar.valence, e.arousal - bar.arousal);
  };
  const auto nearest =
      std::min_element(emotions.begin(), emotions.end(),
                       [&](const Emotion& a, const Emotion& b) { return distance(a) < distance(b); });
  return reader.memory(candidates[static_cast<std::size_t>(nearest - emotions.begin())]);
}

StoryMemory Studio::Impl::memory_of(std::string_view story, const Section& section) const {
  if (section.end_byte > story.size())
    throw Error("plan", "section \"" + section.title + "\" names bytes beyond the story",
                std::to_string(story.size()), std::to_string(section.end_byte));
  const auto text = story.substr(section.start_byte, section.end_byte - section.start_byte);
  return text.empty() ? StoryMemory{} : memory_of(texts_of(split_passages(text)), section);
}

std::vector<StoryMemory> Studio::Impl::memories_of(std::string_view story, const Plan& plan) const {
  std::vector<StoryMemory> memories;
  if (!story.empty())
    for (const auto& section : plan.sections) memories.push_back(memory_of(story, section));
  return memories;
}

Studio::Studio(const std::filesystem::path& models, int threads)
    : impl_(std::make_shared<const Impl>(models, threads)) {}

bool Studio::feels() const { return impl_->reader.has_heads(); }

Emotion Studio::read(std::string_view text) const { return impl_->reader.read(text); }

std::vector<Emotion> Studio::read_each(std::span<const std::string> texts) const {
  return impl_->reader.read_each(texts);
}

EmotionCurve Studio::read_story(std::span<const std::string> texts) const {
  std::vector<Passage> passages;
  std::size_t at = 0;
  for (const auto& text : texts) {
    passages.push_back({text, at, at + text.size()});
    at += text.size() + 1;
  }
  return impl_->reader.read_passages(std::move(passages));
}

EmotionCurve Studio::feel(std::string_view story, const Progress& progress) const {
  return impl_->reader.read_story(story, progress);
}

EmotionCurve Studio::feel(const Story& story, const Progress& progress) const {
  return impl_->reader.read_passages(story.passages, progress);
}

Plan Studio::plan(const EmotionCurve& curve, const PlanOptions& options) const {
  return make_plan(curve, options);
}

Score Studio::compose(std::string_view story, const Plan& plan, const ComposeOptions& options) const {
  return impl_->composer().compose(plan, impl_->memories_of(story, plan), options);
}

Score Studio::compose(const Story& story, const Plan& plan, const ComposeOptions& options) const {
  if (is_read_as_written(story)) return compose(story.source, plan, options);
  std::vector<StoryMemory> memories;
  for (const auto& section : plan.sections)
    memories.push_back(impl_->memory_of(texts_within(story, section), section));
  return impl_->composer().compose(plan, memories, options);
}

std::vector<Score> Studio::compose_each(std::span<const Request> requests) const {
  std::vector<ComposeRequest> asked;
  for (const auto& request : requests)
    asked.push_back({request.plan, impl_->memories_of(request.story, request.plan), request.options});
  return impl_->composer().compose_each(asked);
}

Score Studio::compose_from_text(std::string_view story, const PlanOptions& asked,
                                const ComposeOptions& options) const {
  return compose_from_text(Story{{}, {}, {}, split_passages(story), {}}, asked, options);
}

Score Studio::compose_from_text(const Story& story, const PlanOptions& asked,
                                const ComposeOptions& options) const {
  const auto& passages = story.passages;
  PlanOptions settled = asked;
  if (!asked.bars && !asked.duration_seconds) settled.bars = usual_bars(unread(passages));
  const int bars = settled.bars.value_or(usual_bars(unread(passages)));
  std::vector<StoryMemory> memories;
  for (const auto& passage : evenly(passages, static_cast<std::size_t>(std::max(1, bars / 8))))
    memories.push_back(impl_->reader.memory(passage.text));
  return impl_->composer().compose_from_text(memories, settled, options);
}

}  // namespace s2m
