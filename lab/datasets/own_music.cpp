#include "lab/datasets/own_music.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "lab/corpora/known_beats.h"
#include "lab/datasets/encode_music.h"
#include "lab/datasets/event_shard.h"
#include "lab/datasets/music_datasets.h"
#include "lab/datasets/same_playing.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/parallel.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/note_steps.h"
#include "story2midi/notation/musicxml.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeldOutShare = 10;  // one in so many

struct OwnPiece {
  fs::path path;  // below the folder
  EventPiece events;
  std::vector<std::uint32_t> steps;
  std::vector<PlayedWindow> windows;
  std::string failure;
};

OwnPiece read_piece(const fs::path& folder, const fs::path& file) {
  OwnPiece piece{
      .path = file.lexically_relative(folder), .events = {}, .steps = {}, .windows = {}, .failure = {}};
  try {
    const Score score = load_own_music(file);
    const PartScore parts = parts_with_keys(score);
    // The style that plans state, so that the decoder takes what it learns for what it is asked.
    piece.events = encode(parts, {.style = Style::kClassicalPiano});
    piece.steps = note_steps(parts);
    piece.windows = played_windows(score);
  } catch (const std::bad_alloc&) {
    piece.failure = file.string() + ": needs more memory than there is";
  } catch (const std::runtime_error& error) {  // an Error, or one of the file system
    piece.failure = file.string() + ": " + error.what();
  }
  return piece;
}

std::uint64_t hash_of(const OwnPiece& piece) { return checksum_of(piece.path.generic_string()); }

// Leaves out what cannot be read, and music that an earlier file holds.
std::vector<OwnPiece> kept(std::vector<OwnPiece> all, OwnMusic& report) {
  std::vector<OwnPiece> pieces;
  SamePlaying playings;
  std::vector<std::string> paths;
  std::map<std::vector<std::uint32_t>, std::string> seen;
  for (OwnPiece& piece : all) {
    if (!piece.failure.empty()) {
      report.failures.push_back(piece.failure);
      continue;
    }
    const auto path = piece.path.generic_string();
    const auto same = playings.add(piece.windows);
    paths.push_back(path);
    const auto [twin, is_new] = seen.emplace(piece.steps, path);
    if (same || !is_new)
      report.doubles.push_back(path + " is " + (same ? paths[*same] : twin->second));
    else
      pieces.push_back(std::move(piece));
  }
  return pieces;
}

std::vector<Split> splits_of(const std::vector<OwnPiece>& pieces) {
  std::vector<std::size_t> order(pieces.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return hash_of(pieces[i]); });
  std::vector<Split> splits(pieces.size(), Split::kTrain);
  for (std::size_t i = 0; i < std::max<std::size_t>(2, pieces.size() / kHeldOutShare); ++i)
    splits[order[i]] = Split::kValidation;
  return splits;
}

bool is_music(const fs::path& name) {
  std::string ending = name.extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".mid" || ending == ".midi" || is_musicxml_name(name);
}

}  // namespace

OwnMusic read_own_music(const fs::path& folder, const fs::path& shard, int threads,
                        const Progress& progress) {
  const auto files = files_below(folder, is_music);
  std::vector<OwnPiece> all(files.size());
  in_parallel(files.size(), {std::max(1, threads), progress},
              [&](std::size_t i, auto) { all[i] = read_piece(folder, files[i]); });
  OwnMusic report{.files = files.size()};
  auto pieces = kept(std::move(all), report);
  if (pieces.size() < kFewestOwnPieces)
    throw Error(folder.string(), "holds too few pieces to learn a style from",
                fmt::format("{} different .mid, .midi, .musicxml, .xml or .mxl files that can be read",
                            kFewestOwnPieces),
                fmt::format("{} of {} files", pieces.size(), files.size()));
  const auto splits = splits_of(pieces);
  ShardContents contents{.datasets = {"own"}, .pieces = {}, .paths = {}, .events = {}};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    contents.pieces.push_back({.split = splits[i], .key = pieces[i].events.key, .song = hash_of(pieces[i])});
    contents.paths.push_back(pieces[i].path.generic_string());
    contents.events.push_back(std::move(pieces[i].events.events));
    report.steps.push_back(std::move(pieces[i].steps));
  }
  write_event_shard(shard, contents);
  report.pieces = pieces.size();
  report.held_out = static_cast<std::size_t>(std::ranges::count(splits, Split::kValidation));
  return report;
}

}  // namespace s2m
