#include "lab/corpora/known_chords.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMark = "chord ";

struct NamedQuality {
  std::string_view name;
  ChordQuality quality;
};
constexpr std::array kQualities{
    NamedQuality{"maj", ChordQuality::kMajor},          NamedQuality{"min", ChordQuality::kMinor},
    NamedQuality{"dim", ChordQuality::kDiminished},     NamedQuality{"aug", ChordQuality::kAugmented},
    NamedQuality{"7", ChordQuality::kDominant7},        NamedQuality{"maj7", ChordQuality::kMajor7},
    NamedQuality{"min7", ChordQuality::kMinor7},        NamedQuality{"hdim7", ChordQuality::kHalfDiminished7},
    NamedQuality{"dim7", ChordQuality::kDiminished7},   NamedQuality{"sus4", ChordQuality::kSuspended4},
    NamedQuality{"sus2", ChordQuality::kSuspended2},    NamedQuality{"maj6", ChordQuality::kMajor},
    NamedQuality{"min6", ChordQuality::kMinor},         NamedQuality{"minmaj7", ChordQuality::kMinor},
    NamedQuality{"sus4(b7)", ChordQuality::kSuspended4}};

Error unknown(std::string_view label) {
  return Error("chord", "not one of POP909's", "such as Db:maj7/3", std::string(label.substr(0, 40)));
}

// Semitones above the root of a degree such as "3" or "b7".
int interval_of(std::string_view degree, std::string_view label) {
  constexpr std::array kMajorScale{0, 2, 4, 5, 7, 9, 11};
  int interval = 0;
  for (; degree.starts_with('b'); degree.remove_prefix(1)) --interval;
  for (; degree.starts_with('#'); degree.remove_prefix(1)) ++interval;
  if (degree.size() != 1 || degree[0] < '1' || degree[0] > '7') throw unknown(label);
  return interval + kMajorScale[static_cast<std::size_t>(degree[0] - '1')];
}

}  // namespace

std::optional<Chord> pop909_chord(std::string_view label) {
  if (label == "N") return std::nullopt;
  const auto colon = label.find(':'), slash = label.find('/');
  if (colon == label.npos) throw unknown(label);
  Chord chord;
  chord.root = static_cast<std::uint8_t>(parse_key(label.substr(0, colon)).tonic);
  const auto name = label.substr(colon + 1, slash == label.npos ? slash : slash - colon - 1);
  const auto* quality = std::ranges::find(kQualities, name, &NamedQuality::name);
  if (quality == kQualities.end()) throw unknown(label);
  chord.quality = quality->quality;
  const int bass = slash == label.npos ? 0 : interval_of(label.substr(slash + 1), label);
  chord.bass = static_cast<std::uint8_t>((chord.root + bass + 12) % 12);
  return chord;
}

bool mark_known_chords(const fs::path& midi, Score& performance) {
  const fs::path beside = midi.parent_path() / "chord_midi.txt";
  if (!fs::exists(beside)) return false;
  std::istringstream lines(read_text(beside));
  double start = 0, end = 0;
  for (std::string label; lines >> start >> end >> label;)
    performance.markers.push_back({ticks_at(performance, start), std::string(kMark) + label});
  std::ranges::stable_sort(performance.markers, {}, &Marker::start_ticks);
  return true;
}

std::vector<MarkedChord> marked_chords(const Score& score) {
  std::vector<MarkedChord> chords;
  for (const Marker& marker : score.markers) {
    if (!marker.text.starts_with(kMark)) continue;
    const double position =
        static_cast<double>(marker.start_ticks) * kGridPerQuarter / score.ticks_per_quarter;
    chords.push_back({static_cast<int>(std::lround(position)),
                      pop909_chord(std::string_view(marker.text).substr(kMark.size()))});
    if (chords.back().chord) chords.back().chord->start = chords.back().start;
  }
  return chords;
}

}  // namespace s2m
