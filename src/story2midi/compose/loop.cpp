#include "story2midi/compose/loop.h"

#include <algorithm>
#include <map>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/perform/shape.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

constexpr std::uint8_t kLoopController = 111;
constexpr std::int32_t kEarly = kTicksPerPosition / 2;  // how far a performer may strike before a bar line

// As the bar before it, but for its harmony.
void go_on(const BarPlan& before, BarPlan& bar) {
  bar.tempo_bpm = before.tempo_bpm;
  bar.density = before.density;
  bar.dynamics = before.dynamics;
  bar.articulation = before.articulation;
  bar.figure = before.figure;
  bar.bass = before.bass;
  bar.theme = {};
}

Chord above(const Chord& target, int semitones, ChordQuality quality) {
  const auto root = static_cast<std::uint8_t>((target.root + semitones) % 12);
  return {0, root, quality, root};
}

void lead_into(const BarPlan& first, BarPlan& last_but_one, BarPlan& last) {
  if (first.chords.empty()) return;  // the composer finds them all
  const Chord& target = first.chords.front();
  const bool is_minor = target.quality == ChordQuality::kMinor || target.quality == ChordQuality::kMinor7;
  last_but_one.chords = {above(target, 5, is_minor ? ChordQuality::kMinor : ChordQuality::kMajor)};
  last.chords = {above(target, 7, ChordQuality::kDominant7)};
}

// The body's first bars again, in one section.
Section again(const Plan& plan, int first, int count) {
  Section section;
  int bar = 0;
  for (const Section& from : plan.sections)
    for (const BarPlan& one : from.bars) {
      if (bar >= first && bar < first + count) {
        if (section.bars.empty()) section = {from.title, from.start_byte, from.end_byte, {}, from.palette};
        section.bars.push_back(one);
      }
      ++bar;
    }
  return section;
}

int tail_bars(int bars) { return std::min(kPhraseBars, bars - kLoopIntroBars); }

std::int32_t ticks_of(const PartScore& written, std::size_t bar) {
  return written.bars.at(bar).start * kTicksPerPosition;
}

template <class Entry>
void drop_from(std::int32_t end, std::vector<Entry>& entries) {
  std::erase_if(entries, [&](const Entry& entry) { return entry.start_ticks >= end; });
}

struct Span {
  std::int32_t start, end;
};

void cut_notes(Span body, Track& track) {
  for (Note& note : track.notes)
    if (note.start_ticks < body.start && note.start_ticks >= body.start - kEarly)
      note.start_ticks = body.start;
  std::erase_if(track.notes, [&](const Note& note) { return note.start_ticks >= body.end - kEarly; });
  for (Note& note : track.notes) note.length_ticks = std::min(note.length_ticks, body.end - note.start_ticks);
  std::ranges::sort(track.notes);
  std::erase_if(track.pedal, [&](const PedalSpan& span) { return span.start_ticks >= body.end; });
  for (PedalSpan& span : track.pedal) span.end_ticks = std::min(span.end_ticks, body.end);
}

// The last value of each controller before the body's start, stated again there.
void restate_controls(Span body, Track& track) {
  drop_from(body.end, track.controls);
  std::map<std::uint8_t, std::uint8_t> values;
  for (const ControlChange& change : track.controls)
    if (change.start_ticks < body.start) values[change.controller] = change.value;
  for (const ControlChange& change : track.controls)
    if (change.start_ticks == body.start) values.erase(change.controller);
  for (const auto& [controller, value] : values) track.controls.push_back({body.start, controller, value});
  std::ranges::stable_sort(track.controls, {}, &ControlChange::start_ticks);
}

void cut_written(std::size_t bars, PartScore& written) {
  const int end = written.bars.at(bars).start;
  written.bars.resize(bars);
  std::erase_if(written.chords, [&](const Chord& chord) { return chord.start >= end; });
  for (auto& part : written.parts) {
    std::erase_if(part, [&](const PartNote& note) { return note.start >= end; });
    for (PartNote& note : part) note.length = std::min(note.length, end - note.start);
  }
}

void cut_score(const PartScore& written, Span body, Score& score) {
  std::erase_if(score.tracks, [&](Track& track) {
    cut_notes(body, track);
    restate_controls(body, track);
    drop_from(body.end, track.lyrics);
    return track.notes.empty();
  });
  if (!score.tracks.empty()) {
    auto& controls = score.tracks.front().controls;
    controls.push_back({body.start, kLoopController, 0});
    std::ranges::stable_sort(controls, {}, &ControlChange::start_ticks);
  }
  drop_from(body.end, score.time_signatures), drop_from(body.end, score.key_signatures);
  drop_from(body.end, score.markers), drop_from(body.end, score.cues);
  score.tempos.clear();
  for (const PartBar& bar : written.bars) {
    const auto tempo = Tempo::from_bpm(bar.start * kTicksPerPosition, bar.tempo_bpm);
    if (score.tempos.empty() ||
        score.tempos.back().microseconds_per_quarter != tempo.microseconds_per_quarter)
      score.tempos.push_back(tempo);
  }
  score.markers.push_back({body.start, "loopStart"});
  score.markers.push_back({body.end, "loopEnd"});
  std::ranges::stable_sort(score.markers, {}, &Marker::start_ticks);
}

}  // namespace

Plan loop_plan(const Plan& plan) {
  const int count = bar_count(plan);
  if (count < kFewestLoopBars)
    throw Error("loop", "is too short", std::to_string(kFewestLoopBars) + " bars or more",
                std::to_string(count));
  Plan extended = plan;
  const auto bars = bars_to_change(extended);
  const auto last = static_cast<std::size_t>(count - 1);
  for (const auto bar : {last - 1, last}) go_on(*bars[last - 2], *bars[bar]);
  lead_into(*bars[kLoopIntroBars], *bars[last - 1], *bars[last]);
  extended.sections.push_back(again(extended, kLoopIntroBars, tail_bars(count)));
  return extended;
}

Piece loop_piece(Piece piece) {
  // loop_plan() made the last section, of the body's first phrase.
  const auto count = piece.written.bars.size() - piece.plan.sections.back().bars.size();
  const Span body{ticks_of(piece.written, kLoopIntroBars), ticks_of(piece.written, count)};
  cut_written(count, piece.written);
  cut_score(piece.written, body, piece.score);
  piece.plan.sections.pop_back();
  return piece;
}

}  // namespace s2m
