#include "story2midi/compose/composer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
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
  if (plan.key.tonic < 0 || plan.key.tonic > 11)
    throw Error("plan: key", "has no such tonic", "0 to 11", std::to_string(plan.key.tonic));
  int earlier = 0;
  for (const auto& [bar, section, opens, cadence] : bars) {
    bar_event(*bar, 0, 1);
    check_range("plan: takes_up", bar->takes_up, 0, earlier++);
    check_range("plan: valence", bar->valence, -1, 1);
    check_range("plan: arousal", bar->arousal, -1, 1);
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

int bar_length(const BarPlan& bar) { return bar_positions(bar.metre); }

}  // namespace

struct Composer::Impl {
  Impl(const ModelFile& file, const DecoderFacts& known) : decoder(file), facts(known) {
    check_language(decoder.config(), file.path());
  }

  // What of a bar's description the decoder can understand.
  Event told(Event bar) const {
    if (!facts.knows_emotion) bar.values[kValence] = bar.values[kArousal] = 0;
    return bar;
  }

  // At least one: what stands where there is no text.
  std::vector<std::shared_ptr<const DecoderMemory>> remember(std::span<const StoryMemory> memories) const;

  class PlannedPiece;
  class TextPiece;

  Decoder decoder;
  DecoderFacts facts;
};

std::vector<std::shared_ptr<const DecoderMemory>> Composer::Impl::remember(
    std::span<const StoryMemory> memories) const {
  std::vector<std::shared_ptr<const DecoderMemory>> remembered;
  for (const auto& memory : memories) {
    if (memory.width != 0 && memory.width != decoder.config().memory_width)
      throw Error("compose", "this decoder goes with another encoder",
                  "states of width " + std::to_string(decoder.config().memory_width),
                  std::to_string(memory.width));
    remembered.push_back(memory.rows() == 0 || !facts.knows_emotion ? decoder.no_text()
                                                                    : decoder.remember(memory.states));
  }
  if (remembered.empty()) remembered.push_back(decoder.no_text());
  return remembered;
}

Composer::Composer(const ModelFile& decoder, const DecoderFacts& facts)
    : impl_(std::make_shared<const Impl>(decoder, facts)) {}

Composer::Composer(const std::filesystem::path& decoder_file, const DecoderFacts& facts)
    : Composer(ModelFile(decoder_file), facts) {}

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
  std::optional<BarArranger> arranger_;  // where bars are told as they are written
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
      writer_(composer.decoder, composer.decoder.start(heard_.front()), request.options.seed,
              sampling_of(request.options)) {
  for (const auto& bar : bars_) positions_left_ += bar_length(*bar.plan);
  if (request.options.on_bar) arranger_.emplace(request.plan);
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
  const auto& bar = *bars_[next_].plan;
  if (arranger_) request_.options.on_bar(arranger_->view(next_, bar, writer_.last_bar()));
  positions_left_ -= bar_length(bar);
  is_open_ = false;
  report(request_.options, static_cast<int>(++next_), static_cast<int>(bars_.size()));
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
  Workspace work;
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

// A piece whose bars the decoder describes itself.
class Composer::Impl::TextPiece {
 public:
  TextPiece(const Impl& composer, std::span<const StoryMemory> memories, const PlanOptions& asked,
            const ComposeOptions& options);
  Score compose();

 private:
  void open_bar(int index);
  void write_notes(int index);
  void report_bar(int index);
  BarPlan& bar() { return plan_.sections[0].bars.back(); }  // the open one

  const Impl& composer_;
  const ComposeOptions& options_;
  std::vector<std::shared_ptr<const DecoderMemory>> memories_;
  PieceWriter writer_;
  TextOnlyBars bars_;
  Plan plan_{{}, {{}}};  // of the bars so far
  std::vector<int> returns_;
  std::optional<BarArranger> arranger_;
};

Composer::Impl::TextPiece::TextPiece(const Impl& composer, std::span<const StoryMemory> memories,
                                     const PlanOptions& asked, const ComposeOptions& options)
    : composer_(composer),
      options_(options),
      memories_(composer.remember(memories)),
      writer_(composer.decoder, composer.decoder.start(memories_.front()), options.seed,
              sampling_of(options)),
      bars_(asked) {
  if (options.guidance > 0 && composer.facts.knows_emotion && !memories.empty())
    writer_.guide(composer.decoder.start(composer.decoder.no_text()),
                  {options.guidance, composer.facts.tempo_trend});
}

void Composer::Impl::TextPiece::open_bar(int index) {
  const auto all = static_cast<std::size_t>(std::max(1, bars_.bars()));
  writer_.set_memory(memories_[static_cast<std::size_t>(index) * memories_.size() / all]);
  const auto fixed = [&](BarField field, const Event& so_far) {
    const bool unknown = !composer_.facts.knows_emotion && (field == kValence || field == kArousal);
    return unknown ? std::optional(0) : bars_.fixed(field, so_far, index);
  };
  const auto event = writer_.open_bar(fixed, TextOnlyBars::may_choose);
  if (index == 0) bars_.keep_first(event);
  plan_.key = bars_.key();
  plan_.sections[0].bars.push_back(bar_plan(event, transposition_to_c(plan_.key), bars_.tempo_bpm()));
  if (index == 0) returns_ = returning_bars(std::array{ThemedSection{bars_.bars(), {}}});
}

void Composer::Impl::TextPiece::write_notes(int index) {
  const int bars_left = bars_.bars() - index;
  writer_.feed();
  writer_.begin_notes({bar().metre, bar().mode, bar().valence, bar().density, bars_left,
                       bars_left * bar_length(bar()), opens_phrase(index), cadence_of(index)},
                      returns_[static_cast<std::size_t>(index)]);
  while (writer_.write_note()) writer_.feed();
}

// Metre and tempo of the first bar are those of all.
void Composer::Impl::TextPiece::report_bar(int index) {
  if (options_.on_bar && index == 0) {
    auto whole = plan_;
    whole.sections[0].bars.resize(static_cast<std::size_t>(bars_.bars()), bar());
    arranger_.emplace(whole);
  }
  if (arranger_) options_.on_bar(arranger_->view(static_cast<std::size_t>(index), bar(), writer_.last_bar()));
  report(options_, index + 1, bars_.bars());
}

Score Composer::Impl::TextPiece::compose() {
  for (int i = 0; i == 0 || i < bars_.bars(); ++i) {
    open_bar(i);
    write_notes(i);
    report_bar(i);
  }
  writer_.end();
  return arrange(writer_.events(), plan_);
}

Score Composer::compose_from_text(std::span<const StoryMemory> memories, const PlanOptions& asked,
                                  const ComposeOptions& options) const {
  s2m::check(asked);
  check(options);
  if (asked.metre) bar_event({.metre = *asked.metre}, 0, 1);
  return Impl::TextPiece(*impl_, memories, asked, options).compose();
}

double Composer::tempo_trend(const StoryMemory& text) const {
  const auto& decoder = impl_->decoder;
  auto state = decoder.start(impl_->remember({&text, 1}).front()), plain = decoder.start(decoder.no_text());
  auto chain = decoder.next(state), other = decoder.next(plain);
  const auto choose = [&](int value) {
    chain.choose(value);
    other.choose(value);
  };
  for (choose(kBarEvent); other.field() != kTempo;) {
    const auto odds = other.logits();
    choose(static_cast<int>(std::ranges::max_element(odds) - odds.begin()));
  }
  return trend_of(chain.logits(), other.logits());
}

}  // namespace s2m
