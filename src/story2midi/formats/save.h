// A piece written to a file, in the format that the file's ending names.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/music/score.h"
#include "story2midi/notation/sheet.h"
#include "story2midi/perform/perform.h"
#include "story2midi/perform/piece.h"
#include "story2midi/pictures/picture.h"
#include "story2midi/plan/plan.h"

namespace s2m {

enum class PieceFormat : std::uint8_t {
  kMidi,
  kWav,
  kFlac,
  kOgg,
  kMp3,
  kJson,
  kSvg,
  kPng,
  kMusicXml,
  kMxl,
  kMp4
};

struct SaveOptions {
  std::optional<Plan> plan = {};                   // stands in JSON beside the score, as the next three
  std::optional<PartScore> written = {};           // what is performed
  std::optional<PerformOptions> performance = {};  // how
  std::optional<PieceStyle> style = {};            // in which it was written
  RenderOptions sound = {};
  std::optional<Audio> audio = {};  // the score as already played; else it is played for each sound file
  SampleDepth depth = SampleDepth::k16;
  PictureOptions picture = {};
  std::optional<Sheet> sheet = {};  // what notation writes: a performed score has no page of its own
};

// The format of a file's ending, in capitals or not; MIDI for a path without one, "-", a device and a pipe. Throws Error
// of kind kUnsupported that names the endings, and for what this build or, of videos, this machine cannot write.
PieceFormat piece_format(const std::filesystem::path& path);

bool is_sound(PieceFormat format);
bool is_notation(PieceFormat format);  // MusicXML
bool has_sound(PieceFormat format);    // sound files and videos

// Bytes of the file. MIDI, JSON and SVG of the same score and options are the same bytes. Throws Error; of kind
// kUnsupported for notation without a sheet.
std::vector<std::uint8_t> piece_bytes(const Score& score, PieceFormat format,
                                      const SaveOptions& options = {});

// Writes piece_bytes in the format of the path's ending beside the path, and renames it. Throws Error.
void save(const Score& score, const std::filesystem::path& path, const SaveOptions& options = {});

// The same of its score, with its plan and what is written; notation without a sheet of its own shows piece_sheet's page,
// pictures show picture_of its plan.
void save(const Piece& piece, const std::filesystem::path& path, SaveOptions options = {});

// The score, and plan and written score where they are known, as JSON (docs/reference/json.md): ticks, and notes as
// [start, length, pitch, velocity].
std::string to_json(const Score& score, const SaveOptions& options = {});

// A piece that was saved as JSON.
struct SavedPiece : Piece {
  PerformOptions performance;
  bool operator==(const SavedPiece&) const = default;
};

// The inverse of to_json. Throws Error naming the member; of kind kUnsupported for a piece without plan or written score: one
// that was composed without a plan, or by an earlier version.
SavedPiece piece_from_json(std::string_view json);

}  // namespace s2m
