#include "compose/composer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "compose/arrange.h"
#include "compose/bar_event.h"
#include "compose/piece_writer.h"
#include "compose/text_only_bars.h"
#include "nn/decoder.h"
#include "plan/limits.h"

namespace s2m {
namespace {

template <class Specs>
bool same_fields(const std::vector<std::pair<std::string, int>>& fields, const Specs& specs) {
  const auto same = [](const auto& field, const auto& spec) {
    return field.first == spec.name && field.second == spec.size;
  };
  return std::equal(fields.begin(), fields.end(), specs.begin(), specs.end(), same);
}

void check_language(const DecoderConfig& config, const std::filesystem::path& file) {
  if (!same_fields(config.note_fields, kNoteFields) || !same_fields(config.bar_fields, kBarFields) ||
      config.what_size != kWhatCount || config.bar_id != kBarEvent || config.start_id != kStartEvent)
    throw Error(file.string(), "this decoder writes another event language than this program reads");
}

// A decoder that has met unlabelled music only has never heard a story, nor what valence and arousal mean;
// those weights of it are as they were thrown. Its file's account of its training names no labelled music.
bool has_met_emotion(const ModelFile& file) {
  const auto training = file.metadata().find("training");
  return training == file.metadata().end() || training->second.find("\"labelled\"") != std::string::npos;
}

std::vector<const BarPlan*> bars_of(const Plan& plan) {
  std::vector<const BarPlan*> bars;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars) bars.push_back(&bar);
  return bars;
}

void check_range(const char* member, double value, double lowest, double highest) {
  if (!(value >= lowest && value <= highest))
    throw Error(std::string("plan: ") + member, "is out of range",
                std::to_string(lowest) + " to " + std::to_string(highest), std::to_string(value));
}

void check_plan(const Plan& plan) {
  const auto bars = bars_of(plan);
  if (bars.empty() || bars.size() > limits::kMostBars)
    throw Error("plan", "has too few or too many bars", "1 to 1024", std::to_string(bars.size()));
  for (const auto* bar : bars) {
    bar_event(*bar, 0, 1);
    check_range("tempo_bpm", bar->tempo_bpm, limits::kSlowestBpm, limits::kFastestBpm);
    check_range("density", bar->density, 0, limits::kDensest);
    check_range("dynamics", bar->dynamics, 1, 127);
    check_range("register_pitch", bar->register_pitch, 0, 127);
    check_range("articulation", bar->articulation, limits::kShortestArticulation, 1);
  }
}

void check(const ComposeOptions& options) {
  if (!(options.temperature >= 0 && options.temperature <= 10))
    throw Error("temperature", "is out of range", "0 to 10", std::to_string(options.temperature));
  if (!(options.top_p > 0 && options.top_p <= 1))
    throw Error("top_p", "is out of range", "above 0, at most 1", std::to_string(options.top_p));
}

void report(const ComposeOptions& options, int done, int all) {
  if (options.progress &&
      !options.progress(static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(all)))
    throw Error("compose", "was stopped", {}, std::to_string(done) + " of " + std::to_string(all) + " bars");
}

int bar_length(const BarPlan& bar) { return bar_positions(bar.metre); }

}  // namespace

struct Composer::Impl {
  explicit Impl(const ModelFile& file) : decoder(file), knows_emotion(has_met_emotion(file)) {
    check_language(decoder.config(), file.path());
  }

  // What of a bar's description the decoder can understand.
  Event told(Event bar) const {
    if (!knows_emotion) bar.values[kValence] = bar.values[kArousal] = 0;
    return bar;
  }

  // At least one: what stands where there is no text.
  std::vector<std::shared_ptr<const DecoderMemory>> remember(std::span<const StoryMemory> memories) const;

  Decoder decoder;
  bool knows_emotion;
};

std::vector<std::shared_ptr<const DecoderMemory>> Composer::Impl::remember(
    std::span<const StoryMemory> memories) const {
  std::vector<std::shared_ptr<const DecoderMemory>> remembered;
  for (const auto& memory : memories) {
    if (memory.width != 0 && memory.width != decoder.config().memory_width)
      throw Error("compose", "this decoder goes with another encoder",
                  "states of width " + std::to_string(decoder.config().memory_width),
                  std::to_string(memory.width));
    remembered.push_back(memory.rows() == 0 || !knows_emotion ? decoder.no_text()
                                                              : decoder.remember(memory.states));
  }
  if (remembered.empty()) remembered.push_back(decoder.no_text());
  return remembered;
}

Composer::Composer(const std::filesystem::path& decoder_file)
    : impl_(std::make_shared<const Impl>(ModelFile(decoder_file))) {}

Score Composer::compose(const Plan& plan, std::span<const StoryMemory> memories,
                        const ComposeOptions& options) const {
  check_plan(plan);
  check(options);
  if (!memories.empty() && memories.size() != plan.sections.size())
    throw Error("compose", "memories are not one a section", std::to_string(plan.sections.size()),
                std::to_string(memories.size()));
  const auto heard = impl_->remember(memories);
  const int transposition = transposition_to_c(plan.key);
  const int all = bar_count(plan);
  PieceWriter writer(impl_->decoder, heard.front(), options.seed, {options.temperature, options.top_p});
  int bars_left = all, positions_left = 0;
  for (const auto* bar : bars_of(plan)) positions_left += bar_length(*bar);
  for (std::size_t i = 0; i < plan.sections.size(); ++i) {
    writer.hear(heard[std::min(i, heard.size() - 1)]);
    for (const auto& bar : plan.sections[i].bars) {
      writer.open_bar(impl_->told(bar_event(bar, transposition, bars_left)));
      writer.fill_bar({bar.metre, bar.mode, bar.density, bars_left, positions_left});
      positions_left -= bar_length(bar);
      report(options, all - --bars_left, all);
    }
  }
  writer.end();
  return arrange(writer.events(), plan);
}

Score Composer::compose_from_text(std::span<const StoryMemory> memories, const PlanOptions& asked,
                                  const ComposeOptions& options) const {
  s2m::check(asked);
  check(options);
  if (asked.metre) bar_event({.metre = *asked.metre}, 0, 1);
  const auto heard = impl_->remember(memories);
  PieceWriter writer(impl_->decoder, heard.front(), options.seed, {options.temperature, options.top_p});
  TextOnlyBars told(asked);
  std::vector<Event> bars;
  for (int i = 0; i == 0 || i < told.bars(); ++i) {
    writer.hear(heard[static_cast<std::size_t>(i) * heard.size() /
                      static_cast<std::size_t>(std::max(1, told.bars()))]);
    const auto fixed = [&](BarField field, const Event& so_far) {
      const bool unknown = !impl_->knows_emotion && (field == kValence || field == kArousal);
      return unknown ? std::optional(0) : told.fixed(field, so_far, i);
    };
    bars.push_back(writer.open_bar(fixed, TextOnlyBars::may_choose));
    if (i == 0) told.keep_first(bars[0]);
    const auto place = bar_plan(bars.back(), 0, told.tempo_bpm());
    const int bars_left = told.bars() - i;
    writer.fill_bar({place.metre, place.mode, place.density, bars_left, bars_left * bar_length(place)});
    report(options, i + 1, told.bars());
  }
  writer.end();
  Plan plan{told.key(), {{}}};
  for (const auto& bar : bars)
    plan.sections[0].bars.push_back(bar_plan(bar, transposition_to_c(plan.key), told.tempo_bpm()));
  return arrange(writer.events(), plan);
}

}  // namespace s2m
