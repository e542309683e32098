// A manner of writing that was learnt from a composer's own pieces: `story2midi-train style` writes it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "story2midi/compose/known_runs.h"
#include "story2midi/nn/low_rank.h"

namespace s2m {

inline constexpr std::uint64_t kMostStyleBytes = 2'000'000;

struct LearntStyle {
  std::string name;
  std::string licence;                     // of the pieces, as their owner states it; may be empty
  std::string decoder;                     // fingerprint_of the decoder that it belongs to
  int pieces = 0;                          // learnt from
  int held_out = 0;                        // of these, pieces that only measured the loss
  double loss_before = 0, loss_after = 0;  // on the pieces held out, in nats per event
  int most_copied = 0;                     // notes: as long a run do the pieces share among themselves
  std::map<std::string, LowRankChange> changes;
  KnownRuns known;          // of all pieces
  std::string fingerprint;  // of the file; empty before it is written
};

// Throws Error of kind kBrokenModel for a file that is no style, or a broken one.
LearntStyle style_of(const ModelFile& file);
LearntStyle load_style(const std::filesystem::path& path);

// One safetensors file of at most kMostStyleBytes; matrices in bfloat16. Throws Error.
void save_style(const LearntStyle& style, const std::filesystem::path& path);

// How a style is used.
struct StyleOptions {
  double strength = 1;         // 0: not at all
  bool allows_copies = false;  // also of runs of notes longer than LearntStyle::most_copied
};

}  // namespace s2m
