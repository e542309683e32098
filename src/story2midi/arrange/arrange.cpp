#include "story2midi/arrange/arrange.h"

#include <algorithm>
#include <map>
#include <string>

#include "story2midi/arrange/accompaniment.h"
#include "story2midi/arrange/playing.h"
#include "story2midi/base/error.h"
#include "story2midi/plan/palette_names.h"

namespace s2m {
namespace {

constexpr int kOctave = 12;

// The shift in octaves at which a line lies best on an instrument at home in this range.
int best_shift(std::span<const PartNote> line, PitchRange hard, PitchRange home) {
  const auto cost = [&](int shift) {
    double sum = 0;
    for (const PartNote& note : line) {
      const int pitch = note.pitch + shift;
      if (!hard.holds(pitch)) sum += 12;
      sum += std::max({0, home.lowest - pitch, pitch - home.highest});
    }
    return sum / static_cast<double>(std::max<std::size_t>(1, line.size())) + std::abs(shift) / 4.0;
  };
  int best = 0;
  for (const int octaves : {1, -1, 2, -2, 3, -3})
    if (cost(octaves * kOctave) < cost(best)) best = octaves * kOctave;
  return best;
}

std::span<const PartNote> within(const std::vector<PartNote>& notes, int start, int end) {
  const auto first = std::ranges::lower_bound(notes, start, {}, &PartNote::start);
  const auto last = std::ranges::lower_bound(notes, end, {}, &PartNote::start);
  return {notes.data() + (first - notes.begin()), static_cast<std::size_t>(last - first)};
}

class Arranger {
 public:
  Arranger(const PartScore& piece, std::span<const OrchestratedBar> bars, Arrangement& out)
      : piece_(piece), bars_(bars), out_(out) {}

  void add_parts() {
    for (const OrchestratedBar& bar : bars_) {
      if (first_part_.contains(bar.palette)) continue;
      std::vector<std::size_t>& own = first_part_[bar.palette];
      for (const PalettePlayer& player : bar.palette->players) own.push_back(part_of(player));
    }
  }

  void write() {
    for (std::size_t first = 0; first < bars_.size();) {
      auto end = first + 1;
      while (end < bars_.size() && bars_[end].phrase == bars_[first].phrase) ++end;
      write_phrase(first, end);
      first = end;
    }
    for (ArrangedPart& part : out_.parts) make_playable(piece_, part);
  }

 private:
  // Of one name and instrument there is one part, whichever palettes it plays in.
  std::size_t part_of(const PalettePlayer& player) {
    const Instrument& instrument = instrument_of(player.instrument);
    for (std::size_t i = 0; i < out_.parts.size(); ++i)
      if (out_.parts[i].name == player.name && out_.parts[i].instrument == &instrument) return i;
    out_.parts.push_back({player.name, &instrument, player.volume, player.pan, {}});
    return out_.parts.size() - 1;
  }
  ArrangedPart& part(const OrchestratedBar& bar, const PlayerRole& role) {
    return out_.parts[first_part_.at(bar.palette)[role.player]];
  }
  static const Instrument& instrument(const OrchestratedBar& bar, const PlayerRole& role) {
    return instrument_of(bar.palette->players[role.player].instrument);
  }

  // Octaves of melody and bass are those of whoever leads the line, for the whole phrase.
  int shift_of(Part line, Line wanted, std::size_t first, std::size_t end) const {
    const OrchestratedBar& bar = bars_[first];
    const auto leads = [&](const PlayerRole& role) {
      return role.line == wanted || (wanted == Line::kBass && role.line == Line::kAccompany);
    };
    const auto leader = std::ranges::find_if(bar.roles, leads);
    if (leader == bar.roles.end()) return 0;
    const auto& last = piece_.bars[end - 1];
    const Instrument& plays = instrument(bar, *leader);
    // Who accompanies alone has the bass below its home.
    const PitchRange below{plays.hard.lowest, plays.home.lowest + kOctave / 2};
    return best_shift(within(piece_.part(line), piece_.bars[first].start, last.start + last.positions),
                      plays.hard, leader->line == Line::kAccompany ? below : plays.home);
  }

  void write_phrase(std::size_t first, std::size_t end) {
    const int melody = shift_of(Part::kMelody, Line::kMelody, first, end);
    const int bass = shift_of(Part::kBass, Line::kBass, first, end);
    Accompaniment accompaniment(piece_);
    for (auto at = first; at < end; ++at) {
      const OrchestratedBar& bar = bars_[at];
      const BarFrame frame{piece_.bars[at], melody, bass};
      for (const PlayerRole& role : bar.roles) write_role(bar, role, frame);
      write_inner(bar, frame, accompaniment);
    }
  }

  void write_role(const OrchestratedBar& bar, const PlayerRole& role, const BarFrame& frame) {
    switch (role.line) {
      case Line::kMelody:
        write_line(Part::kMelody, frame.melody_shift + kOctave * role.octave, frame, part(bar, role));
        break;
      case Line::kBass:
      case Line::kAccompany:
        write_line(Part::kBass, frame.bass_shift + kOctave * role.octave, frame, part(bar, role));
        break;
      case Line::kStrokes:
        write_strokes(frame, part(bar, role));
        break;
      case Line::kKit:
        write_drums(bar, frame, part(bar, role));
        break;
      case Line::kInner:
        break;
    }
  }

  void write_line(Part line, int shift, const BarFrame& frame, ArrangedPart& part) const {
    for (const PartNote& note :
         within(piece_.part(line), frame.bar.start, frame.bar.start + frame.bar.positions))
      part.notes.push_back({note.start, note.length,
                            static_cast<std::uint8_t>(fitted(note.pitch + shift, part.instrument->hard)),
                            line, 0});
  }

  // The bass's tones on strong beats.
  void write_strokes(const BarFrame& frame, ArrangedPart& part) const {
    for (const PartNote& note :
         within(piece_.part(Part::kBass), frame.bar.start, frame.bar.start + frame.bar.positions))
      if (metrical_weight(frame.bar.metre, note.start - frame.bar.start) >= .75)
        part.notes.push_back({note.start, std::min(note.length, kGridPerQuarter),
                              static_cast<std::uint8_t>(fitted(note.pitch, part.instrument->hard)),
                              Part::kBass, 0});
  }

  static void write_drums(const OrchestratedBar& bar, const BarFrame& frame, ArrangedPart& part) {
    for (const DrumStroke& stroke : drum_bar(*bar.pattern, frame.bar.metre, bar.place))
      if (stroke.start < frame.bar.positions)
        part.notes.push_back({frame.bar.start + stroke.start, kGridPerQuarter / 4,
                              static_cast<std::uint8_t>(stroke.key), Part::kFigure,
                              static_cast<std::int8_t>(stroke.accent)});
  }

  void write_inner(const OrchestratedBar& bar, const BarFrame& frame, Accompaniment& accompaniment) {
    std::vector<InnerPlayer> voices;
    for (const PlayerRole& role : bar.roles) {
      if (role.line != Line::kInner && role.line != Line::kAccompany) continue;
      const bool chords = role.line == Line::kAccompany || role.voice == kAllVoices;
      voices.push_back({&part(bar, role), chords ? kAllVoices : role.voice});
    }
    accompaniment.write(*bar.layout, frame, voices);
  }

  const PartScore& piece_;
  std::span<const OrchestratedBar> bars_;
  Arrangement& out_;
  std::map<const Palette*, std::vector<std::size_t>> first_part_;  // by player: the index of its part
};

}  // namespace

Arrangement arrange(const PartScore& piece, std::span<const OrchestratedBar> bars) {
  if (bars.size() != piece.bars.size())
    throw Error("orchestration", "has another number of bars than the score",
                std::to_string(piece.bars.size()), std::to_string(bars.size()));
  Arrangement arrangement;
  arrangement.written = piece;
  Arranger arranger(piece, bars, arrangement);
  arranger.add_parts();
  if (!bars.empty()) arranger.write();
  return arrangement;
}

Arrangement arrange(const PartScore& piece, const Plan& plan) { return arrange(piece, orchestrate(plan)); }

bool needs_arranging(const Plan& plan) {
  return std::ranges::any_of(plan.sections, [](const Section& section) {
    return !section.palette.empty() && section.palette != kPianoPalette;
  });
}

}  // namespace s2m
