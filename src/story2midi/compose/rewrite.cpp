#include "story2midi/compose/rewrite.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/compose/briefs.h"
#include "story2midi/compose/composer_impl.h"
#include "story2midi/compose/drafts.h"
#include "story2midi/compose/finish.h"
#include "story2midi/compose/playable.h"
#include "story2midi/compose/request_checks.h"
#include "story2midi/compose/splice.h"

namespace s2m {
namespace {

constexpr int kAheadBars = 1;  // kept bars behind the new ones, which grade the drafts too
constexpr float kMostRhythmNats =
    1.6F;  // a theme's wish is that of a development: it was asked to be written anew
constexpr float kMostPitchNats = 1.2F;
constexpr int kTriedHarmonies = 16;  // under a kept melody

constexpr std::array kAllParts{Part::kMelody, Part::kBass, Part::kFigure};

std::size_t index_of(Part part) { return static_cast<std::size_t>(part); }
std::size_t index_of(int bar) { return static_cast<std::size_t>(bar); }

int end_of(const PartBar& bar) { return bar.start + bar.positions; }

// Grid positions of the scope's bars, half-open.
struct Places {
  int first, end;
  bool hold(int position) const { return position >= first && position < end; }
};
Places places_of(const PartScore& piece, const BarSpan& bars) {
  return {piece.bars[index_of(bars.first)].start, end_of(piece.bars[index_of(bars.end) - 1])};
}

// Chords in force in a bar, from its bar line.
std::vector<Chord> chords_in(const PartScore& piece, int number) {
  const PartBar& bar = piece.bars[index_of(number)];
  std::vector<Chord> chords;
  for (const Chord& chord : piece.chords) {
    if (chord.start >= end_of(bar)) break;
    if (chord.start <= bar.start) chords.clear();
    chords.push_back(chord);
    chords.back().start = std::max(0, chord.start - bar.start);
  }
  return chords;
}

Plan with_chords_of(const PartScore& piece, const BarSpan& bars, Plan plan) {
  int number = 0;
  for (Section& section : plan.sections)
    for (BarPlan& bar : section.bars) {
      if (bars.holds(number)) bar.chords = chords_in(piece, number);
      ++number;
    }
  return plan;
}

// How well the plan's chords go with the melody: the share of its notes that belong to them, by weight of their places.
double fit_of(const Plan& plan, const PartScore& piece, const BarSpan& bars) {
  const auto plans = plan_bars(plan);
  double fit = 0;
  for (int i = bars.first; i < bars.end; ++i) {
    const PartBar& bar = piece.bars[index_of(i)];
    for (const PartNote& note : piece.part(Part::kMelody)) {
      if (note.start < bar.start || note.start >= end_of(bar)) continue;
      const Chord* chord = chord_in_force(plans[index_of(i)].chords, note.start - bar.start);
      if (chord && is_chord_tone(*chord, note.pitch))
        fit += note.length * metrical_weight(bar.metre, note.start - bar.start);
    }
  }
  return fit;
}

// The plan with the chords that the new bars get: those that are there, or others that go with a kept melody.
Plan with_new_chords(const Piece& piece, const RewriteScope& scope, std::uint64_t seed) {
  if (!scope.writes_harmony()) return with_chords_of(piece.written, scope.bars, piece.plan);
  Plan best = reharmonised(piece.plan, scope.bars, kTriedHarmonies * seed + 1);
  if (scope.writes(Part::kMelody)) return best;
  double highest = fit_of(best, piece.written, scope.bars);
  for (int i = 1; i < kTriedHarmonies; ++i) {
    Plan other =
        reharmonised(piece.plan, scope.bars, kTriedHarmonies * seed + 1 + static_cast<std::uint64_t>(i));
    const double fit = fit_of(other, piece.written, scope.bars);
    if (fit > highest) highest = fit, best = std::move(other);
  }
  return best;
}

// Rounded up to a length that an event can have: a new note does not begin while a kept one sounds.
int event_length_of(int length) {
  const auto at_least = std::ranges::find_if(kDurations, [&](int one) { return one >= length; });
  return at_least == kDurations.end() ? kDurations.back() : *at_least;
}

// What stays, as the decoder reads it.
PartScore context_of(const PartScore& piece, const RewriteScope& scope) {
  PartScore context = piece;
  const Places places = places_of(piece, scope.bars);
  for (const Part part : kAllParts) {
    if (!scope.writes(part)) continue;
    std::erase_if(context.part(part), [&](const PartNote& note) { return places.hold(note.start); });
    for (PartNote& note : context.part(part))
      if (note.start < places.first && note.start + note.length > places.first)
        note.length = event_length_of(note.length);
  }
  return context;
}

std::vector<Event> notes_of(const std::vector<Event>& bar, Part part) {
  std::vector<Event> notes;
  for (const Event& event : bar)
    if (event.is_note() && event.part() == part) notes.push_back(event);
  return notes;
}

std::vector<Event> chords_of(const std::vector<Event>& bar) {
  std::vector<Event> chords;
  std::ranges::copy_if(bar, std::back_inserter(chords), [](const Event& event) { return event.is_chord(); });
  return chords;
}

// Joins the new notes with those that stay.
class Joining {
 public:
  Joining(const PartScore& kept, const RewriteScope& scope, const std::vector<BarPlan>& plans)
      : scope_(scope), plans_(plans), places_(places_of(kept, scope.bars)), piece_(kept) {
    for (const Part part : kAllParts)
      if (scope.writes(part))
        std::erase_if(piece_.part(part), [&](const PartNote& note) { return places_.hold(note.start); });
  }

  // `written`: new bars and some around them, whose positions are so many lower than the piece's.
  PartScore with(const PartScore& written, int offset) {
    for (const Part part : kAllParts)
      if (scope_.writes(part)) add(part, written.part(part), offset);
    if (scope_.writes_harmony()) add_chords(written.chords, offset);
    return made_playable(std::move(piece_), [&](Part part, const PartNote& note) {
      return !scope_.writes(part) || !places_.hold(note.start);
    });
  }

 private:
  bool is_silent(int position) const {
    for (std::size_t i = 0; i < piece_.bars.size(); ++i)
      if (position < end_of(piece_.bars[i])) return plans_[i].density == 0;
    return false;
  }

  void add(Part part, const std::vector<PartNote>& fresh, int offset) {
    const auto kept = piece_.part(part);
    for (PartNote note : fresh) {
      note.start += offset;
      if (!places_.hold(note.start) || is_silent(note.start)) continue;
      for (const PartNote& other : kept) {
        if (part == Part::kFigure && other.pitch != note.pitch) continue;
        const bool sounds = other.start <= note.start && note.start < other.start + other.length;
        if (sounds) note.length = 0;
        if (other.start > note.start) note.length = std::min(note.length, other.start - note.start);
      }
      if (note.length > 0) piece_.part(part).push_back(note);
    }
    std::ranges::stable_sort(piece_.part(part), {}, &PartNote::start);
  }

  void add_chords(const std::vector<Chord>& fresh, int offset) {
    const auto after = chords_in_force_at(places_.end);
    std::erase_if(piece_.chords, [&](const Chord& chord) { return places_.hold(chord.start); });
    for (Chord chord : fresh) {
      chord.start += offset;
      if (places_.hold(chord.start)) piece_.chords.push_back(chord);
    }
    piece_.chords.insert(piece_.chords.end(), after.begin(), after.end());
    std::ranges::sort(piece_.chords);
  }

  // The chord that a bar behind the new ones holds on, where it states none.
  std::vector<Chord> chords_in_force_at(int position) const {
    std::vector<Chord> chords;
    for (const Chord& chord : piece_.chords)
      if (chord.start <= position) chords = {chord};
    const bool is_over = position >= end_of(piece_.bars.back());
    if (is_over || chords.empty() || chords.front().start == position) return {};
    chords.front().start = position;
    return chords;
  }

  const RewriteScope& scope_;
  const std::vector<BarPlan>& plans_;
  Places places_;
  PartScore piece_;
};

}  // namespace

RewriteScope scope_of(const Piece& piece) {
  return {.bars = {0, static_cast<int>(piece.written.bars.size())}};
}

void check(const RewriteScope& scope, const Piece& piece) {
  const int bars = static_cast<int>(piece.written.bars.size());
  if (bar_count(piece.plan) != bars)
    throw Error("piece", "plan and written score have different numbers of bars",
                std::to_string(bar_count(piece.plan)), std::to_string(bars));
  const auto plans = plan_bars(piece.plan);
  for (std::size_t i = 0; i < plans.size(); ++i)
    if (!(plans[i].metre == piece.written.bars[i].metre))
      throw Error(fmt::format("piece: bar {}", i + 1),
                  "has another metre in the plan than in the written score",
                  name_of(piece.written.bars[i].metre), name_of(plans[i].metre));
  const auto& [first, end] = scope.bars;
  if (first < 0 || end > bars || first >= end)
    throw Error("bars", "are outside the piece", fmt::format("1 to {}", bars),
                fmt::format("{} to {}", first + 1, end));
  if (std::ranges::none_of(kAllParts, [&](Part part) { return scope.writes(part); }))
    throw Error("scope", "leaves nothing to write anew", "a part that is not kept", "none");
}

class Composer::Impl::RewrittenPiece {
 public:
  RewrittenPiece(const Impl& composer, const Piece& piece, const RewriteScope& scope,
                 const ComposeRequest& request);
  Piece compose();

 private:
  void brief_new_bars();
  void brief_kept_bar(int bar);
  int context_start() const;
  PieceWriter start() const;
  std::size_t memory_of(int bar) const { return std::min(sections_[index_of(bar)], memories_.size() - 1); }

  const Impl& composer_;
  const Piece& piece_;
  const RewriteScope& scope_;
  const ComposeRequest& request_;
  std::vector<std::shared_ptr<const DecoderMemory>> memories_;
  std::vector<std::size_t> sections_;
  std::vector<std::vector<Event>> old_, kept_;  // by bar
  std::vector<BarBrief> briefs_;
  int end_;  // of the bars that are written, kept ones behind the new ones included
};

Composer::Impl::RewrittenPiece::RewrittenPiece(const Impl& composer, const Piece& piece,
                                               const RewriteScope& scope, const ComposeRequest& request)
    : composer_(composer),
      piece_(piece),
      scope_(scope),
      request_(request),
      memories_(composer.remember(checked(request).memories)),
      sections_(section_numbers(request.plan)),
      old_(bar_events(piece.written)),
      kept_(scope.keeps_rhythm ? old_ : bar_events(context_of(piece.written, scope))),
      briefs_(briefs_of(request.plan)),
      end_(std::min(scope.bars.end + kAheadBars, static_cast<int>(briefs_.size()))) {
  for (std::size_t i = 0; i < briefs_.size(); ++i)
    kept_[i].front() = briefs_[i].description = composer.told(briefs_[i].description);
  brief_new_bars();
  for (int bar = scope.bars.end; bar < end_; ++bar) brief_kept_bar(bar);
}

void Composer::Impl::RewrittenPiece::brief_kept_bar(int bar) {
  BarBrief& brief = briefs_[index_of(bar)];
  brief.chords = chords_of(kept_[index_of(bar)]);
  brief.wanted = {};
  for (const Part part : kAllParts)
    brief.given[index_of(part)] = {Given::kNotes, notes_of(kept_[index_of(bar)], part)};
}

void Composer::Impl::RewrittenPiece::brief_new_bars() {
  const auto& bars = piece_.written.bars;
  const Places places = places_of(piece_.written, scope_.bars);
  for (int bar = scope_.bars.first; bar < scope_.bars.end; ++bar) {
    BarBrief& brief = briefs_[index_of(bar)];
    if (!scope_.writes_harmony()) brief.chords = chords_of(old_[index_of(bar)]);
    for (const Part part : kAllParts) {
      auto& wanted = brief.wanted[index_of(part)];
      wanted.rhythm_nats = std::min(wanted.rhythm_nats, kMostRhythmNats);
      wanted.pitch_nats = std::min(wanted.pitch_nats, kMostPitchNats);
      const auto next = std::ranges::find_if(piece_.written.part(part),
                                             [&](const PartNote& note) { return note.start >= places.end; });
      if (scope_.writes(part) && part != Part::kFigure && next != piece_.written.part(part).end())
        brief.free_by[index_of(part)] = next->start - bars[index_of(bar)].start;
      if (scope_.writes(part) && !scope_.keeps_rhythm) continue;
      wanted = {};
      const bool notes = !scope_.writes(part);
      brief.given[index_of(part)] = {notes ? Given::kNotes : Given::kRhythm,
                                     notes_of((notes ? kept_ : old_)[index_of(bar)], part)};
    }
  }
}

// As far back as the decoder attends.
int Composer::Impl::RewrittenPiece::context_start() const {
  int bar = scope_.bars.first;
  for (auto room = static_cast<std::size_t>(composer_.decoder.config().window); bar > 0; --bar) {
    const std::size_t events = kept_[index_of(bar) - 1].size();
    if (events >= room) break;
    room -= events;
  }
  return bar;
}

PieceWriter Composer::Impl::RewrittenPiece::start() const {
  PieceWriter writer(composer_.decoder, composer_.decoder.start(memories_[memory_of(scope_.bars.first)]),
                     request_.options.seed, sampling_of(request_.options));
  std::vector<Event> context;
  for (int bar = context_start(); bar < scope_.bars.first; ++bar)
    context.insert(context.end(), kept_[index_of(bar)].begin(), kept_[index_of(bar)].end());
  writer.follow(context);
  return writer;
}

Piece Composer::Impl::RewrittenPiece::compose() {
  const auto total = static_cast<std::uint64_t>(end_ - scope_.bars.first);
  DraftedPiece drafts(
      start(),
      {.bars = end_,
       .first = scope_.bars.first,
       .ahead = end_ - scope_.bars.end,
       .drafts = request_.options.drafts,
       .copies = composer_.copies()},
      [&](PieceWriter& writer, int bar) {
        writer.set_memory(memories_[memory_of(bar)]);
        writer.open_bar(briefs_[index_of(bar)]);
      },
      [&](int bars) {
        report_progress(request_.options.progress, static_cast<std::uint64_t>(bars - scope_.bars.first),
                        total);
      });
  Workspace work;
  for (std::vector<PieceWriter*> wrote; drafts.write(wrote);) composer_.feed(work, wrote);
  const auto plans = plan_bars(request_.plan);
  const PartScore written = decode({request_.plan.key, drafts.kept().events()});
  const int offset = piece_.written.bars[index_of(context_start())].start;
  Piece piece{request_.plan, Joining(piece_.written, scope_, plans).with(written, offset), {}};
  const Score fresh = played(piece.written, piece.plan, orchestration_of(piece.plan), request_.options);
  piece.score = spliced(piece_, fresh, scope_);
  piece.style = piece_.style;
  return composer_.checked_piece(std::move(piece));
}

Piece Composer::rewrite(const Piece& piece, const RewriteScope& scope, std::span<const StoryMemory> memories,
                        const ComposeOptions& options) const {
  check(scope, piece);
  const ComposeRequest request{
      with_new_chords(piece, scope, options.seed), {memories.begin(), memories.end()}, options};
  return Impl::RewrittenPiece(*impl_, piece, scope, request).compose();
}

}  // namespace s2m
