#include "story2midi/compose/composer.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/compose/bar_event.h"
#include "story2midi/compose/bar_teller.h"
#include "story2midi/compose/briefs.h"
#include "story2midi/compose/composer_impl.h"
#include "story2midi/compose/drafts.h"
#include "story2midi/compose/event_language.h"
#include "story2midi/compose/finish.h"
#include "story2midi/compose/request_checks.h"
#include "story2midi/compose/text_only_bars.h"
#include "story2midi/plan/palette_names.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

void check_language(const DecoderConfig& config, const std::filesystem::path& file) {
  if (with_event_language(config) != config)
    throw Error(ErrorKind::kBrokenModel, file.string(),
                "this decoder writes another event language than this program reads");
}

LowRankChanges changes_of(const std::optional<StyleInUse>& in_use) {
  if (!in_use) return {};
  return {in_use->style.changes, static_cast<float>(in_use->options.strength)};
}

}  // namespace

Composer::Impl::Impl(const ModelFile& opened, const DecoderFacts& known, std::optional<StyleInUse> in_use)
    : file(opened), style(std::move(in_use)), decoder(file, changes_of(style)), facts(known) {
  check_language(decoder.config(), file.path());
}

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
  DraftedPiece& drafts() { return drafts_; }
  Piece piece() const { return performed(drafts_.kept().events(), request_.plan, request_.options); }

 private:
  PieceWriter start() const;
  void open_bar(PieceWriter& writer, int index) const;

  const Impl& composer_;
  const ComposeRequest& request_;
  std::vector<std::shared_ptr<const DecoderMemory>> memories_;
  std::vector<BarBrief> briefs_;
  std::vector<std::size_t> sections_;
  BarTeller teller_;
  DraftedPiece drafts_;
};

Composer::Impl::PlannedPiece::PlannedPiece(const Impl& composer, const ComposeRequest& request)
    : composer_(composer),
      request_(request),
      memories_(composer.remember(checked(request).memories)),
      briefs_(briefs_of(request.plan)),
      sections_(section_numbers(request.plan)),
      teller_(request.options),
      drafts_(
          start(),
          {.bars = static_cast<int>(briefs_.size()),
           .drafts = request.options.drafts,
           .copies = composer.copies()},
          [this](PieceWriter& writer, int index) { open_bar(writer, index); },
          [this](int bars) { teller_.tell(drafts_.kept().events(), request_.plan, bars); }) {
  for (auto& brief : briefs_) brief.description = composer.told(brief.description);
}

PieceWriter Composer::Impl::PlannedPiece::start() const {
  return {composer_.decoder, composer_.decoder.start(memories_.front()), request_.options.seed,
          sampling_of(request_.options)};
}

void Composer::Impl::PlannedPiece::open_bar(PieceWriter& writer, int index) const {
  const auto bar = static_cast<std::size_t>(index);
  writer.set_memory(memories_[std::min(sections_[bar], memories_.size() - 1)]);
  writer.open_bar(briefs_[bar]);
}

Piece Composer::compose_piece(const Plan& plan, std::span<const StoryMemory> memories,
                              const ComposeOptions& options) const {
  const ComposeRequest request{plan, {memories.begin(), memories.end()}, options};
  return compose_each({&request, 1}).front();
}

void Composer::Impl::feed(Workspace& work, std::span<PieceWriter* const> writers) const {
  std::vector<DecoderState*> states;
  std::vector<std::uint8_t> events;
  for (PieceWriter* writer : writers) {
    if (writer->is_guided()) {
      writer->feed();
      continue;
    }
    states.push_back(&writer->state());
    const auto event = writer->pending_event();
    events.insert(events.end(), event.begin(), event.end());
  }
  if (!states.empty()) decoder.feed_each(work, states, events);
}

std::vector<Piece> Composer::compose_each(std::span<const ComposeRequest> requests) const {
  std::deque<Impl::PlannedPiece> planned;
  for (const auto& request : requests) planned.emplace_back(*impl_, request);
  std::vector<Impl::PlannedPiece*> unfinished;
  for (auto& piece : planned) unfinished.push_back(&piece);
  Workspace work;
  std::vector<PieceWriter*> all, wrote;
  while (!unfinished.empty()) {
    all.clear();
    std::erase_if(unfinished, [&](Impl::PlannedPiece* piece) {
      const bool goes_on = piece->drafts().write(wrote);
      all.insert(all.end(), wrote.begin(), wrote.end());
      return !goes_on;
    });
    impl_->feed(work, all);
  }
  std::vector<Piece> pieces;
  for (const auto& piece : planned) pieces.push_back(impl_->checked_piece(piece.piece()));
  return pieces;
}

// A piece whose bars the decoder describes itself.
class Composer::Impl::TextPiece {
 public:
  TextPiece(const Impl& composer, std::span<const StoryMemory> memories, const PlanOptions& asked,
            const ComposeOptions& options);
  Piece compose();

 private:
  PieceWriter start() const;
  void open_bar(PieceWriter& writer, int index);
  void keep_phrase(int bars);
  int bars() const { return std::max(1, bars_.bars()); }

  const Impl& composer_;
  const ComposeOptions& options_;
  std::vector<std::shared_ptr<const DecoderMemory>> memories_;
  bool has_text_;
  std::string palette_;  // as asked
  TextOnlyBars bars_;
  Plan plan_;  // of the bars so far, in one section
  BarTeller teller_;
  DraftedPiece drafts_;
};

Composer::Impl::TextPiece::TextPiece(const Impl& composer, std::span<const StoryMemory> memories,
                                     const PlanOptions& asked, const ComposeOptions& options)
    : composer_(composer),
      options_(options),
      memories_(composer.remember(memories)),
      has_text_(!memories.empty()),
      palette_(asked.palette),
      bars_(asked),
      teller_(options),
      drafts_(
          start(), {.bars = 1, .drafts = 1, .copies = composer.copies()},
          [this](PieceWriter& writer, int index) { open_bar(writer, index); },
          [this](int done) { keep_phrase(done); }) {
  plan_.sections.resize(1);
}

PieceWriter Composer::Impl::TextPiece::start() const {
  PieceWriter writer(composer_.decoder, composer_.decoder.start(memories_.front()), options_.seed,
                     sampling_of(options_));
  if (options_.guidance > 0 && composer_.facts.knows_emotion && has_text_)
    writer.guide(composer_.decoder.start(composer_.decoder.no_text()),
                 {options_.guidance, composer_.facts.tempo_trend, composer_.facts.mode_odds});
  return writer;
}

// The first bar settles how many there are; each bar is final as soon as it is written.
void Composer::Impl::TextPiece::open_bar(PieceWriter& writer, int index) {
  writer.set_memory(
      memories_[static_cast<std::size_t>(index) * memories_.size() / static_cast<std::size_t>(bars())]);
  const auto fixed = [&](BarField field, const Event& so_far) {
    const bool unknown = !composer_.facts.knows_emotion && (field == kValence || field == kArousal);
    return unknown ? std::optional(0) : bars_.fixed(field, so_far, index);
  };
  const Event event = writer.describe_bar(fixed, TextOnlyBars::may_choose);
  if (index == 0) {
    bars_.keep_first(event);
    drafts_.set_bars(bars());
    plan_.key = bars_.key();
  }
  auto& bars_so_far = plan_.sections[0].bars;
  bars_so_far.resize(static_cast<std::size_t>(index));  // a phrase that is written again begins anew
  bars_so_far.push_back(bar_plan(event, plan_.key, bars_.tempo_bpm()));
  const BarPlan& first = bars_so_far.front();
  plan_.sections[0].palette = chosen_palette(palette_, {first.valence, first.arousal});
  const int left = bars() - index, positions = bar_length(bars_so_far.back().metre);
  writer.open_bar(brief_of({event, left, left * positions, (index + 1) % kPhraseBars == 0}, plan_.key));
}

void Composer::Impl::TextPiece::keep_phrase(int done) {
  Plan whole = plan_;
  whole.sections[0].bars.resize(static_cast<std::size_t>(bars()), plan_.sections[0].bars.back());
  teller_.tell(drafts_.kept().events(), whole, done);
}

Piece Composer::Impl::TextPiece::compose() {
  Workspace work;
  std::vector<PieceWriter*> wrote;
  while (drafts_.write(wrote)) composer_.feed(work, wrote);
  return composer_.checked_piece(performed(drafts_.kept().events(), plan_, options_));
}

Piece Composer::compose_piece_from_text(std::span<const StoryMemory> memories, const PlanOptions& asked,
                                        const ComposeOptions& options) const {
  s2m::check(asked);
  check(options);
  if (asked.metre) bar_event({.metre = *asked.metre}, {}, 1);
  return Impl::TextPiece(*impl_, memories, asked, options).compose();
}

Composer::TextTrends Composer::trends(const StoryMemory& text) const {
  const auto& decoder = impl_->decoder;
  auto state = decoder.start(impl_->remember({&text, 1}).front()), plain = decoder.start(decoder.no_text());
  auto chain = decoder.next(state), other = decoder.next(plain);
  const auto choose = [&](int value) {
    chain.choose(value);
    other.choose(value);
  };
  TextTrends trends;
  for (choose(kBarEvent); other.field() != kLocalKey;) {
    if (other.field() == kTempo) trends.tempo = trend_of(chain.logits(), other.logits());
    const auto odds = other.logits();
    choose(static_cast<int>(std::ranges::max_element(odds) - odds.begin()));
  }
  trends.mode = mode_odds_of(chain.logits());
  return trends;
}

}  // namespace s2m
