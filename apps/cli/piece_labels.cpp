#include "apps/cli/piece_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "story2midi/arrange/palettes.h"
#include "story2midi/nn/manifest.h"
#include "story2midi/piece_files.h"

namespace s2m::apps {

void warn_of_instruments(const Plan& plan) {
  for (const Motif& theme : plan.themes) {
    const auto plays = [&](const Section& section) {
      return std::ranges::any_of(palette_of(section.palette).players, [&](const PalettePlayer& player) {
        return is_called(instrument_of(player.instrument), theme.instrument);
      });
    };
    if (!theme.instrument.empty() && std::ranges::none_of(plan.sections, plays) &&
        verbosity() != Verbosity::kQuiet)
      fmt::print(stderr, "no palette of the piece has the {} of {}'s theme\n", theme.instrument, theme.name);
  }
}

void sign(const ModelSource& models, std::string title, ComposedPiece& piece) {
  s2m::sign(piece, std::move(title), read_manifest(models.path()));
}

void print_summary(const PieceSummary& summary, std::FILE* out) {
  if (verbosity() == Verbosity::kQuiet) return;
  const auto& [emotion, key, tempo_bpm, metre, bar_count, length_seconds, notes, seed, cues, files] = summary;
  if (emotion) fmt::print(out, "emotion  {}\n", describe(*emotion));
  fmt::print(out, "music    {}, {:.0f} bpm, {}, {} bars, {:.1f} s, {} notes\n", name_of(key), tempo_bpm,
             name_of(metre), bar_count, length_seconds, notes);
  for (const auto& [kind, file] : files) fmt::print(out, "{:<8} {}\n", kind, file);
}

}  // namespace s2m::apps
