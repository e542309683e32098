#include "lab/analysis/track_role.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

namespace s2m {
namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

struct TellingName {
  std::string_view part;
  TrackRole role;
};
// The first that the name holds counts.
constexpr std::array kTellingNames{
    TellingName{"right", TrackRole::kRightHand}, TellingName{"left", TrackRole::kLeftHand},
    TellingName{" rh ", TrackRole::kRightHand},  TellingName{" lh ", TrackRole::kLeftHand},
    TellingName{"harmony", TrackRole::kFigure},  TellingName{"accompaniment", TrackRole::kFigure},
    TellingName{"inner", TrackRole::kFigure},    TellingName{"bridge", TrackRole::kFigure},
    TellingName{"melody", TrackRole::kMelody},   TellingName{"singstimme", TrackRole::kMelody},
    TellingName{"gesang", TrackRole::kMelody},   TellingName{"voice", TrackRole::kMelody},
    TellingName{"vocal", TrackRole::kMelody},    TellingName{"soprano", TrackRole::kMelody},
};
constexpr std::array<std::string_view, 4> kFirstViolin{" violin 1 ", " violin i ", " violino i ",
                                                       " 1st violin "};
constexpr std::size_t kMostChamberTracks = 6;

bool is_bass_guitar(const Track& track) { return track.program >= 32 && track.program <= 39; }

// OpenScore's orchestra writes the names of its themes as words: a few beside many notes.
bool is_sung(const Track& track) {
  return !track.lyrics.empty() && 4 * track.lyrics.size() >= track.notes.size();
}

TrackRole role_of(const Track& track, std::size_t tracks) {
  const std::string name = " " + lower_case(track.name) + " ";
  const auto holds = [&](std::string_view part) { return name.find(part) != name.npos; };
  for (const auto& [part, role] : kTellingNames)
    if (holds(part)) return role;
  if (name.ends_with(" bass ")) return TrackRole::kBass;
  if (tracks <= kMostChamberTracks && std::ranges::any_of(kFirstViolin, holds)) return TrackRole::kMelody;
  return tracks > 1 && is_bass_guitar(track) ? TrackRole::kBass : TrackRole::kUnknown;
}

}  // namespace

std::vector<TrackRole> roles_of(const Score& score) {
  const auto tracks = static_cast<std::size_t>(
      std::ranges::count_if(score.tracks, [](const Track& track) { return !track.notes.empty(); }));
  std::vector<TrackRole> roles;
  for (const Track& track : score.tracks) roles.push_back(role_of(track, tracks));
  auto melody = std::ranges::find(score.tracks, "Melody", &Track::name);
  if (melody == score.tracks.end()) melody = std::ranges::find_if(score.tracks, is_sung);
  if (melody == score.tracks.end()) return roles;
  std::ranges::replace(roles, TrackRole::kMelody, TrackRole::kUnknown);
  roles[static_cast<std::size_t>(melody - score.tracks.begin())] = TrackRole::kMelody;
  return roles;
}

}  // namespace s2m
