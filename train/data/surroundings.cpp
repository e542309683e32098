#include "train/data/surroundings.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "story2midi/base/error.h"
#include "story2midi/stories/passages.h"
#include "story2midi/stories/words.h"

namespace s2m::train {
namespace {

constexpr std::ptrdiff_t kReach = 16;  // sentences on either side; what is farther weighs little
constexpr float kLeastDeviation = 1e-6f;

void standardise(std::vector<float>& rows, std::size_t columns) {
  const auto count = static_cast<double>(rows.size() / columns);
  for (std::size_t column = 0; column < columns; ++column) {
    double sum = 0, squares = 0;
    for (std::size_t i = column; i < rows.size(); i += columns) sum += rows[i];
    const auto mean = static_cast<float>(sum / count);
    for (std::size_t i = column; i < rows.size(); i += columns) {
      rows[i] -= mean;
      squares += double{rows[i]} * rows[i];
    }
    const float deviation = std::max(static_cast<float>(std::sqrt(squares / count)), kLeastDeviation);
    for (std::size_t i = column; i < rows.size(); i += columns) rows[i] /= deviation;
  }
}

}  // namespace

Sentences read_sentences(const std::filesystem::path& text, const NgramReader& reader, const Lexicon& lexicon,
                         const Progress& progress) {
  std::ifstream in(text);
  if (!in) throw Error(text.string(), "cannot be read");
  const auto bytes = std::filesystem::file_size(text);
  Sentences all;
  std::uint64_t done = 0;
  for (std::string line; std::getline(in, line);) {
    done += line.size() + 1;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    for (const auto& passage : split_sentences(line)) {
      std::string sentence = single_spaced(passage.text);
      const auto said = reader.read(sentence, lexicon.features(sentence)).said;
      all.said.insert(all.said.end(), said.begin(), said.end());
      all.words.push_back(static_cast<float>(std::max<std::size_t>(1, word_count(sentence))));
      all.texts.push_back(std::move(sentence));
    }
    report_progress(progress, done, bytes);
  }
  if (all.texts.empty()) throw Error(text.string(), "holds no sentence");
  return all;
}

std::vector<float> surroundings_of(const Sentences& sentences) {
  const auto count = static_cast<std::ptrdiff_t>(sentences.texts.size());
  std::vector<double> middles;
  double before = 0;
  for (const float words : sentences.words) {
    middles.push_back(before + words / 2);
    before += words;
  }
  std::vector<float> rows(sentences.said.size(), 0);
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    float* row = rows.data() + i * static_cast<std::ptrdiff_t>(kNgramOutputs);
    float whole = 0;
    for (auto j = std::max<std::ptrdiff_t>(0, i - kReach); j < std::min(count, i + kReach + 1); ++j) {
      if (j == i) continue;
      const auto at = [](std::ptrdiff_t index) { return static_cast<std::size_t>(index); };
      const auto weight =
          static_cast<float>(sentences.words[at(j)] *
                             std::exp2(-std::abs(middles[at(j)] - middles[at(i)]) / kSurroundingHalfWords));
      const float* said = sentences.said.data() + j * static_cast<std::ptrdiff_t>(kNgramOutputs);
      for (std::size_t k = 0; k < kNgramOutputs; ++k) row[k] += weight * said[k];
      whole += weight;
    }
    for (std::size_t k = 0; whole > 0 && k < kNgramOutputs; ++k) row[k] /= whole;
  }
  standardise(rows, kNgramOutputs);
  return rows;
}

}  // namespace s2m::train
