#include "lab/analysis/melody_finder.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace s2m {
namespace {

// Costs of a melody note, against 0 for a rest.
struct Costs {
  double note = -1.5;      // of any note
  double below_top = 0.1;  // per semitone below the highest note that sounds
  double low = 0.18;       // per semitone more than a fourth below the piece's usual top
  double soft = 0.13;      // per step of velocity below the mean around it, at most 20
  double is_short = 0.02;  // per halving below a quarter
  double left_hand = 2.5;  // in a track of the left hand
  double chord = 0.1;      // per other note struck within an octave below it
  double above = 0.15;     // per other note struck above it
  double alone = -0.5;     // of a note that sounds alone
  double repeat = 0.15;    // of a note again
  double third = 0.12;     // per semitone beyond a step
  double leap = 0.1;       // ... and once more beyond a fourth
  double wide_leap = 0.1;  // ... and once more beyond an octave
  double overlap =
      6;  // of a lower note while the one before still sounds, per quarter of what is left, at most
          // one; not where lengths hold the pedal
  double after_rest = 0.2;  // of a leap that counts after a half note or more
};
constexpr Costs kCosts;
constexpr int kCandidates = 4;  // per onset
constexpr int kSteps = 24;      // candidates back to which a note may join

struct Candidate {
  std::size_t note;
  int onset;  // number of its onset
  double cost, total;
  int from;  // candidate before, -1 for none
};

bool is_one_voice(std::span<const GridNote> notes) {
  for (std::size_t i = 1; i < notes.size(); ++i)
    if (notes[i].start == notes[i - 1].start || notes[i].start + 2 < notes[i - 1].end) return false;
  return true;
}

// Mean of a value over the notes of two bars of 4/4 around each note.
std::vector<double> local_velocities(std::span<const GridNote> notes) {
  constexpr int kAround = 48;
  std::vector<double> means(notes.size());
  std::size_t first = 0, end = 0;
  double sum = 0;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    while (end < notes.size() && notes[end].start <= notes[i].start + kAround) sum += notes[end++].velocity;
    while (notes[first].start < notes[i].start - kAround) sum -= notes[first++].velocity;
    means[i] = sum / static_cast<double>(end - first);
  }
  return means;
}

double median_top(std::span<const GridNote> notes) {
  std::vector<int> tops;
  for (std::size_t i = 0; i < notes.size(); ++i)
    if (i + 1 == notes.size() || notes[i + 1].start != notes[i].start) tops.push_back(notes[i].pitch);
  if (tops.empty()) return 72;
  const auto middle = tops.begin() + static_cast<std::ptrdiff_t>(tops.size() / 2);
  std::nth_element(tops.begin(), middle, tops.end());
  return *middle;
}

// The highest notes of each onset with what each costs by itself.
class Candidates {
 public:
  Candidates(std::span<const GridNote> notes, std::span<const TrackRole> roles)
      : notes_(notes), roles_(roles), velocities_(local_velocities(notes)), usual_top_(median_top(notes)) {
    for (std::size_t first = 0, end = 0; first < notes.size(); first = end) {
      for (end = first; end < notes.size() && notes[end].start == notes[first].start; ++end) {
      }
      add_onset(first, end);
    }
  }
  std::vector<Candidate> all;

 private:
  void add_onset(std::size_t first, std::size_t end) {
    int top = notes_[end - 1].pitch;
    bool alone = end - first == 1;
    for (std::size_t back = first; back-- > 0 && notes_[back].start > notes_[first].start - 48;)
      if (notes_[back].end > notes_[first].start + 1) {
        top = std::max(top, held_top(notes_[back], first));
        alone = false;
      }
    for (std::size_t i = end; i-- > first && end - i <= kCandidates;)
      all.push_back(
          {i, onset_,
           own_cost(notes_[i], velocities_[i], top) + chord_cost(first, i, end) + (alone ? kCosts.alone : 0),
           0, -1});
    ++onset_;
  }

  double chord_cost(std::size_t first, std::size_t i, std::size_t end) const {
    int below = 0;
    for (std::size_t j = first; j < i; ++j) below += notes_[i].pitch - notes_[j].pitch <= 12;
    return kCosts.chord * below + kCosts.above * static_cast<double>(end - i - 1);
  }

  // A held note counts less the longer it has sounded.
  int held_top(const GridNote& note, std::size_t now) const {
    return note.pitch - (notes_[now].start - note.start) / 8;
  }

  double own_cost(const GridNote& note, double usual_velocity, int top) const {
    const double length = std::clamp(note.end - note.start, 1.0, 24.0);
    double cost = kCosts.note + kCosts.below_top * std::max(0, top - note.pitch);
    cost += kCosts.low * std::max(0.0, usual_top_ - 5 - note.pitch);
    cost += kCosts.soft * std::clamp(usual_velocity - note.velocity, -20.0, 20.0);
    cost += kCosts.is_short * std::max(0.0, std::log2(kGridPerQuarter / length));
    const auto role = roles_[static_cast<std::size_t>(note.track)];
    return cost + (role == TrackRole::kLeftHand ? kCosts.left_hand : 0);
  }

  std::span<const GridNote> notes_;
  std::span<const TrackRole> roles_;
  std::vector<double> velocities_;
  double usual_top_;
  int onset_ = 0;
};

// Whether a pedal is in the lengths: the highest notes mostly sound on beyond the next.
bool holds_pedal(std::span<const GridNote> notes) {
  constexpr double kShare = 0.47;
  double moves = 0, overlaps = 0;
  const GridNote* last = nullptr;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    if (i + 1 < notes.size() && notes[i + 1].start == notes[i].start) continue;
    moves += last != nullptr;
    overlaps += last && last->end > notes[i].start + 2;
    last = &notes[i];
  }
  return overlaps > kShare * moves;
}

double join_cost(const GridNote& before, const GridNote& after, double overlap) {
  const int interval = std::abs(after.pitch - before.pitch);
  double cost = interval ? kCosts.third * std::max(0, interval - 2) : kCosts.repeat;
  cost += kCosts.leap * std::max(0, interval - 5) + kCosts.wide_leap * std::max(0, interval - 12);
  if (after.start - before.start > 24) cost *= kCosts.after_rest;
  const double left = (before.end - after.start) / kGridPerQuarter;
  return after.pitch < before.pitch ? cost + overlap * std::clamp(left, 0.0, 1.0) : cost;
}

void find_path(std::vector<Candidate>& all, std::span<const GridNote> notes) {
  const double overlap = holds_pedal(notes) ? 0 : kCosts.overlap;
  int best_before = -1;  // of the candidates farther back than kSteps: after a long rest no leap counts
  for (std::size_t i = 0; i < all.size(); ++i) {
    Candidate& candidate = all[i];
    if (i > kSteps) {
      const auto far = i - kSteps - 1;
      if (all[far].onset < candidate.onset &&
          all[far].total < (best_before < 0 ? 0 : all[static_cast<std::size_t>(best_before)].total))
        best_before = static_cast<int>(far);
    }
    double best = best_before < 0 ? 0 : all[static_cast<std::size_t>(best_before)].total;
    candidate.from = best_before;
    for (std::size_t back = i; back-- > 0 && i - back <= kSteps;) {
      if (all[back].onset == candidate.onset) continue;
      const double way = all[back].total + join_cost(notes[all[back].note], notes[candidate.note], overlap);
      if (way < best) best = way, candidate.from = static_cast<int>(back);
    }
    candidate.total = candidate.cost + best;
  }
}

}  // namespace

std::vector<std::size_t> find_melody(std::span<const GridNote> notes, std::span<const TrackRole> roles) {
  if (is_one_voice(notes)) {
    std::vector<std::size_t> all(notes.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
  }
  std::vector<Candidate> all = Candidates(notes, roles).all;
  find_path(all, notes);
  std::vector<std::size_t> melody;
  const auto last = std::ranges::min_element(all, {}, &Candidate::total);
  if (last == all.end() || last->total >= 0) return melody;
  for (int i = static_cast<int>(last - all.begin()); i >= 0; i = all[static_cast<std::size_t>(i)].from)
    melody.push_back(all[static_cast<std::size_t>(i)].note);
  std::ranges::reverse(melody);
  return melody;
}

}  // namespace s2m
