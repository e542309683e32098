#include "story2midi/compose/composer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/compose/arrange.h"
#include "story2midi/compose/bar_event.h"
#include "story2midi/compose/piece_writer.h"
#include "story2midi/compose/text_only_bars.h"
#include "story2midi/nn/decoder.h"
#include "story2midi/plan/sections.h"
#include "story2midi/plan/themes.h"

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
      config.what_size != kKindCount || config.bar_id != kBarEvent || config.start_id != kStartEvent)
    throw Error(ErrorKind::kBrokenModel, file.string(),
                "this decoder writes another event language than this program reads");
}

// A decoder that has met unlabelled music only has never heard a story, nor what valence and arousal mean;
// those weights of it are as they were thrown. Its file's account of its training names no labelled music.
bool has_met_emotion(const ModelFile& file) {
  const auto training = file.metadata().find("training");
  return training == file.metadata().end() || training->second.find("\"labelled\"") != std::string::npos;
}

struct PlannedBar {
  const BarPlan* plan;
  std::size_t section;
  bool opens_phrase;
  Cadence cadence;
};

// Of a section's bar, counted from 0.
bool opens_phrase(std::ptrdiff_t bar) { return bar % kPhraseBars == 0; }
Cadence cadence_of(std::ptrdiff_t bar) {
  if (bar % kPhraseBars != kPhraseBars - 1) return Cadence::kNone;
  return bar / kPhraseBars % 2 == 0 ? Cadence::kHalf : Cadence::kAuthentic;
}

std::vector<PlannedBar> bars_of(const Plan& plan) {
  std::vector<PlannedBar> bars;
  for (std::size_t section = 0; section < plan.sections.size(); ++section)
    for (const auto& bar : plan.sections[section].bars) {
      const auto place = &bar - plan.sections[section].bars.data();
      bars.push_back({&bar, section, opens_phrase(place), cadence_of(place)});
    }
  return bars;
}

void check_range(const std::string& what, double value, double lowest, double highest) {
  if (!(value >= lowest && value <= highest))
    throw Error(what, "is out of range", fmt::format("{} to {}", lowest, highest), fmt::format("{}", value));
}

void check_plan(const Plan& plan) {
  const auto bars = bars_of(plan);
  if (bars.empty() || bars.size() > limits::kMostBars)
    throw Error("plan", "has too few or too many bars", "1 to " + std::to_string(limits::kMostBars),
                std::to_string(bars.size()));
  for (const auto& [bar, section, opens, cadence] : bars) {
    bar_event(*bar, 0, 1);
    check_range("plan: tempo_bpm", bar->tempo_bpm, limits::kSlowestBpm, limits::kFastestBpm);
    check_range("plan: density", bar->density, 0, limits::kDensest);
    check_range("plan: dynamics", bar->dynamics, 1, 127);
    check_range("plan: register_pitch", bar->register_pitch, 0, 127);
    check_range("plan: articulation", bar->articulation, limits::kShortestArticulation, 1);
  }
}

void check(const ComposeOptions& options) {
  check_range("temperature", options.temperature, 0, limits::kHighestTemperature);
  if (!(options.top_p > 0 && options.top_p <= 1))
    throw Error("top_p", "is out of range", "above 0, at most 1", std::to_string(options.top_p));
  check_range("guidance", options.guidance, 0, limits::kStrongestGuidance);
}

const ComposeRequest& checked(const ComposeRequest& request) {
  check_plan(request.plan);
  check(request.options);
  if (!request.memories.empty() && request.memories.size() != request.plan.sections.size())
    throw Error("compose", "memories are not one a section", std::to_string(request.plan.sections.size()),
                std::to_string(request.memories.size()));
  return request;
}

Sampling sampling_of(const ComposeOptions& options) { return {options.temperature, options.top_p}; }

void report(const ComposeOptions& options, int done, int all) {
  report_progress(options.progress, static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(all));
}

// The piece so far.
void tell(const ComposeOptions& options, std::vector<Event> events, const Plan& plan) {
  if (!options.on_bar) return;
  events.push_back({.kind_or_position = kEndEvent});
  options.on_bar(arrange(events, plan));
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

  class PlannedPiece;

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

// A piece that follows a plan, event by event.
class Composer::Impl::PlannedPiece {
 public:
  PlannedPiece(const Impl& composer, const ComposeRequest& request);
  // Writes the next event, which the decoder then has to hear; false once the piece has ended.
  bool write();
  PieceWriter& writer() { return writer_; }
  Score score() const { return arrange(writer_.events(), request_.plan); }

 private:
  void open_bar();
  void close_bar();

  const Impl& composer_;
  const ComposeRequest& request_;
  std::vector<std::shared_ptr<const DecoderMemory>> heard_;
  std::vector<PlannedBar> bars_;
  PieceWriter writer_;
  std::size_t next_ = 0;  // bar
  bool is_open_ = false;
  int positions_left_ = 0;
};

Composer::Impl::PlannedPiece::PlannedPiece(const Impl& composer, const ComposeRequest& request)
    : composer_(composer),
      request_(request),
      heard_(composer.remember(checked(request).memories)),
      bars_(bars_of(request.plan)),
      writer_(composer.decoder, composer.decoder.start(heard_.front(), request.options.threads),
              request.options.seed, sampling_of(request.options)) {
  for (const auto& bar : bars_) positions_left_ += bar_length(*bar.plan);
}

void Composer::Impl::PlannedPiece::open_bar() {
  const auto& [bar, section, opens, cadence] = bars_[next_];
  const int bars_left = static_cast<int>(bars_.size() - next_);
  writer_.set_memory(heard_[std::min(section, heard_.size() - 1)]);
  writer_.open_bar(composer_.told(bar_event(*bar, transposition_to_c(request_.plan.key), bars_left)));
  writer_.begin_notes(
      {bar->metre, bar->mode, bar->valence, bar->density, bars_left, positions_left_, opens, cadence},
      bar->takes_up);
  is_open_ = true;
}

void Composer::Impl::PlannedPiece::close_bar() {
  positions_left_ -= bar_length(*bars_[next_++].plan);
  is_open_ = false;
  report(request_.options, static_cast<int>(next_), static_cast<int>(bars_.size()));
  tell(request_.options, writer_.events(), request_.plan);
}

bool Composer::Impl::PlannedPiece::write() {
  if (is_open_) {
    if (writer_.write_note()) return true;
    close_bar();
  }
  if (next_ < bars_.size()) return open_bar(), true;
  writer_.end();
  return false;
}

Score Composer::compose(const Plan& plan, std::span<const StoryMemory> memories,
                        const ComposeOptions& options) const {
  const ComposeRequest request{plan, {memories.begin(), memories.end()}, options};
  Impl::PlannedPiece piece(*impl_, request);
  while (piece.write()) piece.writer().feed();
  return piece.score();
}

std::vector<Score> Composer::compose_each(std::span<const ComposeRequest> requests) const {
  std::deque<Impl::PlannedPiece> pieces;
  for (const auto& request : requests) pieces.emplace_back(*impl_, request);
  std::vector<Impl::PlannedPiece*> unfinished;
  for (auto& piece : pieces) unfinished.push_back(&piece);
  Workspace work(requests.empty() ? 1 : requests.front().options.threads);
  std::vector<DecoderState*> states;
  std::vector<std::uint8_t> events;
  while (!unfinished.empty()) {
    std::erase_if(unfinished, [](Impl::PlannedPiece* piece) { return !piece->write(); });
    states.clear();
    events.clear();
    for (auto* piece : unfinished) {
      states.push_back(&piece->writer().state());
      const auto event = piece->writer().pending_event();
      events.insert(events.end(), event.begin(), event.end());
    }
    impl_->decoder.feed_each(work, states, events);
  }
  std::vector<Score> scores;
  for (const auto& piece : pieces) scores.push_back(piece.score());
  return scores;
}

Score Composer::compose_from_text(std::span<const StoryMemory> memories, const PlanOptions& asked,
                                  const ComposeOptions& options) const {
  s2m::check(asked);
  check(options);
  if (asked.metre) bar_event({.metre = *asked.metre}, 0, 1);
  const auto heard = impl_->remember(memories);
  PieceWriter writer(impl_->decoder, impl_->decoder.start(heard.front(), options.threads), options.seed,
                     sampling_of(options));
  if (options.guidance > 0 && impl_->knows_emotion && !memories.empty())
    writer.guide(impl_->decoder.start(impl_->decoder.no_text(), options.threads), options.guidance);
  TextOnlyBars told(asked);
  Plan plan{{}, {{}}};  // as far as it is told
  std::vector<int> returns;
  for (int i = 0; i == 0 || i < told.bars(); ++i) {
    writer.set_memory(heard[static_cast<std::size_t>(i) * heard.size() /
                            static_cast<std::size_t>(std::max(1, told.bars()))]);
    const auto fixed = [&](BarField field, const Event& so_far) {
      const bool unknown = !impl_->knows_emotion && (field == kValence || field == kArousal);
      return unknown ? std::optional(0) : told.fixed(field, so_far, i);
    };
    const auto bar = writer.open_bar(fixed, TextOnlyBars::may_choose);
    if (i == 0) told.keep_first(bar);
    plan.key = told.key();
    plan.sections[0].bars.push_back(bar_plan(bar, transposition_to_c(plan.key), told.tempo_bpm()));
    const auto& place = plan.sections[0].bars.back();
    const int bars_left = told.bars() - i;
    writer.feed();
    if (i == 0) returns = returning_bars(std::array{ThemedSection{told.bars(), {}}});
    writer.begin_notes({place.metre, place.mode, place.valence, place.density, bars_left,
                        bars_left * bar_length(place), opens_phrase(i), cadence_of(i)},
                       returns[static_cast<std::size_t>(i)]);
    while (writer.write_note()) writer.feed();
    report(options, i + 1, told.bars());
    auto whole = plan;  // its last bar is arranged in a way of its own: more must follow here
    whole.sections[0].bars.resize(static_cast<std::size_t>(told.bars()), place);
    tell(options, writer.events(), whole);
  }
  writer.end();
  return arrange(writer.events(), plan);
}

}  // namespace s2m
