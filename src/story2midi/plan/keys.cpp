#include "story2midi/plan/keys.h"

#include <cmath>

#include "story2midi/music/key.h"

namespace s2m {
namespace {

constexpr double kUndecided = 0.1;  // valence, from nought
constexpr double kTenser = 0.2;     // arousal above or below the piece's mean
constexpr double kStark = 1.2;      // change of valence that darkens the tonic itself
constexpr int kMostSignature = 6;

double mean_arousal(std::span<const Emotion> sections) {
  double sum = 0;
  for (const auto& section : sections) sum += section.arousal;
  return sum / static_cast<double>(sections.size());
}

}  // namespace

Mode section_mode(ValenceArousal emotion, Mode home) {
  if (std::abs(emotion.valence) < kUndecided) return home;
  return emotion.valence >= 0 ? Mode::kMajor : Mode::kMinor;
}

Key related_key(Key home, int sharps, Mode mode) {
  int signature = sharps_of(home) + sharps;
  if (signature > kMostSignature) signature -= 12;
  if (signature < -kMostSignature) signature += 12;
  return key_of_sharps(signature, mode);
}

std::vector<Key> section_keys(std::span<const Emotion> sections, Key home) {
  std::vector<Key> keys;
  const double usual = mean_arousal(sections);
  bool darkened = false;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const bool inner = i > 0 && i + 1 < sections.size();
    const Mode mode = section_mode(sections[i], home.mode);
    const double tension = sections[i].arousal - usual;
    const int sharps = !inner || std::abs(tension) < kTenser ? 0 : tension > 0 ? 1 : -1;
    const bool stark = inner && !darkened && mode != home.mode && keys.back() == home &&
                       std::abs(sections[i].valence - sections[i - 1].valence) > kStark;
    darkened = darkened || stark;
    keys.push_back(stark                              ? Key{home.tonic, mode, home.spelling}
                   : mode == home.mode && sharps == 0 ? home
                                                      : related_key(home, sharps, mode));
  }
  return keys;
}

}  // namespace s2m
