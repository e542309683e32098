#include "story2midi/sheets/staves.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "story2midi/perform/performance_plan.h"
#include "story2midi/sheets/hands.h"
#include "story2midi/sheets/readable_lengths.h"
#include "story2midi/sheets/sheet_frame.h"

namespace s2m {
namespace {

constexpr int kSixteenth = kGridPerQuarter / 4, kEighth = kGridPerQuarter / 2;
constexpr double kDetached = .74,
                 kVeryDetached = .66;  // articulation: eighths have dots below, then quarters
constexpr int kSlurBars = 2;
constexpr int kLongestShare = 4;  // of its sound that a detached note is written

// The notes of a part that start with another.
template <typename Notes>
auto starting_at(Notes& notes, int start) {
  return std::span(std::ranges::lower_bound(notes, start, {}, &PartNote::start),
                   std::ranges::upper_bound(notes, start, {}, &PartNote::start));
}

bool has_pitch(std::span<const PartNote> notes, int pitch) {
  return std::ranges::find(notes, pitch, &PartNote::pitch) != notes.end();
}

class StaffWriter {
 public:
  StaffWriter(const PartScore& player, const Plan& plan, StaffLayout layout);
  SheetPart write(const Plan& plan);

 private:
  std::size_t bar_at(int place) const;
  int longest_dotted(const PartNote& note) const;
  bool lies_in_a_beat(const PartNote& note) const;
  std::vector<PartNote> readable(std::vector<PartNote> notes) const;
  void detach(std::vector<PartNote>& notes) const;
  void make_line_readable();
  void drop_doubled();
  void release_struck_keys();
  void add(const PartNote& note, std::uint8_t staff, std::uint8_t voice);
  void add_right_hand();
  void add_with_bass(std::uint8_t staff);
  void add_line();
  void add_slurs(const std::vector<Phrase>& phrases);
  std::vector<bool> bars_of_one_voice() const;

  PartScore written_;  // with readable lengths
  StaffLayout layout_;
  std::vector<BarPlan> plans_;
  std::vector<PartNote> right_, left_;  // the figure by hands; on one staff `left_` is all but the bass
  SheetPart part_;
};

StaffWriter::StaffWriter(const PartScore& player, const Plan& plan, StaffLayout layout)
    : written_(player), layout_(layout), plans_(bar_plans(plan)) {
  if (layout == StaffLayout::kLine) {
    make_line_readable();
    return;
  }
  for (auto& notes : written_.parts) notes = readable(std::move(notes));
  drop_doubled();
  release_struck_keys();
  if (layout == StaffLayout::kBassBelow) {
    for (const Part part : {Part::kMelody, Part::kFigure})
      left_.insert(left_.end(), written_.part(part).begin(), written_.part(part).end());
    std::ranges::sort(left_);
    return;
  }
  const auto hands = figure_hands(written_);
  const auto& figure = written_.part(Part::kFigure);
  for (std::size_t i = 0; i < figure.size(); ++i)
    (hands[i] == Hand::kRight ? right_ : left_).push_back(figure[i]);
}

std::vector<PartNote> StaffWriter::readable(std::vector<PartNote> notes) const {
  notes = with_readable_lengths(std::move(notes), written_.bars);
  detach(notes);
  return notes;
}

// Whatever the parts of the written piece that its notes come from, a line is read as one.
void StaffWriter::make_line_readable() {
  std::vector<std::pair<PartNote, std::size_t>> line;
  for (std::size_t part = 0; part < written_.parts.size(); ++part) {
    for (const PartNote& note : written_.parts[part]) line.emplace_back(note, part);
    written_.parts[part].clear();
  }
  std::ranges::sort(line);
  std::vector<PartNote> notes;
  for (const auto& [note, part] : line) notes.push_back(note);
  notes = readable(std::move(notes));
  for (std::size_t i = 0; i < notes.size(); ++i) written_.parts[line[i].second].push_back(notes[i]);
}

std::size_t StaffWriter::bar_at(int place) const {
  const auto after = std::ranges::upper_bound(written_.bars, place, {}, &PartBar::start);
  return static_cast<std::size_t>(after - written_.bars.begin()) - 1;
}

// The longest note that has a dot there; 0 where notes are not detached.
int StaffWriter::longest_dotted(const PartNote& note) const {
  const double articulation = plans_[bar_at(note.start)].articulation;
  return articulation < kVeryDetached ? kGridPerQuarter : articulation < kDetached ? kEighth : 0;
}

bool StaffWriter::lies_in_a_beat(const PartNote& note) const {
  const PartBar& bar = written_.bars[bar_at(note.start)];
  const auto starts = beats(bar.metre);
  const auto beat_of = [&](int place) { return std::ranges::upper_bound(starts, place - bar.start); };
  return note.start + note.length <= bar.start + bar.positions &&
         beat_of(note.start) == beat_of(note.start + note.length - 1);
}

// A detached note and the rest after it are one note with a dot.
void StaffWriter::detach(std::vector<PartNote>& notes) const {
  for (std::size_t i = 0; i < notes.size(); ++i) {
    std::size_t next = i;
    while (next < notes.size() && notes[next].start == notes[i].start) ++next;
    const int until = next < notes.size() ? notes[next].start - notes[i].start : 0;
    if (until > notes[i].length && until <= kLongestShare * notes[i].length &&
        until <= longest_dotted(notes[i]))
      notes[i].length = until;
  }
}

// A key that two parts strike at once stands once: in the melody, else in the bass.
void StaffWriter::drop_doubled() {
  const auto& melody = written_.part(Part::kMelody);
  auto& bass = written_.part(Part::kBass);
  std::erase_if(bass,
                [&](const PartNote& note) { return has_pitch(starting_at(melody, note.start), note.pitch); });
  std::erase_if(written_.part(Part::kFigure), [&](const PartNote& note) {
    return has_pitch(starting_at(melody, note.start), note.pitch) ||
           has_pitch(starting_at(bass, note.start), note.pitch);
  });
}

// A chord ends where another part strikes one of its keys.
void StaffWriter::release_struck_keys() {
  for (auto& held : written_.parts)
    for (const auto& others : written_.parts) {
      if (&held == &others) continue;
      for (const PartNote& note : std::vector(held)) {
        const int end = note.start + note.length;
        const auto struck = std::ranges::upper_bound(others, note.start, {}, &PartNote::start);
        const auto same = std::find_if(struck, others.end(), [&](const PartNote& other) {
          return other.pitch == note.pitch || other.start >= end;
        });
        if (same == others.end() || same->start >= end) continue;
        for (PartNote& one : starting_at(held, note.start))
          one.length = std::min(one.length, same->start - note.start);
      }
    }
}

void StaffWriter::add(const PartNote& note, std::uint8_t staff, std::uint8_t voice) {
  SheetNote written{note.start, note.length, note.pitch, staff, voice, 0};
  if (note.length > kSixteenth && note.length <= longest_dotted(note) && lies_in_a_beat(note))
    written.marks = kStaccato;
  part_.notes.push_back(written);
}

void StaffWriter::add_right_hand() {
  const auto& melody = written_.part(Part::kMelody);
  for (const PartNote& note : melody) {
    const bool is_doubled_above = starting_at(melody, note.start).back().pitch > note.pitch;
    add(note, is_doubled_above ? 2 : 1, 1);
  }
  for (const PartNote& note : right_) {
    const auto together = starting_at(melody, note.start);
    add(note, 1, !together.empty() && together.front().length == note.length ? 1 : 2);
  }
}

// By bar: whether the bass and the left hand's figure never sound at once there but as one chord.
std::vector<bool> StaffWriter::bars_of_one_voice() const {
  std::vector<bool> fit(written_.bars.size(), true);
  const auto& bass = written_.part(Part::kBass);
  auto held = bass.begin();
  for (const PartNote& note : left_) {
    const int end = note.start + note.length;
    while (held != bass.end() && held->start + held->length <= note.start) ++held;
    for (auto one = held; one != bass.end() && one->start < end; ++one) {
      if (one->start == note.start && one->length == note.length) continue;
      const auto last = bar_at(std::min(end, one->start + one->length) - 1);
      for (auto bar = bar_at(std::max(note.start, one->start)); bar <= last; ++bar) fit[bar] = false;
    }
  }
  return fit;
}

void StaffWriter::add_with_bass(std::uint8_t staff) {
  for (const PartNote& note : left_) add(note, staff, 1);
  const auto fit = bars_of_one_voice();
  for (const PartNote& note : written_.part(Part::kBass)) add(note, staff, fit[bar_at(note.start)] ? 1 : 2);
}

void StaffWriter::add_line() {
  for (const auto& notes : written_.parts)
    for (const PartNote& note : notes) add(note, 1, 1);
}

// Legato melody: from note to note up to a rest, a repeated note, a new pair of bars of the phrase, or detached notes.
void StaffWriter::add_slurs(const std::vector<Phrase>& phrases) {
  const auto& melody = written_.part(Part::kMelody);
  const auto unit_of = [&](const PartNote& note) {
    const int bar = static_cast<int>(bar_at(note.start));
    const auto phrase = std::prev(std::ranges::upper_bound(phrases, bar, {}, &Phrase::first_bar));
    return std::pair(phrase->first_bar, (bar - phrase->first_bar) / kSlurBars);
  };
  // A slur between two notes of one pitch would read as a tie.
  const auto is_repeated = [](const PartNote& note, const PartNote& next) {
    return next.pitch == note.pitch && next.start > note.start;
  };
  const auto is_legato = [&](const PartNote& note) { return longest_dotted(note) == 0; };
  for (std::size_t first = 0; first < melody.size();) {
    std::size_t last = first;
    while (last + 1 < melody.size() && is_legato(melody[last + 1]) &&
           melody[last + 1].start - melody[last].start - melody[last].length < kSixteenth &&
           !is_repeated(melody[last], melody[last + 1]) &&
           unit_of(melody[last + 1]) == unit_of(melody[first]))
      ++last;
    if (last > first && is_legato(melody[first]))
      part_.slurs.push_back({melody[first].start, melody[last].start, 1, 1});
    first = last + 1;
  }
}

SheetPart StaffWriter::write(const Plan& plan) {
  switch (layout_) {
    case StaffLayout::kLine:
      add_line();
      break;
    case StaffLayout::kBassBelow:
      add_with_bass(1);
      break;
    case StaffLayout::kHands:
      add_right_hand();
      add_with_bass(2);
      part_.clefs = {Clef::kTreble, Clef::kBass};
      break;
  }
  std::ranges::sort(part_.notes);
  add_slurs(phrases_of(performance_plan(plan)));
  return std::move(part_);
}

}  // namespace

SheetPart staves_of(const PartScore& player, const Plan& plan, StaffLayout layout) {
  return StaffWriter(player, plan, layout).write(plan);
}

}  // namespace s2m
