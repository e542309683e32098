// The report on an emotion reader: all figures on public corpora, beside those of a word list.
// docs/research/evaluation-text.md defines each figure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/reports/text_comparison.h"
#include "lab/statistics/statistics.h"
#include "story2midi/reading/emotion_reader.h"

namespace s2m {

struct TextFigure {
  std::string name;   // "emobank_valence_r"
  std::string words;  // the same for people
  std::optional<double> goal;
  std::size_t count = 0;  // of what the interval is drawn from: sentences, tales
  Compared found;
};

// One kind of text: correlations where the set gives numbers, the quadrant where it names emotions.
struct TextDomain {
  std::string name, set;
  std::size_t count = 0;  // texts
  Compared valence_r, arousal_r, quadrant;
};

// An embedding of texts, seen on a plane.
struct EmbeddingPlane {
  std::string name;
  std::vector<std::array<double, 2>> points;
  std::vector<int> classes;  // index_of each text's quadrant
};

struct ReadingSpeed {
  std::string story;  // the file's name
  std::size_t words = 0;
  double seconds = 0;
  double peak_megabytes = 0;  // of the whole program, up to there
};

struct TextReport {
  std::vector<TextFigure> figures;  // always all of them
  std::vector<TextDomain> domains;  // likewise
  std::vector<EmbeddingPlane> planes;
  std::optional<ReadingSpeed> speed;
  std::vector<std::string> skipped;  // a line for each set that was asked for and is not there
};

// "emobank", "tales_va", "goemotions", "fb_va", "xed", "isear": folders in their publishers' layout;
// "plans" (of tales_va), "embedding" (of GoEmotions) and "demo_stories" (the speed).
const std::vector<std::string>& text_report_parts();

// `folder` holds the sets and VADER's list in lexicons/. What is absent is left out with a line in `skipped`;
// throws Error for what is broken, and where nothing at all is there.
TextReport evaluate_text(const EmotionReader& reader, const std::filesystem::path& folder,
                         const TextReportOptions& options = {});

// One object, indented; figures that could not be measured are null.
std::string to_json(const TextReport& report, const TextReportOptions& options,
                    const std::filesystem::path& encoder);

// The report's embeddings, each text coloured by its quadrant.
std::string embedding_svg(const TextReport& report);

}  // namespace s2m
