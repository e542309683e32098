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
    TellingName{"right", TrackRole::kRightHand},   TellingName{"left", TrackRole::kLeftHand},
    TellingName{" rh", TrackRole::kRightHand},     TellingName{" lh", TrackRole::kLeftHand},
    TellingName{"harmony", TrackRole::kFigure},    TellingName{"accompaniment", TrackRole::kFigure},
    TellingName{"inner", TrackRole::kFigure},      TellingName{"bridge", TrackRole::kFigure},
    TellingName{"melody", TrackRole::kMelody},     TellingName{"singstimme", TrackRole::kMelody},
    TellingName{"gesang", TrackRole::kMelody},     TellingName{"voice", TrackRole::kMelody},
    TellingName{"vocal", TrackRole::kMelody},      TellingName{"soprano", TrackRole::kMelody},
    TellingName{"violin 1", TrackRole::kMelody},   TellingName{"violin i ", TrackRole::kMelody},
    TellingName{"violino i ", TrackRole::kMelody}, TellingName{"1st violin", TrackRole::kMelody}};

}  // namespace

TrackRole role_of(const Track& track) {
  const std::string name = " " + lower_case(track.name) + " ";
  if (name == " bass ") return TrackRole::kBass;
  for (const auto& [part, role] : kTellingNames)
    if (name.find(part) != name.npos) return role;
  return TrackRole::kUnknown;
}

}  // namespace s2m
