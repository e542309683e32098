#include "lab/analysis/follow_score.h"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <map>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr std::size_t kMostNotes = 50'000;
constexpr int kBand = 800;             // chords that a match may lie off the diagonal, to either side
constexpr float kWrongNote = 1;        // cost of a played note that is not in the chord
constexpr float kSkippedChord = 0.5f;  // cost of a written chord that nobody played
constexpr float kLateNote = 0.6f;      // cost of a note that comes after the chord it is counted to
constexpr double kRollSeconds = 0.06;  // notes of a chord follow each other within this
constexpr double kFewestMatched = 0.6;

// What starts at one tick of the score.
struct Chord {
  double ticks = 0;
  std::bitset<128> pitches;
};

struct PlayedNote {
  double seconds = 0;
  int pitch = 0;
  double key_seconds = 0;
  int velocity = 0;
};

std::vector<Chord> chords_of(const Score& score) {
  std::map<std::int32_t, std::bitset<128>> by_tick;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes) by_tick[note.start_ticks].set(note.pitch & 127);
  std::vector<Chord> chords;
  for (const auto& [ticks, pitches] : by_tick) chords.push_back({double(ticks), pitches});
  return chords;
}

std::vector<PlayedNote> played_notes(const Score& performance) {
  const TempoMap map(performance);
  std::vector<PlayedNote> notes;
  for (const Track& track : performance.tracks)
    for (const Note& note : track.notes) {
      const double start = map.seconds_at(note.start_ticks);
      notes.push_back({start, note.pitch & 127, map.seconds_at(note.start_ticks + note.length_ticks) - start,
                       note.velocity});
    }
  std::stable_sort(notes.begin(), notes.end(),
                   [](const PlayedNote& a, const PlayedNote& b) { return a.seconds < b.seconds; });
  return notes;
}

// The chord that each played note belongs to: the cheapest way through the score that never goes back.
class Matcher {
 public:
  Matcher(const std::vector<PlayedNote>& notes, const std::vector<Chord>& chords)
      : notes_(notes),
        chords_(chords),
        chord_count_(static_cast<int>(chords.size())),
        width_(std::min(2 * kBand + 1, chord_count_)),
        moved_(notes.size() * width_) {}

  std::vector<int> run() {
    std::vector<float> costs(chord_count_, kImpossible), next(chord_count_);
    for (int chord = 0; chord < chord_count_; ++chord) costs[chord] = kSkippedChord * chord;
    for (std::size_t note = 0; note < notes_.size(); ++note) {
      advance(note, costs, next);
      costs.swap(next);
    }
    return trace(static_cast<int>(std::min_element(costs.begin(), costs.end()) - costs.begin()));
  }

 private:
  static constexpr float kImpossible = 1e30f;

  int first_chord(std::size_t note) const {
    const double along = double(note) / notes_.size() * chord_count_;
    return std::clamp(static_cast<int>(along) - kBand, 0, chord_count_ - width_);
  }

  // Staying within a roll and going on by one chord are free; each chord in between is skipped.
  void advance(std::size_t note, const std::vector<float>& costs, std::vector<float>& next) {
    std::fill(next.begin(), next.end(), kImpossible);
    const int first = first_chord(note);
    const bool late = note > 0 && notes_[note].seconds - notes_[note - 1].seconds > kRollSeconds;
    float arriving = kImpossible;
    int steps = 0;
    for (int chord = 0; chord < first + width_; ++chord) {
      arriving += kSkippedChord, ++steps;
      if (chord > 0 && costs[chord - 1] <= arriving) arriving = costs[chord - 1], steps = 1;
      const float staying = costs[chord] + (late ? kLateNote : 0);
      const bool stays = staying <= arriving;
      if (chord < first) continue;
      moved_[note * width_ + (chord - first)] =
          static_cast<std::uint16_t>(stays ? 0 : std::min(steps, 0xffff));
      next[chord] =
          (stays ? staying : arriving) + (chords_[chord].pitches[notes_[note].pitch] ? 0 : kWrongNote);
    }
  }

  std::vector<int> trace(int chord) const {
    std::vector<int> chords(notes_.size());
    for (std::size_t note = notes_.size(); note-- > 0;) {
      chords[note] = chord;
      const int column = std::clamp(chord - first_chord(note), 0, width_ - 1);
      chord = std::max(0, chord - moved_[note * width_ + column]);
    }
    return chords;
  }

  const std::vector<PlayedNote>& notes_;
  const std::vector<Chord>& chords_;
  int chord_count_, width_;
  std::vector<std::uint16_t> moved_;  // chords gone on before each note, by note and chord within the band
};

struct Anchor {
  double ticks = 0, seconds = 0;
};

// A chord sounds at the median of its notes' times.
std::vector<Anchor> anchors_of(const std::vector<PlayedNote>& notes, const std::vector<Chord>& chords,
                               const std::vector<int>& chord_of_note) {
  std::vector<Anchor> anchors;
  std::size_t matched = 0;
  for (std::size_t first = 0, last = 0; first < notes.size(); first = last) {
    const Chord& chord = chords[chord_of_note[first]];
    std::vector<double> seconds;
    for (; last < notes.size() && chord_of_note[last] == chord_of_note[first]; ++last)
      if (chord.pitches[notes[last].pitch]) seconds.push_back(notes[last].seconds);
    matched += seconds.size();
    if (seconds.empty()) continue;
    const double median = seconds[seconds.size() / 2];
    if (anchors.empty() || median > anchors.back().seconds + 1e-3) anchors.push_back({chord.ticks, median});
  }
  if (matched < kFewestMatched * notes.size()) anchors.clear();
  return anchors;
}

// The tempo beyond the ends is that of the outermost anchors, up to this many.
constexpr std::size_t kEndAnchors = 8;

double seconds_at_tick(const std::vector<Anchor>& anchors, double ticks) {
  const auto after =
      std::upper_bound(anchors.begin(), anchors.end(), ticks,
                       [](double value, const Anchor& anchor) { return value < anchor.ticks; });
  const std::size_t reach = std::min(kEndAnchors, anchors.size() - 1);
  const Anchor *from = after == anchors.begin() ? &anchors[0] : &*std::prev(after), *to = from + 1;
  if (after == anchors.begin()) to = from + reach;
  if (after == anchors.end()) to = &anchors.back(), from = to - reach;
  const double slope = (to->seconds - from->seconds) / (to->ticks - from->ticks);
  return after == anchors.end() ? to->seconds + slope * (ticks - to->ticks)
                                : from->seconds + slope * (ticks - from->ticks);
}

// A performance and a score, and which chord each played note belongs to.
struct Following {
  std::vector<Chord> chords;
  std::vector<PlayedNote> notes;
  std::vector<int> chord_of_note;  // empty where there is too little to follow
};

Following follow(const Score& performance, const Score& score) {
  Following following{chords_of(score), played_notes(performance), {}};
  const std::size_t chords = following.chords.size(), notes = following.notes.size();
  if (chords < 2 || notes < 2) return following;
  if (std::max(chords, notes) > kMostNotes)
    throw Error("performance", "too many notes to follow", std::to_string(kMostNotes) + " at most",
                std::to_string(std::max(chords, notes)));
  following.chord_of_note = Matcher(following.notes, following.chords).run();
  return following;
}

}  // namespace

std::vector<double> follow_score(const Score& performance, const Score& score,
                                 std::span<const std::int32_t> score_ticks) {
  const auto [chords, notes, chord_of_note] = follow(performance, score);
  if (chord_of_note.empty()) return {};
  const std::vector<Anchor> anchors = anchors_of(notes, chords, chord_of_note);
  if (anchors.size() < 2) return {};
  std::vector<double> seconds;
  for (std::int32_t ticks : score_ticks) seconds.push_back(seconds_at_tick(anchors, ticks));
  return seconds;
}

std::vector<MatchedNote> match_notes(const Score& performance, const Score& score) {
  const auto [chords, notes, chord_of_note] = follow(performance, score);
  if (chord_of_note.empty() || anchors_of(notes, chords, chord_of_note).size() < 2) return {};
  std::map<std::pair<std::int32_t, int>, MatchedNote> matched;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    const Chord& chord = chords[static_cast<std::size_t>(chord_of_note[i])];
    const auto& [seconds, pitch, key_seconds, velocity] = notes[i];
    const auto ticks = static_cast<std::int32_t>(chord.ticks);
    if (chord.pitches[static_cast<std::size_t>(pitch)])
      matched.try_emplace({ticks, pitch}, MatchedNote{ticks, pitch, seconds, key_seconds, velocity});
  }
  std::vector<MatchedNote> result;
  for (const auto& [place, note] : matched) result.push_back(note);
  return result;
}

}  // namespace s2m
