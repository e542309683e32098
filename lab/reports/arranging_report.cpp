#include "lab/reports/arranging_report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace s2m {
namespace {

constexpr std::array<double, kArrangedLevels.size()> kVelocities{33, 49, 64, 80, 96, 112};

std::size_t level_of(double velocity) {
  const auto nearest =
      std::ranges::min_element(kVelocities, {}, [&](double level) { return std::abs(level - velocity); });
  return static_cast<std::size_t>(nearest - kVelocities.begin());
}

struct Share {
  double part = 0, whole = 0;
  void add(bool counts, double weight = 1) { part += counts ? weight : 0, whole += weight; }
  double value() const { return whole > 0 ? part / whole : -1; }
};

struct Tally {
  std::array<Share, kArrangedLevels.size()> sounding;
  Share unison, octave, rests, changes, beyond;
  int together = 0, unplayable = 0;
};

// By bar, whether the part has a note there.
std::vector<bool> bars_with_notes(const PartScore& piece, const ArrangedPart& part) {
  std::vector<bool> bars(piece.bars.size());
  for (const ArrangedNote& note : part.notes)
    for (std::size_t bar = 0; bar < bars.size(); ++bar)
      if (note.start < piece.bars[bar].start + piece.bars[bar].positions &&
          note.start + note.length > piece.bars[bar].start)
        bars[bar] = true;
  return bars;
}

void add_bars(const Piece& piece, const Arrangement& arrangement, Tally& tally) {
  std::vector<double> loudness;
  for (const Section& section : piece.plan.sections)
    for (const BarPlan& bar : section.bars) loudness.push_back(bar.dynamics);
  for (const ArrangedPart& part : arrangement.parts) {
    if (is_drums(*part.instrument)) continue;
    const auto bars = bars_with_notes(arrangement.written, part);
    for (std::size_t bar = 0; bar < bars.size(); ++bar) {
      tally.sounding[level_of(loudness[bar])].add(bars[bar]);
      tally.rests.add(!bars[bar]);
    }
  }
}

void add_doublings(const Arrangement& arrangement, Tally& tally) {
  std::map<int, std::multiset<std::pair<int, std::size_t>>> struck;  // by start: pitch and part
  for (std::size_t i = 0; i < arrangement.parts.size(); ++i)
    if (!is_drums(*arrangement.parts[i].instrument))
      for (const ArrangedNote& note : arrangement.parts[i].notes) struck[note.start].insert({note.pitch, i});
  for (const auto& [start, notes] : struck)
    for (const auto& [pitch, part] : notes) {
      bool unison = false, octave = false;
      for (const auto& [other, owner] : notes) {
        if (owner == part || (other - pitch) % 12 != 0) continue;
        (other == pitch ? unison : octave) = true;
      }
      tally.unison.add(unison);
      tally.octave.add(octave);
    }
}

void add_playing(const Arrangement& arrangement, Tally& tally) {
  for (const ArrangedPart& part : arrangement.parts) {
    const Instrument& instrument = *part.instrument;
    for (std::size_t i = 0; i < part.notes.size(); ++i) {
      const ArrangedNote& note = part.notes[i];
      tally.beyond.add(!instrument.hard.holds(note.pitch), note.length);
      std::vector<int> sounding;
      for (const ArrangedNote& other : part.notes)
        if (other.start <= note.start && other.start + other.length > note.start)
          sounding.push_back(other.pitch);
      tally.together += instrument.most_at_once == 1 && sounding.size() > 1;
      tally.unplayable += !is_stoppable(instrument, sounding);
    }
  }
}

void add_leaders(std::span<const OrchestratedBar> bars, Tally& tally) {
  for (std::size_t bar = 1; bar < bars.size(); ++bar)
    if (bars[bar].phrase != bars[bar - 1].phrase)
      tally.changes.add(bars[bar].roles.front().player != bars[bar - 1].roles.front().player);
}

}  // namespace

ArrangingFigures arranging_figures(std::span<const Piece> pieces, std::string_view palette) {
  Tally tally;
  for (const Piece& piece : pieces) {
    Plan plan = piece.plan;
    for (Section& section : plan.sections) section.palette = palette;
    const auto bars = orchestrate(plan);
    const Arrangement arrangement = arrange(piece.written, bars);
    add_bars(piece, arrangement, tally);
    add_doublings(arrangement, tally);
    add_playing(arrangement, tally);
    add_leaders(bars, tally);
  }
  ArrangingFigures figures{.palette = std::string(palette),
                           .unison = tally.unison.value(),
                           .octave = tally.octave.value(),
                           .rests = tally.rests.value(),
                           .changes = tally.changes.value(),
                           .beyond = tally.beyond.value(),
                           .together = tally.together,
                           .unplayable = tally.unplayable};
  for (std::size_t i = 0; i < figures.sounding.size(); ++i) figures.sounding[i] = tally.sounding[i].value();
  return figures;
}

}  // namespace s2m
