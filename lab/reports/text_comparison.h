// One measure of the reader's and of the lexicon's predictions for the same texts, with confidence intervals.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lab/corpora/lexicon.h"
#include "lab/reports/emotion_figures.h"
#include "lab/statistics/statistics.h"
#include "story2midi/base/progress.h"
#include "story2midi/reading/emotion_reader.h"

namespace s2m {

using Emotions = std::vector<Emotion>;

// The encoder's figure and, on the same texts, the lexicon's; nothing where it could not be taken.
struct Compared {
  std::optional<Estimate> reader, lexicon;
};

struct TextReportOptions {
  std::vector<std::string> parts{};               // of text_report_parts(); empty: all
  std::filesystem::path own_texts = "lab/texts";  // the folder of the own texts
  int resamples = 1000;                           // of the bootstrap
  std::uint64_t seed = 1;                         // of the bootstrap
  int every = 1;                                  // use every N-th text or tale, for a quick look
  bool neighbours = true;                         // a tale's sentences are felt with those around them
  std::function<Progress(const std::string&)> reading{};  // a progress for each stretch of work named here
};

// Row by row what the encoder and the lexicon read; the second is empty without a lexicon.
struct Readings {
  Emotions reader, lexicon;
};

// What reads, and how.
struct TextReaders {
  EmotionReader reader;
  const Lexicon* lexicon = nullptr;  // none: no floors
  const TextReportOptions& options;

  Progress progress(const std::string& label) const {
    return options.reading ? options.reading(label) : Progress{};
  }
  Readings read(const std::string& label, const ChosenTexts& texts) const;
  // One tale's sentences, in order, each in the context of its neighbours.
  Readings read_tale(const ChosenTexts& sentences) const;
  Emotions read_by_lexicon(const ChosenTexts& texts) const;
};

// A figure of some of the items, given by their numbers.
using Statistic = std::function<double(std::span<const std::size_t>)>;
Estimate estimate(std::size_t items, const Statistic& statistic, const TextReportOptions& options);
Compared compare(const Readings& readings, std::size_t items,
                 const std::function<Statistic(const Emotions&)>& statistic_of,
                 const TextReportOptions& options);

// Pearson's r of an axis with the set's own numbers.
Compared compare_correlation(const ChosenTexts& texts, const Readings& readings, EmotionAxis axis,
                             const TextReportOptions& options);
// The places of the lowest and highest tenth of the values, ascending, with those that equal their limits.
std::vector<std::size_t> outer_tenths(const std::vector<double>& values);
// Share of the texts in the outer tenths of the set's own numbers that are read on their side of the median reading.
Compared compare_extremes(const ChosenTexts& texts, const Readings& readings, EmotionAxis axis,
                          const TextReportOptions& options);
// Share of right quadrants; all texts have one. The lexicon's zero points are where `train` is read best.
Compared compare_quadrants(const ChosenTexts& texts, Readings readings, const ChosenTexts& train,
                           const TextReaders& readers);
ChosenTexts with_quadrant(ChosenTexts texts);

}  // namespace s2m
