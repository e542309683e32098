#include "story2midi/compose/bar_view.h"

#include <nlohmann/json.hpp>

#include "story2midi/base/json_members.h"
#include "story2midi/music/metre.h"

namespace s2m {

std::string to_json(const BarView& bar) {
  auto notes = nlohmann::ordered_json::array();
  for (const auto& [track, note, start, length] : bar.notes)
    notes.push_back({{"start_seconds", start},
                     {"length_seconds", length},
                     {"pitch", note.pitch},
                     {"velocity", note.velocity},
                     {"track", track}});
  return write_json(nlohmann::ordered_json{{"bar", bar.number},
                                           {"start_seconds", bar.start_seconds},
                                           {"length_seconds", bar.length_seconds},
                                           {"notes", notes}});
}

std::vector<BarView> bar_views(const Score& score, std::vector<BarPlan> plans, const PieceTime& from) {
  const TempoMap time(score);
  std::vector<BarView> views;
  std::int32_t start = 0;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const auto end = start + bar_length(plans[i].metre) * kTicksPerPosition;
    BarView view{from.bar + static_cast<int>(i) + 1,
                 from.seconds + time.seconds_at(start),
                 time.seconds_at(end) - time.seconds_at(start),
                 std::move(plans[i]),
                 {}};
    for (const Track& track : score.tracks)
      for (const Note& note : track.notes) {
        if (note.start_ticks < start || note.start_ticks >= end) continue;
        const double begins = time.seconds_at(note.start_ticks);
        const double length = time.seconds_at(note.start_ticks + note.length_ticks) - begins;
        view.notes.push_back({track.name, note, from.seconds + begins, length});
        view.notes.back().note.start_ticks += from.ticks;
      }
    views.push_back(std::move(view));
    start = end;
  }
  return views;
}

}  // namespace s2m
