#include "story2midi/compose/arrange.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace s2m {
namespace {

constexpr std::int32_t kShortestTicks = 60;
constexpr std::int32_t kPedalDelayTicks = 30;  // the pedal goes down after the chord and up with the next

struct PlacedBar {
  const BarPlan* plan;
  const Section* opens = nullptr;  // the section that begins here
  std::int32_t start_ticks = 0;
  std::int32_t length_ticks = 0;
  std::int32_t end_ticks() const { return start_ticks + length_ticks; }
};

std::vector<PlacedBar> place(const Plan& plan) {
  std::vector<PlacedBar> bars;
  std::int32_t at = 0;
  for (const auto& section : plan.sections)
    for (const auto& bar : section.bars) {
      const bool first = &bar == &section.bars.front();
      const auto length = 4 * kTicksPerQuarter * bar.metre.numerator / bar.metre.denominator;
      bars.push_back({&bar, first ? &section : nullptr, at, length});
      at += length;
    }
  return bars;
}

// Tempo, metre, key and markers, each written where it changes.
void write_maps(const std::vector<PlacedBar>& bars, const Key& key, Score& score) {
  score.tempos.clear();
  score.time_signatures.clear();
  score.key_signatures.clear();
  const BarPlan* last = nullptr;
  for (const auto& [bar, opens, start, length] : bars) {
    if (!last || last->tempo_bpm != bar->tempo_bpm)
      score.tempos.push_back(Tempo::from_bpm(start, bar->tempo_bpm));
    if (!last || !(last->metre == bar->metre)) score.time_signatures.push_back({start, bar->metre});
    if (!last || last->mode != bar->mode)
      score.key_signatures.push_back({start, {key.tonic, bar->mode, key.spelling}});
    if (opens && !opens->title.empty()) score.markers.push_back({start, opens->title});
    last = bar;
  }
}

const PlacedBar& bar_at(const std::vector<PlacedBar>& bars, std::int32_t ticks) {
  const auto after =
      std::upper_bound(bars.begin() + 1, bars.end(), ticks,
                       [](std::int32_t at, const PlacedBar& bar) { return at < bar.start_ticks; });
  return *std::prev(after);
}

template <class Visit>
void for_each_note(Score& score, const Visit& visit) {
  for (auto& track : score.tracks)
    for (auto& note : track.notes) visit(note);
}

// Where the piece's last bar begins and ends.
struct LastBar {
  std::int32_t start_ticks, end_ticks;
};

void articulate(const std::vector<PlacedBar>& bars, const LastBar& last, Score& score) {
  for_each_note(score, [&](Note& note) {
    const double share = bar_at(bars, note.start_ticks).plan->articulation;
    const auto sounding = static_cast<std::int32_t>(std::lround(note.length_ticks * share));
    note.length_ticks = std::max(std::min(note.length_ticks, kShortestTicks), sounding);
    const bool closes =
        note.start_ticks >= last.start_ticks || note.start_ticks + note.length_ticks > last.end_ticks;
    if (closes) note.length_ticks = last.end_ticks - note.start_ticks;
  });
}

void play_as_loud_as_planned(const std::vector<PlacedBar>& bars, Score& score) {
  std::map<const PlacedBar*, std::vector<Note*>> notes_of;
  for_each_note(score, [&](Note& note) { notes_of[&bar_at(bars, note.start_ticks)].push_back(&note); });
  for (const auto& [bar, notes] : notes_of) {
    double mean = 0;
    for (const Note* note : notes)
      mean += static_cast<double>(note->velocity) / static_cast<double>(notes.size());
    for (Note* note : notes) {
      const double apart = std::clamp<double>(note->velocity - mean, -kContrast, kContrast);
      const auto velocity = std::lround(bar->plan->dynamics + apart);
      note->velocity = static_cast<std::uint8_t>(std::clamp<long>(velocity, 1, 127));
    }
  }
}

// A piano has one string for a key, whatever the voice.
void release_struck_again(Score& score) {
  std::vector<Note*> notes;
  for_each_note(score, [&](Note& note) { notes.push_back(&note); });
  std::sort(notes.begin(), notes.end(), [](const Note* a, const Note* b) {
    return std::pair(a->pitch, a->start_ticks) < std::pair(b->pitch, b->start_ticks);
  });
  for (std::size_t i = 0; i + 1 < notes.size(); ++i) {
    const Note& next = *notes[i + 1];
    if (next.pitch == notes[i]->pitch && next.start_ticks > notes[i]->start_ticks)
      notes[i]->length_ticks = std::min(notes[i]->length_ticks, next.start_ticks - notes[i]->start_ticks);
  }
}

std::vector<PedalSpan> pedal_of(const std::vector<PlacedBar>& bars) {
  std::vector<PedalSpan> spans;
  for (const auto& bar : bars) {
    if (bar.plan->articulation < kPedalArticulation) continue;
    const bool is_last = &bar == &bars.back();
    const bool halves = !is_last && bar.length_ticks % (2 * kTicksPerQuarter) == 0 &&
                        bar.length_ticks >= 4 * kTicksPerQuarter;
    const auto step = halves ? bar.length_ticks / 2 : bar.length_ticks;
    for (auto start = bar.start_ticks; start < bar.end_ticks(); start += step)
      spans.push_back({start + kPedalDelayTicks, start + step});
  }
  return spans;
}

}  // namespace

Score arrange(const std::vector<Event>& events, const Plan& plan) {
  auto score = decode({plan.key, events});
  const auto bars = place(plan);
  write_maps(bars, plan.key, score);
  play_as_loud_as_planned(bars, score);
  articulate(bars, {bars.back().start_ticks, bars.back().end_ticks()}, score);
  release_struck_again(score);
  const auto pedal = pedal_of(bars);
  for (auto& track : score.tracks) {
    std::sort(track.notes.begin(), track.notes.end());
    if (!track.is_drums) track.pedal = pedal;
  }
  return score;
}

namespace {

Score tempos_of(const Plan& plan) {
  Score score;
  write_maps(place(plan), plan.key, score);
  return score;
}

std::vector<std::int32_t> starts_of(const Plan& plan) {
  std::vector<std::int32_t> starts{0};
  for (const auto& bar : place(plan)) starts.push_back(bar.end_ticks());
  return starts;
}

}  // namespace

BarArranger::BarArranger(const Plan& plan)
    : key_(plan.key), starts_(starts_of(plan)), time_(tempos_of(plan)) {}

BarView BarArranger::view(std::size_t bar, const BarPlan& plan, std::span<const Event> events) const {
  std::vector<Event> whole(events.begin(), events.end());
  whole.push_back({.kind_or_position = kEndEvent});
  auto score = decode({key_, whole});
  const auto start = starts_[bar];
  for_each_note(score, [&](Note& note) { note.start_ticks += start; });
  const std::vector<PlacedBar> place{{&plan, nullptr, start, starts_[bar + 1] - start}};
  play_as_loud_as_planned(place, score);
  articulate(place, {starts_[starts_.size() - 2], starts_.back()}, score);
  release_struck_again(score);
  const double seconds = time_.seconds_at(start);
  BarView view{static_cast<int>(bar) + 1, seconds, time_.seconds_at(starts_[bar + 1]) - seconds, plan, {}};
  for (auto& track : score.tracks) {
    std::sort(track.notes.begin(), track.notes.end());
    for (const auto& note : track.notes) {
      const double begins = time_.seconds_at(note.start_ticks);
      view.notes.push_back(
          {track.name, note, begins, time_.seconds_at(note.start_ticks + note.length_ticks) - begins});
    }
  }
  return view;
}

}  // namespace s2m
