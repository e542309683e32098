#include "story2midi/plan/palette_names.h"

#include <algorithm>
#include <array>

namespace s2m {
namespace {

constexpr std::array<std::string_view, 12> kNames{
    "piano",  "four-hands", "string-quartet", "string-orchestra", "chamber",  "orchestra", "piano-cello",
    "guitar", "music-box",  "synth",          "chiptune",         "rock-band"};

// Timbre and emotion after Eerola, Ferrer and Alluri (2012) and Huron, Anderson and Shanahan (2014): bowed and soft
// tones for sadness, bright plucked and wind tones for joy, full orchestra and distortion for high arousal.
struct Place {
  std::string_view name;
  ValenceArousal emotion;
};
constexpr std::array<Place, 9> kPlaces{{{"rock-band", {-.6F, .8F}},
                                        {"orchestra", {0, .7F}},
                                        {"chiptune", {.7F, .8F}},
                                        {"string-orchestra", {-.6F, .1F}},
                                        {"piano", {0, 0}},
                                        {"chamber", {.6F, .2F}},
                                        {"piano-cello", {-.6F, -.6F}},
                                        {"guitar", {.4F, -.4F}},
                                        {"music-box", {.6F, -.8F}}}};

}  // namespace

std::span<const std::string_view> palette_names() { return kNames; }

bool is_palette_name(std::string_view name) { return std::ranges::find(kNames, name) != kNames.end(); }

std::string palette_name_list() {
  std::string list;
  for (const auto name : kNames) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

std::string_view palette_of_emotion(ValenceArousal emotion) {
  return std::ranges::min(kPlaces, {},
                          [&](const Place& place) {
                            const double valence = place.emotion.valence - emotion.valence;
                            const double arousal = place.emotion.arousal - emotion.arousal;
                            return valence * valence + arousal * arousal;
                          })
      .name;
}

std::string chosen_palette(std::string_view asked, ValenceArousal emotion) {
  const auto name = asked == kAutoPalette ? palette_of_emotion(emotion) : asked;
  return std::string(name == kPianoPalette ? "" : name);
}

}  // namespace s2m
