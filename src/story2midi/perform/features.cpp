#include "story2midi/perform/features.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace s2m {
namespace {

// Where a bar lies: its phrase in grid positions.
struct PhrasePlace {
  int start = 0, end = 0;
  double along(double position) const { return std::clamp((position - start) / (end - start), 0.0, 1.0); }
};

class Surroundings {
 public:
  Surroundings(const PartScore& piece, std::span<const WrittenLine> lines, std::span<const Phrase> phrases)
      : piece_(piece) {
    for (const Phrase& phrase : phrases) {
      const auto& first = piece.bars[static_cast<std::size_t>(phrase.first_bar)];
      const auto& last = piece.bars[static_cast<std::size_t>(phrase.first_bar + phrase.bars - 1)];
      places_.insert(places_.end(), static_cast<std::size_t>(phrase.bars),
                     {first.start, last.start + last.positions});
    }
    for (const auto& line : lines)
      for (const PartNote& note : line.notes) {
        Struck& here = struck_[note.start];
        ++here.notes;
        here.highest = std::max(here.highest, int(note.pitch));
      }
    const auto& melody = piece.part(Part::kMelody);
    for (std::size_t i = 0; i < melody.size(); ++i)
      struck_[melody[i].start].melody_waits =
          i + 1 < melody.size() ? melody[i + 1].start - melody[i].start : melody[i].length;
  }

  int bar_at(int position) const {
    const auto after = std::ranges::upper_bound(piece_.bars, position, {}, &PartBar::start);
    return static_cast<int>(std::max<std::ptrdiff_t>(1, after - piece_.bars.begin())) - 1;
  }
  const PartBar& bar(int index) const { return piece_.bars[static_cast<std::size_t>(index)]; }
  const PhrasePlace& phrase(int bar) const { return places_[static_cast<std::size_t>(bar)]; }
  Key key(int index) const { return bar(index).key.value_or(piece_.key); }

  const Chord* chord_at(int position) const { return chord_in_force(piece_.chords, position); }
  double tension_at(int position) const {
    const Chord* chord = chord_at(position);
    return chord ? harmonic_charge(*chord, key(bar_at(position))) : 0;
  }
  // What is struck at one position.
  struct Struck {
    int notes = 0;
    int highest = 0;
    int melody_waits = 0;  // positions to the melody's next note; 0: no melody note here
  };
  Struck struck_at(int position) const {
    const auto found = struck_.find(position);
    return found == struck_.end() ? Struck{} : found->second;
  }
  int onsets_within(int start, int end) const {
    int count = 0;
    for (auto at = struck_.lower_bound(start); at != struck_.end() && at->first < end; ++at) ++count;
    return count;
  }

 private:
  const PartScore& piece_;
  std::vector<PhrasePlace> places_;  // by bar
  std::map<int, Struck> struck_;     // by position
};

// A note among those of its part: the notes struck before and after it.
struct Neighbours {
  const PartNote* before = nullptr;
  const PartNote* after = nullptr;
  const PartNote* same_key_after = nullptr;
};

Neighbours neighbours_of(const std::vector<PartNote>& notes, std::size_t index) {
  Neighbours found;
  for (std::size_t i = index; i-- > 0 && !found.before;)
    if (notes[i].start < notes[index].start) found.before = &notes[i];
  for (std::size_t i = index + 1; i < notes.size(); ++i) {
    if (notes[i].start == notes[index].start) continue;
    if (!found.after) found.after = &notes[i];
    if (notes[i].start > notes[index].start + notes[index].length) break;
    if (notes[i].pitch != notes[index].pitch) continue;
    found.same_key_after = &notes[i];
    break;
  }
  return found;
}

constexpr int kMiddleC = 60;
constexpr int kLeap = 5;       // semitones: a fourth or more
constexpr int kShortFrom = 2;  // a note is short after one of this many times its length
double octaves(int semitones) { return semitones / 12.0; }
double doublings(int length) { return std::clamp(std::log2(double(length) / kGridPerQuarter), -2.0, 2.0); }

void set_velocity(const Surroundings& piece, const Neighbours& near, NoteFeatures& one) {
  const auto& [start, length, pitch] = one.note;
  const bool melody = one.part == Part::kMelody;
  const Chord* chord = piece.chord_at(start);
  const double thickness = std::log2(std::max(1, piece.struck_at(start).notes));
  auto& features = one.velocity;
  features[kMelodyLoud] = melody;
  features[kBassLoud] = one.part == Part::kBass;
  features[kHighLoud] = octaves(std::max(0, pitch - kMiddleC));
  features[kLowLoud] = octaves(std::max(0, kMiddleC - pitch));
  features[kMetreAccent] = metrical_weight(piece.bar(one.bar).metre, start - piece.bar(one.bar).start);
  const int interval = near.after ? std::min(length, near.after->start - start) : length;
  features[kLongLoud] = melody ? doublings(interval) : 0;
  features[kMelodicCharge] = melody && chord ? melodic_charge(chord->root, pitch) : 0;
  features[kHarmonicCharge] = piece.tension_at(start);
  features[kThickChord] = thickness;
  features[kTopOfChord] = pitch == piece.struck_at(start).highest ? thickness : 0;
  const int rise = melody && near.before ? pitch - near.before->pitch : 0;
  features[kLeapUp] = rise >= kLeap ? octaves(std::min(rise, 12)) : 0;
  features[kPhraseArchLoud] = phrase_arch(piece.phrase(one.bar).along(start));
}

void set_articulation(const Surroundings& piece, const Neighbours& near, NoteFeatures& one) {
  const auto& [start, length, pitch] = one.note;
  const bool line = one.part != Part::kFigure;
  const int end = start + length;
  auto& features = one.articulation;
  features[kMelodyLegato] = one.part == Part::kMelody;
  features[kBassLegato] = one.part == Part::kBass;
  features[kLongHeld] = doublings(length);
  features[kRepetition] = near.same_key_after && near.same_key_after->start == end;
  const int phrase_end = piece.phrase(one.bar).end;
  features[kPunctuation] = line && near.after && near.after->start >= phrase_end;
}

void set_onset(const Surroundings& piece, const Neighbours& near, NoteFeatures& one) {
  const bool together = piece.struck_at(one.note.start).notes > 1;
  one.onset[kMelodyLead] = together && one.part == Part::kMelody;
  one.onset[kBassLead] = together && one.part == Part::kBass;
  const auto& [start, length, pitch] = one.note;
  const bool follows_long = near.before && near.before->start + near.before->length == start &&
                            near.before->length >= kShortFrom * length;
  one.onset[kShortAfterLong] = one.part == Part::kMelody && follows_long;
}

// The slowing towards the end of a piece (Friberg and Sundberg 1999): the natural logarithm of a beat's length where the
// tempo falls to half along a square root's curve. `along`: 0 to 1 over the last beats.
double ritard(double along) {
  constexpr double kEndTempo = 0.5, kCurve = 2;
  const double tempo = std::pow(1 + (std::pow(kEndTempo, kCurve) - 1) * along, 1 / kCurve);
  return -std::log(tempo);
}

constexpr int kRitardPositions = 6 * kGridPerQuarter;

void set_tempo(const Surroundings& piece, int end, BeatFeatures& beat) {
  const PhrasePlace& phrase = piece.phrase(beat.bar);
  const double middle = beat.start + beat.length / 2.0;
  const double along = phrase.along(middle);
  const int into_bar = beat.start - piece.bar(beat.bar).start;
  auto& features = beat.tempo;
  features[kArchStart] = along < .5 ? (1 - 2 * along) * (1 - 2 * along) : 0;
  features[kArchEnd] = along > .5 ? (2 * along - 1) * (2 * along - 1) : 0;
  features[kPhraseEnd] = beat.start + beat.length >= phrase.end;
  const int slowing = std::min(kRitardPositions, (phrase.end - phrase.start) / 2);
  features[kFinalRitard] = middle > end - slowing ? ritard((middle - (end - slowing)) / slowing) : 0;
  const int next = beat.start + beat.length,
            bar_end = piece.bar(beat.bar).start + piece.bar(beat.bar).positions;
  features[kStrongBeat] = metrical_weight(piece.bar(beat.bar).metre, into_bar);
  features[kBeforeBar] = next == bar_end;
  const double waits = piece.struck_at(next).melody_waits / double(beat.length);
  features[kArrival] = next == bar_end && waits > 1 ? std::min(2.0, std::log2(waits)) : 0;
  features[kLoneNote] = piece.onsets_within(beat.start, next) == 1;
}

}  // namespace

double melodic_charge(int root, int pitch) {
  constexpr std::array<double, 12> kCharge{0, 6.5, 2, 4.5, 4, 2.5, 6, 1, 5.5, 3, 3.5, 5};
  return kCharge[static_cast<std::size_t>(((pitch - root) % 12 + 12) % 12)] / 6.5;
}

double harmonic_charge(const Chord& chord, const Key& key) {
  const auto mean = [&](int root, const std::vector<int>& intervals) {
    double sum = 0;
    for (const int interval : intervals) sum += melodic_charge(key.tonic, root + interval);
    return sum / static_cast<double>(intervals.size());
  };
  const auto own = key.mode == Mode::kMajor ? ChordQuality::kMajor : ChordQuality::kMinor;
  return mean(chord.root, chord_intervals(chord.quality)) - mean(key.tonic, chord_intervals(own));
}

double phrase_arch(double along) { return 1 - (2 * along - 1) * (2 * along - 1); }

std::vector<WrittenLine> lines_of(const PartScore& piece) {
  std::vector<WrittenLine> lines;
  for (const Part part : {Part::kMelody, Part::kBass, Part::kFigure})
    lines.push_back({part, 0, 0, piece.part(part)});
  return lines;
}

std::vector<NoteFeatures> note_features(const PartScore& piece, std::span<const WrittenLine> lines,
                                        std::span<const Phrase> phrases) {
  const Surroundings around(piece, lines, phrases);
  std::vector<NoteFeatures> all;
  for (const auto& [part, instrument, accent, notes] : lines)
    for (std::size_t i = 0; i < notes.size(); ++i) {
      const Neighbours near = neighbours_of(notes, i);
      NoteFeatures one{.note = notes[i],
                       .part = part,
                       .instrument = instrument,
                       .accent = accent,
                       .bar = around.bar_at(notes[i].start)};
      one.last_of_part = near.after == nullptr;
      set_velocity(around, near, one);
      set_articulation(around, near, one);
      set_onset(around, near, one);
      all.push_back(one);
    }
  std::ranges::stable_sort(all, {}, [](const NoteFeatures& one) { return one.note.start; });
  return all;
}

std::vector<NoteFeatures> note_features(const PartScore& piece, std::span<const Phrase> phrases) {
  return note_features(piece, lines_of(piece), phrases);
}

std::vector<BeatFeatures> beat_features(const PartScore& piece, std::span<const Phrase> phrases) {
  const Surroundings around(piece, lines_of(piece), phrases);
  std::vector<BeatFeatures> all;
  const int end = piece.bars.empty() ? 0 : piece.bars.back().start + piece.bars.back().positions;
  for (std::size_t bar = 0; bar < piece.bars.size(); ++bar) {
    const auto& [start, positions, metre, tempo, key] = piece.bars[bar];
    const auto starts = beats(metre);
    for (std::size_t beat = 0; beat < starts.size() && starts[beat] < positions; ++beat) {
      const int next = beat + 1 < starts.size() ? std::min(starts[beat + 1], positions) : positions;
      BeatFeatures one{start + starts[beat], next - starts[beat], static_cast<int>(bar), {}};
      set_tempo(around, end, one);
      all.push_back(one);
    }
  }
  return all;
}

}  // namespace s2m
