// An arrangement played: the written piece's tempo, and each instrument's own notes and controllers.
#include <algorithm>
#include <cmath>
#include <map>

#include "story2midi/perform/perform.h"
#include "story2midi/perform/shape.h"

namespace s2m {
namespace {

enum Controller : std::uint8_t { kModulation = 1, kVolume = 7, kPan = 10, kExpression = 11 };

constexpr int kSwellStep = kGridPerQuarter / 2;  // grid positions between values of a swell
constexpr int kLongNote = 2 * kGridPerQuarter;   // a tone that swells by itself
constexpr double kUsualExpression = 100, kNoteSwell = 14;
constexpr double kPerLoudness = 1.4;  // of expression, a step of velocity beside the phrase's mean
constexpr int kLeastChange = 2;

// By source and accent, since each part may play several roles.
std::vector<WrittenLine> lines_of(const Arrangement& arrangement) {
  std::vector<WrittenLine> lines;
  for (std::size_t i = 0; i < arrangement.parts.size(); ++i) {
    std::map<std::pair<Part, int>, std::vector<PartNote>> own;
    for (const ArrangedNote& note : arrangement.parts[i].notes)
      own[{note.source, note.accent}].push_back({note.start, note.length, note.pitch});
    for (auto& [role, notes] : own)
      lines.push_back({role.first, static_cast<int>(i), role.second, std::move(notes)});
  }
  return lines;
}

// The notes of one part, in the order in which they sound.
using PartNotes = std::vector<PerformedNote*>;
std::vector<PartNotes> by_part(const Arrangement& arrangement, std::vector<PerformedNote>& notes) {
  std::vector<PartNotes> parts(arrangement.parts.size());
  for (PerformedNote& note : notes) parts[static_cast<std::size_t>(note.written.instrument)].push_back(&note);
  for (PartNotes& part : parts)
    std::ranges::stable_sort(part, {}, [](const PerformedNote* note) { return note->start_ticks; });
  return parts;
}

// Only the last tones of an instrument ring to the end, and no drum does.
void find_last(const Arrangement& arrangement, std::vector<PerformedNote>& notes) {
  std::vector<int> last(arrangement.parts.size());
  for (const PerformedNote& note : notes) {
    int& start = last[static_cast<std::size_t>(note.written.instrument)];
    start = std::max(start, note.written.note.start);
  }
  for (PerformedNote& note : notes) {
    const auto part = static_cast<std::size_t>(note.written.instrument);
    note.written.last_of_part =
        note.written.note.start == last[part] && !is_drums(*arrangement.parts[part].instrument);
  }
}

// As the instrument articulates; a key is let go before it is struck again, a line before its next tone.
void articulate(const Instrument& instrument, double humanise, const PartNotes& notes) {
  std::map<int, PerformedNote*> before;
  PerformedNote* line = nullptr;
  const auto release = [](PerformedNote* held, const PerformedNote& next) {
    if (held && held->start_ticks < next.start_ticks)
      held->length_ticks = std::min(held->length_ticks, next.start_ticks - held->start_ticks);
  };
  for (PerformedNote* note : notes) {
    if (is_drums(instrument)) note->length_ticks = note->written.note.length * kTicksPerPosition;
    const double share = 1 + humanise * (instrument.articulation - 1);
    if (!note->written.last_of_part)
      note->length_ticks = std::max(1, static_cast<std::int32_t>(std::lround(note->length_ticks * share)));
    release(before[note->written.note.pitch], *note);
    before[note->written.note.pitch] = note;
    if (instrument.most_at_once > 1) continue;
    release(line, *note);
    line = note;
  }
}

class Swells {
 public:
  explicit Swells(const Performance& performance) : performance_(performance) {
    for (const Phrase& phrase : performance.phrases) {
      double mean = 0;
      for (int bar = phrase.first_bar; bar < phrase.first_bar + phrase.bars; ++bar)
        mean += performance.asked(bar).loudness / phrase.bars;
      means_.insert(means_.end(), static_cast<std::size_t>(phrase.bars), mean);
    }
  }

  // The plan's loudness beside the phrase's mean, on a straight line from one bar's middle to the next.
  double at(int position) const {
    const auto& bars = performance_.piece.bars;
    const auto after = std::ranges::upper_bound(bars, position, {}, &PartBar::start);
    const auto index = static_cast<std::size_t>(after - bars.begin()) - 1;
    const double along = double(position - bars[index].start) / bars[index].positions - .5;
    const auto other = along < 0 ? std::max<std::size_t>(index, 1) - 1 : std::min(index + 1, bars.size() - 1);
    const auto beside = [&](std::size_t bar) { return performance_.plan.bars[bar].loudness - means_[index]; };
    return std::lerp(beside(index), beside(other), std::abs(along));
  }

 private:
  const Performance& performance_;
  std::vector<double> means_;  // by bar
};

// From 0 at a long note's ends to 1 two thirds along it.
double note_swell(double along) { return along < 2.0 / 3 ? along * 1.5 : (1 - along) * 3; }

// Values change only under notes, and by kLeastChange or more.
void add_swells(const Swells& swells, const PartNotes& notes, std::vector<ControlChange>& controls) {
  int last = static_cast<int>(kUsualExpression), done = 0;
  const auto add = [&](int position, double value) {
    const int now = std::clamp(static_cast<int>(std::lround(value)), 30, 127);
    if (std::abs(now - last) < kLeastChange) return;
    last = now;
    const auto at = position * kTicksPerPosition;
    controls.push_back({at, kExpression, static_cast<std::uint8_t>(now)});
    controls.push_back({at, kModulation, static_cast<std::uint8_t>(std::max(0, now - 60) / 2)});
  };
  for (const PerformedNote* note : notes) {
    const auto& [start, length, pitch] = note->written.note;
    for (int at = std::max(start, done); at < start + length; at += kSwellStep) {
      const double own = length >= kLongNote ? kNoteSwell * note_swell(double(at - start) / length) : 0;
      add(at, kUsualExpression + kPerLoudness * swells.at(at) + own);
    }
    done = std::max(done, start + length);
  }
}

Track track_of(const ArrangedPart& part, const Swells& swells, const PartNotes& notes, double humanise) {
  Track track;
  track.name = part.name;
  track.program = part.instrument->program;
  track.is_drums = is_drums(*part.instrument);
  for (const PerformedNote* note : notes)
    track.notes.push_back({note->start_ticks, note->length_ticks, note->written.note.pitch,
                           static_cast<std::uint8_t>(std::lround(note->velocity))});
  std::ranges::sort(track.notes);
  track.controls = {{0, kVolume, static_cast<std::uint8_t>(part.volume)},
                    {0, kPan, static_cast<std::uint8_t>(part.pan)}};
  if (part.instrument->expression_cc == kExpression) {
    track.controls.push_back({0, kExpression, static_cast<std::uint8_t>(kUsualExpression)});
    if (humanise > 0) add_swells(swells, notes, track.controls);
  }
  std::ranges::stable_sort(track.controls, {}, &ControlChange::start_ticks);
  return track;
}

}  // namespace

Score perform(const Arrangement& arrangement, const PerformancePlan& plan, const PerformOptions& options) {
  const PartScore& piece = arrangement.written;
  check_performable(piece, plan, options);
  Score score;
  if (piece.bars.empty()) return score;
  const Performance performance{piece, plan, options, phrases_of(plan)};
  std::vector<PerformedNote> notes;
  for (const auto& one : note_features(piece, lines_of(arrangement), performance.phrases))
    notes.push_back({.written = one});
  find_last(arrangement, notes);
  shape_velocities(performance, notes);
  shape_onsets(performance, notes);
  shape_lengths(performance, notes);
  score.tempos = shape_tempo(performance);
  write_maps(piece, score);
  const auto pedal = options.humanise > 0 ? pedal_of(performance, notes) : std::vector<PedalSpan>{};
  const Swells swells(performance);
  const auto parts = by_part(arrangement, notes);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].empty()) continue;
    articulate(*arrangement.parts[i].instrument, options.humanise, parts[i]);
    score.tracks.push_back(track_of(arrangement.parts[i], swells, parts[i], options.humanise));
    if (arrangement.parts[i].instrument->has_pedal) score.tracks.back().pedal = pedal;
  }
  return score;
}

}  // namespace s2m
