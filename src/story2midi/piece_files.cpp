#include "story2midi/piece_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "story2midi/base/version.h"
#include "story2midi/formats/plan_picture.h"
#include "story2midi/sheets/piece_sheet.h"

namespace s2m {

std::string title_of_file(const std::filesystem::path& file) {
  std::string title = file.stem().string();
  std::ranges::replace(title, '_', ' ');
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z')
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

void sign(ComposedPiece& piece, std::string title, const std::optional<Manifest>& weights) {
  const auto& sections = piece.plan.sections;
  if (title.empty() && !sections.empty()) title = sections.front().title;
  piece.score.title = title.empty() ? "Untitled" : title;
  piece.score.copyright = "The authors of story2midi claim no rights in this music";
  piece.score.texts = {fmt::format("story2midi {}", version()), fmt::format("seed {}", piece.seed)};
  if (piece.style)
    piece.score.texts.push_back(fmt::format("style {} ({}), strength {:.2f}", piece.style->name,
                                            piece.style->fingerprint, piece.style->strength));
  if (weights) piece.score.texts.push_back(fmt::format("weights {}, {}", weights->name, weights->licence));
}

SaveOptions save_options_of(const ComposedPiece& piece, double humanise) {
  SaveOptions options;
  if (piece.planning == Planning::kPlanned) options.picture = picture_of(piece.plan);
  if (piece.emotion) options.picture.subtitle = describe(*piece.emotion);
  if (piece.planning == Planning::kTextOnly) return options;
  options.plan = piece.plan;
  options.written = piece.written;
  options.style = piece.style;
  options.performance = {.humanise = humanise, .seed = piece.seed};
  return options;
}

Sheet sheet_of(const ComposedPiece& piece, const std::string& title) {
  return piece_sheet(piece, {title, fmt::format("story2midi, seed {}", piece.seed)});
}

std::string describe(const ValenceArousal& emotion) {
  static constexpr PerQuadrant<const char*> kWords{"pleasant and excited", "unpleasant and excited",
                                                   "unpleasant and calm", "pleasant and calm"};
  const Quadrant quadrant = quadrant_of(emotion);
  return fmt::format("valence {:+.2f}, arousal {:+.2f} ({}, {})", emotion.valence, emotion.arousal,
                     name_of(quadrant), kWords[index_of(quadrant)]);
}

}  // namespace s2m
