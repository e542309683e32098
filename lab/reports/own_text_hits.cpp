#include "lab/reports/own_text_hits.h"

#include "lab/corpora/contrast_pairs.h"
#include "lab/corpora/own_texts.h"

namespace s2m {
namespace {

double hit(bool right) { return right ? 1 : 0; }

template <class T>
std::vector<std::string> texts_of(const std::vector<T>& items) {
  std::vector<std::string> texts;
  for (const T& item : items) texts.push_back(item.text);
  return texts;
}

}  // namespace

OwnTextHits read_own_texts(const EmotionReader& reader, const std::filesystem::path& folder) {
  OwnTextHits hits;
  std::vector<std::string> texts;
  for (const auto& pair : read_contrast_pairs(folder / "contrast_pairs.tsv"))
    if (pair.split == Split::kTest) texts.insert(texts.end(), {pair.pleasant, pair.unpleasant});
  const auto pairs = reader.read_each(texts);
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    hits.pair_signs.push_back(hit(pairs[i].valence > 0 && pairs[i + 1].valence < 0));
    hits.pair_order.push_back(hit(pairs[i].valence > pairs[i + 1].valence));
  }
  const auto passages = read_styled_passages(folder / "passages.tsv");
  const auto by_passage = reader.read_each(texts_of(passages));
  for (std::size_t i = 0; i < passages.size(); ++i)
    hits.passage_quadrants.push_back(hit(quadrant_of(by_passage[i]) == passages[i].quadrant));
  const auto reports = read_short_reports(folder / "reports.tsv");
  const auto by_report = reader.read_each(texts_of(reports));
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const double valence = by_report[i].valence;
    hits.report_signs.push_back(
        hit(reports[i].pleasant ? valence > kClearValence : valence < -kClearValence));
  }
  return hits;
}

}  // namespace s2m
