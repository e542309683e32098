#include "story2midi/compose/splice.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "story2midi/arrange/arrange.h"
#include "story2midi/perform/shape.h"

namespace s2m {
namespace {

constexpr std::int32_t kSixteenthTicks = kTicksPerQuarter / 4;

struct TickRange {
  std::int32_t first, end;
  bool holds(std::int32_t tick) const { return tick >= first && tick < end; }
};

// No note leaves its bar when it is performed, so that bars tell which notes are meant.
TickRange ticks_of(const PartScore& piece, const BarSpan& bars) {
  const PartBar& last = piece.bars[static_cast<std::size_t>(bars.end) - 1];
  return {piece.bars[static_cast<std::size_t>(bars.first)].start * kTicksPerPosition,
          (last.start + last.positions) * kTicksPerPosition};
}

class Splice {
 public:
  Splice(const Piece& before, const RewriteScope& scope)
      : scope_(scope),
        range_(ticks_of(before.written, scope.bars)),
        is_piano_(!needs_arranging(before.plan)) {
    writes_all_ = scope.writes(Part::kMelody) && scope.writes(Part::kBass) && scope.writes(Part::kFigure);
  }

  // Either may lack the track.
  Track track(const Track* before, const Track* fresh) const {
    Track track = before ? *before : *fresh;
    static const Track kNone;
    const Track &old = before ? *before : kNone, &now = fresh ? *fresh : kNone;
    track.notes = without_strikes_of_sounding_keys(old.notes, fresh_notes(track.name, old, now));
    if (before && !writes_all_) return track;
    splice(track.pedal, old.pedal, now.pedal);
    splice(track.controls, old.controls, now.controls);
    if (!before) take_opening(track.controls, now.controls);
    return track;
  }

 private:
  bool is_kept(const std::string& track) const {
    if (!is_piano_ || writes_all_) return false;
    for (const Part part : {Part::kMelody, Part::kBass, Part::kFigure})
      if (track == to_string(part)) return !scope_.writes(part);
    return false;
  }

  // What sounds within the range.
  std::vector<Note> fresh_notes(const std::string& name, const Track& old, const Track& now) const {
    std::vector<Note> notes;
    const bool kept = is_kept(name);
    for (const Note& note : (kept ? old : now).notes)
      if (range_.holds(note.start_ticks)) notes.push_back(note);
    if (kept || writes_all_ || is_piano_) return notes;
    for (Note& note : notes) {
      const auto same = std::ranges::find_if(old.notes, [&](const Note& other) {
        return other.pitch == note.pitch && range_.holds(other.start_ticks) &&
               std::abs(other.start_ticks - note.start_ticks) < kSixteenthTicks;
      });
      if (same != old.notes.end()) note = *same;
    }
    std::ranges::sort(notes);
    notes.erase(std::unique(notes.begin(), notes.end()), notes.end());
    return notes;
  }

  // The old notes outside the range, and the fresh ones, which give way: they end before a kept one strikes their key, and are
  // left out where one holds it.
  std::vector<Note> without_strikes_of_sounding_keys(const std::vector<Note>& old,
                                                     std::vector<Note> fresh) const {
    std::vector<Note> kept;
    for (const Note& note : old)
      if (!range_.holds(note.start_ticks)) kept.push_back(note);
    for (const Note& note : kept) {
      std::erase_if(fresh, [&](const Note& other) {
        return other.pitch == note.pitch && note.start_ticks <= other.start_ticks &&
               other.start_ticks < note.start_ticks + note.length_ticks;
      });
      for (Note& other : fresh)
        if (other.pitch == note.pitch && other.start_ticks < note.start_ticks)
          other.length_ticks = std::min(other.length_ticks, note.start_ticks - other.start_ticks);
    }
    kept.insert(kept.end(), fresh.begin(), fresh.end());
    std::ranges::sort(kept);
    return kept;
  }

  // Spans that cross the range's borders are cut there.
  void splice(std::vector<PedalSpan>& result, const std::vector<PedalSpan>& old,
              const std::vector<PedalSpan>& now) const {
    result.clear();
    const auto add = [&](std::int32_t start, std::int32_t end) {
      if (start < end) result.push_back({start, end});
    };
    for (const PedalSpan& span : old) add(span.start_ticks, std::min(span.end_ticks, range_.first));
    for (const PedalSpan& span : now)
      add(std::max(span.start_ticks, range_.first), std::min(span.end_ticks, range_.end));
    for (const PedalSpan& span : old) add(std::max(span.start_ticks, range_.end), span.end_ticks);
    std::ranges::sort(result);
  }

  // Behind the range each controller stands where it did.
  void splice(std::vector<ControlChange>& result, const std::vector<ControlChange>& old,
              const std::vector<ControlChange>& now) const {
    result.clear();
    std::vector<ControlChange> restored;
    for (const ControlChange& change : old) {
      if (!range_.holds(change.start_ticks)) result.push_back(change);
      if (change.start_ticks >= range_.end) continue;
      std::erase_if(restored, [&](const auto& other) { return other.controller == change.controller; });
      restored.push_back({range_.end, change.controller, change.value});
    }
    const auto changes = [&](const ControlChange& change) { return range_.holds(change.start_ticks); };
    std::ranges::copy_if(now, std::back_inserter(result), changes);
    std::erase_if(restored, [&](const ControlChange& one) {
      return std::ranges::none_of(result, [&](const ControlChange& change) {
        return changes(change) && change.controller == one.controller;
      });
    });
    result.insert(result.begin(), restored.begin(), restored.end());
    std::ranges::stable_sort(result, {}, &ControlChange::start_ticks);
  }

  // A new instrument's volume and place.
  void take_opening(std::vector<ControlChange>& result, const std::vector<ControlChange>& now) const {
    if (range_.first == 0) return;
    std::vector<ControlChange> opening;
    for (const ControlChange& change : now)
      if (change.start_ticks == 0) opening.push_back(change);
    result.insert(result.begin(), opening.begin(), opening.end());
  }

  const RewriteScope& scope_;
  TickRange range_;
  bool is_piano_;
  bool writes_all_ = true;
};

const Track* find_track(const Score& score, const std::string& name) {
  const auto found = std::ranges::find(score.tracks, name, &Track::name);
  return found == score.tracks.end() ? nullptr : &*found;
}

}  // namespace

Score spliced(const Piece& before, const Score& fresh, const RewriteScope& scope) {
  const Splice splice(before, scope);
  Score score = before.score;
  score.tracks.clear();
  for (const Track& track : before.score.tracks)
    score.tracks.push_back(splice.track(&track, find_track(fresh, track.name)));
  for (const Track& track : fresh.tracks)
    if (!find_track(before.score, track.name)) score.tracks.push_back(splice.track(nullptr, &track));
  std::erase_if(score.tracks, [](const Track& track) { return track.notes.empty(); });
  return score;
}

}  // namespace s2m
