#include "train/datasets/text_emotion_batches.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/random.h"

namespace s2m::train {
namespace {

constexpr std::uint64_t kDrawStream = 0xe307;
constexpr std::int64_t kPadding = 1;

// How often a set speaks for a quadrant, beside the others that can. Stories and clear reports speak most.
double source_weight(const std::string& source) {
  static const std::map<std::string, double> weights = {
      {"goemotions", 3}, {"narrative", 3}, {"tales", 2.5}, {"xed", 1.5}, {"isear", 1.5}, {"emobank", 1.5}};
  const auto found = weights.find(source);
  return found == weights.end() ? 1 : found->second;
}

using Pools = std::map<std::string, std::vector<std::size_t>>;

std::size_t draw_one(const Pools& pools, Random& random) {
  double total = 0;
  for (const auto& [source, rows] : pools) total += source_weight(source);
  double left = random.uniform() * total;
  const std::vector<std::size_t>* chosen = nullptr;
  for (const auto& [source, rows] : pools) {
    chosen = &rows;
    if ((left -= source_weight(source)) < 0) break;
  }
  return (*chosen)[random.below(chosen->size())];
}

}  // namespace

std::vector<TokenId> clipped_tokens(const BytePairEncoder& encoder, const std::string& text,
                                    std::size_t longest) {
  std::vector<TokenId> ids = encoder.encode_with_ends(text);
  if (ids.size() > longest) ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(longest) - 1, ids.end() - 1);
  return ids;
}

GroupedTokens group_by_length(const std::vector<const std::vector<TokenId>*>& lists,
                              std::size_t rows_a_group) {
  GroupedTokens result;
  result.order.resize(lists.size());
  std::iota(result.order.begin(), result.order.end(), std::size_t{0});
  std::ranges::stable_sort(result.order, {}, [&](std::size_t i) { return lists[i]->size(); });
  for (std::size_t start = 0; start < lists.size(); start += rows_a_group) {
    const std::size_t end = std::min(lists.size(), start + rows_a_group);
    TokenGroup group;
    group.length = static_cast<std::int64_t>(lists[result.order[end - 1]]->size());
    for (std::size_t row = start; row < end; ++row) {
      const auto& ids = *lists[result.order[row]];
      group.lengths.push_back(static_cast<std::int64_t>(ids.size()));
      group.tokens.insert(group.tokens.end(), ids.begin(), ids.end());
      group.tokens.resize((row - start + 1) * static_cast<std::size_t>(group.length), kPadding);
    }
    result.groups.push_back(std::move(group));
  }
  return result;
}

EmotionBatches::EmotionBatches(const std::vector<EmotionText>& texts, const BytePairEncoder& encoder,
                               const EmotionBatchOptions& options)
    : options_(options) {
  for (const EmotionText& text : texts) {
    if (text.split != Split::kTrain || !text.point) continue;
    const std::size_t index = texts_.size();
    texts_.push_back(text);
    tokens_.push_back(clipped_tokens(encoder, text.text, options.longest));
    by_source_[text.source].push_back(index);
    if (text.quadrant != kNoQuadrant)
      by_quadrant_[static_cast<std::size_t>(text.quadrant)][text.source].push_back(index);
  }
  for (const auto& pools : by_quadrant_)
    if (pools.empty()) throw Error("emotion texts", "a quadrant has no text");
}

std::vector<EmotionBatches::Row> EmotionBatches::draw(std::int64_t number) const {
  Random random(options_.seed, random_bits(options_.seed, kDrawStream, static_cast<std::uint64_t>(number)));
  std::vector<Row> rows;
  for (const auto& pools : by_quadrant_)
    for (int i = 0; i < options_.quadrant_rows; ++i)
      rows.push_back({draw_one(pools, random), EmotionPart::kCategories});
  const auto add = [&](const char* source, int count, EmotionPart part) {
    const auto pool = by_source_.find(source);
    for (int i = 0; pool != by_source_.end() && i < count; ++i)
      rows.push_back({pool->second[random.below(pool->second.size())], part});
  };
  add("emobank", options_.emobank_rows, EmotionPart::kEmobank);
  add("tales", options_.tales_rows, EmotionPart::kTales);
  add("goemotions", options_.goemotions_rows, EmotionPart::kCategories);
  return rows;
}

EmotionBatch EmotionBatches::batch(std::int64_t number) const {
  const std::vector<Row> rows = draw(number);
  std::vector<const std::vector<TokenId>*> lists;
  for (const Row& row : rows) lists.push_back(&tokens_[row.text]);
  const auto groups = static_cast<std::size_t>(options_.groups);
  GroupedTokens grouped = group_by_length(lists, (rows.size() + groups - 1) / groups);
  EmotionBatch batch;
  batch.groups = std::move(grouped.groups);
  for (const std::size_t index : grouped.order) {
    const EmotionText& text = texts_[rows[index].text];
    batch.points.push_back(*text.point);
    batch.parts.push_back(rows[index].part);
    batch.quadrants.push_back(text.quadrant);
    batch.texts.push_back(&text);
    batch.tokens += static_cast<std::int64_t>(lists[index]->size());
  }
  return batch;
}

}  // namespace s2m::train
