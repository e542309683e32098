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

// A bar in the time of its notes, and how loud it is.
struct LevelledBar {
  int start, end;
  double velocity;
};
using Parts = std::vector<std::vector<PartNote>>;  // drums aside

// By bar, whether the part has a note there. Bars lie one after the other.
std::vector<bool> bars_with_notes(std::span<const LevelledBar> all, std::span<const PartNote> part) {
  std::vector<bool> bars(all.size());
  for (const PartNote& note : part) {
    auto bar = std::ranges::upper_bound(all, note.start, {}, &LevelledBar::end) - all.begin();
    for (; bar < std::ssize(all) && all[bar].start < note.start + note.length; ++bar) bars[bar] = true;
  }
  return bars;
}

void add_bars(std::span<const LevelledBar> all, const Parts& parts, Tally& tally) {
  for (const auto& part : parts) {
    const auto bars = bars_with_notes(all, part);
    for (std::size_t bar = 0; bar < bars.size(); ++bar) {
      tally.sounding[level_of(all[bar].velocity)].add(bars[bar]);
      tally.rests.add(!bars[bar]);
    }
  }
}

// A note that is doubled at the unison counts there alone, as in the figures of orchestral scores.
void add_doublings(const Parts& parts, Tally& tally) {
  std::map<int, std::multiset<std::pair<int, std::size_t>>> struck;  // by start: pitch and part
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (const PartNote& note : parts[i]) struck[note.start].insert({note.pitch, i});
  for (const auto& [start, notes] : struck)
    for (const auto& [pitch, part] : notes) {
      bool unison = false, octave = false;
      for (const auto& [other, owner] : notes) {
        if (owner == part || (other - pitch) % 12 != 0) continue;
        (other == pitch ? unison : octave) = true;
      }
      tally.unison.add(unison);
      tally.octave.add(octave && !unison);
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
      std::ranges::sort(sounding);
      tally.unplayable += !is_playable(instrument, sounding);
    }
  }
}

void add_leaders(std::span<const OrchestratedBar> bars, Tally& tally) {
  for (std::size_t bar = 1; bar < bars.size(); ++bar)
    if (bars[bar].phrase != bars[bar - 1].phrase)
      tally.changes.add(bars[bar].roles.front().player != bars[bar - 1].roles.front().player);
}

std::vector<LevelledBar> bars_of(const Piece& piece) {
  std::vector<LevelledBar> all;
  for (const Section& section : piece.plan.sections)
    for (const BarPlan& bar : section.bars) {
      const PartBar& written = piece.written.bars[all.size()];
      all.push_back({written.start, written.start + written.positions, bar.dynamics});
    }
  return all;
}

Parts parts_of(const Arrangement& arrangement) {
  Parts parts;
  for (const ArrangedPart& part : arrangement.parts) {
    if (is_drums(*part.instrument)) continue;
    auto& notes = parts.emplace_back();
    for (const ArrangedNote& note : part.notes) notes.push_back({note.start, note.length, note.pitch});
  }
  return parts;
}

// Bars in which something sounds; their level is the notes' mean velocity.
std::vector<LevelledBar> bars_of(const Score& score) {
  std::vector<LevelledBar> all;
  for (const Bar& bar : bars(score)) all.push_back({bar.start_ticks, bar.start_ticks + bar.length_ticks, 0});
  std::vector<int> notes(all.size());
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes) {
      const auto at = static_cast<std::size_t>(
          std::ranges::upper_bound(all, note.start_ticks, {}, &LevelledBar::end) - all.begin());
      all[at].velocity += note.velocity;
      ++notes[at];
    }
  for (std::size_t bar = 0; bar < all.size(); ++bar)
    if (notes[bar] > 0) all[bar].velocity /= notes[bar];
  return all;
}

Parts parts_of(const Score& score) {
  Parts parts;
  for (const Track& track : score.tracks) {
    if (track.is_drums || track.notes.empty()) continue;
    auto& notes = parts.emplace_back();
    for (const Note& note : track.notes)
      if (!(note.marks & kGrace)) notes.push_back({note.start_ticks, note.length_ticks, note.pitch});
  }
  return parts;
}

ArrangingFigures figures_of(const Tally& tally, std::string_view name) {
  ArrangingFigures figures{.name = std::string(name),
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

}  // namespace

ArrangingFigures arranging_figures(std::span<const Piece> pieces, std::string_view palette) {
  Tally tally;
  for (const Piece& piece : pieces) {
    Plan plan = piece.plan;
    for (Section& section : plan.sections) section.palette = palette;
    const auto bars = orchestrate(plan);
    const Arrangement arrangement = arrange(piece.written, bars);
    const Parts parts = parts_of(arrangement);
    add_bars(bars_of(piece), parts, tally);
    add_doublings(parts, tally);
    add_playing(arrangement, tally);
    add_leaders(bars, tally);
  }
  return figures_of(tally, palette);
}

ArrangingFigures score_figures(std::span<const Score> scores, std::string_view name) {
  Tally tally;
  for (const Score& score : scores) {
    const Parts parts = parts_of(score);
    add_bars(bars_of(score), parts, tally);
    add_doublings(parts, tally);
  }
  return figures_of(tally, name);
}

}  // namespace s2m
