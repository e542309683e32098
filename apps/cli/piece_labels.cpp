#include "apps/cli/piece_labels.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/cli/command_line.h"
#include "story2midi/arrange/palettes.h"

namespace s2m::apps {

std::string title_of_file(const std::filesystem::path& file) {
  std::string title = file.stem().string();
  std::ranges::replace(title, '_', ' ');
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z')
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

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

}  // namespace s2m::apps
