// Cues of a film, a game or a podcast: times at which music turns, hits, or is silent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/stories/story.h"
#include "story2midi/stories/time_code.h"

namespace s2m {

enum class CueKind : std::uint8_t {
  kSection,  // a section of the music begins
  kHit,      // falls on a beat
  kSilence,  // no music up to `end_seconds`
};
std::string_view name_of(CueKind kind);  // "section", "hit", "silence"
std::optional<CueKind> cue_kind_of_name(std::string_view name);

struct TimeCue {
  CueKind kind = CueKind::kSection;
  double seconds = 0;      // from the piece's start
  double end_seconds = 0;  // of a silence
  std::string text = {};   // what is seen or told there
  bool operator==(const TimeCue&) const = default;
};

struct CueSheet {
  std::vector<TimeCue> cues;                  // ascending
  std::optional<double> length_seconds = {};  // of the piece, where the sheet states it
  bool operator==(const CueSheet&) const = default;
};

struct CueSheetOptions {
  // Of time codes with frames; none: 29.97 for drop-frame code, else 25.
  std::optional<FrameRate> rate = {};
  // The time code of the piece's start; none: of an EDL the full hour at or before its first event, else 0.
  std::optional<std::string> start = {};
};

inline constexpr std::size_t kMostCues = 1000;

// A cut that comes sooner than this after a section's beginning, or before the end, is a hit.
inline constexpr double kShortestScene = 8;  // seconds

// By the file's ending. Throws Error naming the line.
//   .csv, .tsv, .jsonl: a row a cue; columns `time` (seconds, a clock's time or a time code), `kind` (section, hit, silence
//   or end; section where it is empty), `end` (of a silence; else it lasts until the next section) and `text`. Times ascend.
//   .edl (CMX3600): each cut of the picture is a section or a hit, each locator ("* LOC:") a hit.
CueSheet read_cue_sheet(const std::filesystem::path& file, const CueSheetOptions& options = {});

// The cues' texts as a story with times: a passage a cue. Throws Error where no cue has a text.
Story story_of(const CueSheet& sheet);

// The text of an EDL. `name` stands for it in errors.
CueSheet cue_sheet_of_edl(std::string_view text, std::string_view name, const CueSheetOptions& options = {});

}  // namespace s2m
