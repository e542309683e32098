#include "train/data/text_emotion_batches.h"

#include <algorithm>
#include <numeric>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"

namespace s2m::train {
namespace {

constexpr std::uint64_t kDrawStream = 0xe307;
constexpr std::uint64_t kHideStream = 0xe308;
constexpr std::int64_t kPadding = 1;

// How often a set speaks for a quadrant, beside the others that can. Stories and clear reports speak most.
double source_weight(const std::string& source) {
  static const std::map<std::string, double> weights = {{"goemotions", 3}, {"tales", 1},   {"stretches", 2},
                                                        {"xed", 1.5},      {"isear", 1.5}, {"emobank", 1.5}};
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

bool is_tale(const EmotionText& text) { return text.source == "tales" || text.source == "stretches"; }

ValenceArousal own_point(const EmotionText& text) {
  return is_tale(text) ? kTalesScale(text.raw) : *text.point;
}

std::vector<TokenId> clipped_tokens(const Tokenizer& encoder, const std::string& text, std::size_t longest) {
  std::vector<TokenId> ids = encoder.encode_with_ends(text);
  if (ids.size() > longest) ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(longest) - 1, ids.end() - 1);
  return ids;
}

GroupedTokens group_by_length(const std::vector<const std::vector<TokenId>*>& lists,
                              std::size_t most_tokens) {
  GroupedTokens result;
  result.order.resize(lists.size());
  std::iota(result.order.begin(), result.order.end(), std::size_t{0});
  std::ranges::stable_sort(result.order, {}, [&](std::size_t i) { return lists[i]->size(); });
  for (std::size_t start = 0, end = 0; start < lists.size(); start = end) {
    const auto tokens = [&](std::size_t last) {
      return (last + 1 - start) * lists[result.order[last]]->size();
    };
    for (end = start + 1; end < lists.size() && tokens(end) <= most_tokens;) ++end;
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

EmotionBatches::EmotionBatches(const std::vector<EmotionText>& texts, const std::vector<ContrastPair>& pairs,
                               const Tokenizer& tokenizer, const EmotionBatchOptions& options)
    : options_(options), tokenizer_(tokenizer) {
  const Tokenizer& encoder = tokenizer_;
  for (const EmotionText& text : texts) {
    if (text.split != Split::kTrain || !text.point) continue;
    const std::size_t index = texts_.size();
    texts_.push_back(text);
    tokens_.push_back(clipped_tokens(encoder, text.text, options.longest));
    inner_tokens_.push_back(text.source == "tales" ? encoder.encode(" " + text.text)
                                                   : std::vector<TokenId>());
    by_source_[text.source].push_back(index);
    if (text.quadrant) by_quadrant_[index_of(*text.quadrant)][text.source].push_back(index);
  }
  for (const ContrastPair& pair : pairs)
    if (pair.split == Split::kTrain)
      for (const std::string& text : {pair.pleasant, pair.unpleasant}) {
        pair_texts_.emplace_back().text = text;
        pair_texts_.back().source = "pairs";
      }
  for (const auto& pools : by_quadrant_)
    if (pools.empty()) throw Error("emotion texts", "a quadrant has no text");
}

EmotionBatches::Row EmotionBatches::alone(std::size_t text, EmotionPart part) const {
  const EmotionText& what = texts_[text];
  const auto length = static_cast<std::int64_t>(tokens_[text].size());
  return {tokens_[text], {{0, length, *what.point, own_point(what), part, what.quadrant, &what}}};
}

EmotionBatches::Row EmotionBatches::pair_row(std::size_t text, int pair) const {
  const EmotionText& what = pair_texts_[text];
  auto tokens = clipped_tokens(tokenizer_, what.text, options_.longest);
  const auto length = static_cast<std::int64_t>(tokens.size());
  Target target{0, length};
  target.part = EmotionPart::kPairs;
  target.text = &what;
  target.pair = pair;
  target.sign = text % 2 == 0 ? 1 : -1;
  return {std::move(tokens), {target}};
}

// Sentences of one tale from a random one on, as many as the window holds, in passages of one to three.
EmotionBatches::Row EmotionBatches::tale_window(Random& random) const {
  const auto& tales = by_source_.at("tales");
  std::size_t at = tales[random.below(tales.size())];
  const std::string& tale = texts_[at].group;
  Row row;
  const auto& whole = tokens_[at];
  row.tokens.push_back(whole.front());
  const auto fits = [&] {
    return at < texts_.size() && texts_[at].source == "tales" && texts_[at].group == tale &&
           row.tokens.size() + inner_tokens_[at].size() < options_.window;
  };
  while (fits()) {
    Target target{.first = static_cast<std::int64_t>(row.tokens.size()),
                  .part = EmotionPart::kTales,
                  .text = &texts_[at]};
    const std::uint64_t most = 1 + random.below(3);
    double count = 0;
    for (; count < static_cast<double>(most) && fits(); ++at, ++count) {
      row.tokens.insert(row.tokens.end(), inner_tokens_[at].begin(), inner_tokens_[at].end());
      target.point.valence += texts_[at].point->valence;
      target.point.arousal += texts_[at].point->arousal;
      const ValenceArousal own = own_point(texts_[at]);
      target.own = {target.own.valence + own.valence, target.own.arousal + own.arousal};
    }
    target.last = static_cast<std::int64_t>(row.tokens.size());
    target.point = {target.point.valence / count, target.point.arousal / count};
    target.own = {target.own.valence / count, target.own.arousal / count};
    target.quadrant = clear_quadrant(target.point);
    row.targets.push_back(target);
  }
  row.tokens.push_back(whole.back());
  return row;
}

std::vector<EmotionBatches::Row> EmotionBatches::draw(std::int64_t number) const {
  Random random(options_.seed, random_bits(options_.seed, kDrawStream, static_cast<std::uint64_t>(number)));
  std::vector<Row> rows;
  for (const auto& pools : by_quadrant_)
    for (int i = 0; i < options_.quadrant_rows; ++i)
      rows.push_back(alone(draw_one(pools, random), EmotionPart::kCategories));
  const auto add = [&](const char* source, int count, EmotionPart part) {
    const auto pool = by_source_.find(source);
    for (int i = 0; pool != by_source_.end() && i < count; ++i)
      rows.push_back(alone(pool->second[random.below(pool->second.size())], part));
  };
  add("emobank", options_.emobank_rows, EmotionPart::kEmobank);
  add("tales", options_.tales_rows / 2, EmotionPart::kTales);
  add("stretches", options_.tales_rows / 2, EmotionPart::kTales);
  add("goemotions", options_.goemotions_rows, EmotionPart::kCategories);
  for (int i = 0; by_source_.contains("tales") && i < options_.tales_windows; ++i)
    rows.push_back(tale_window(random));
  for (int i = 0; !pair_texts_.empty() && i < options_.contrast_pairs; ++i) {
    const std::size_t pair = random.below(pair_texts_.size() / 2);
    rows.push_back(pair_row(2 * pair, i));
    rows.push_back(pair_row(2 * pair + 1, i));
  }
  std::erase_if(rows, [](const Row& row) { return row.targets.empty(); });
  return rows;
}

// No word alone shall carry what is learned. The ends of a row stay.
void EmotionBatches::hide_words(std::vector<Row>& rows, std::int64_t number) const {
  Random random(options_.seed, random_bits(options_.seed, kHideStream, static_cast<std::uint64_t>(number)));
  const TokenId mask = tokenizer_.mask();
  for (Row& row : rows)
    for (std::size_t i = 1; i + 1 < row.tokens.size(); ++i)
      if (random.uniform() < options_.hidden_words) row.tokens[i] = mask;
}

EmotionBatch EmotionBatches::batch(std::int64_t number) const {
  std::vector<Row> rows = draw(number);
  if (options_.hidden_words > 0) hide_words(rows, number);
  std::vector<const std::vector<TokenId>*> lists;
  for (const Row& row : rows) lists.push_back(&row.tokens);
  GroupedTokens grouped = group_by_length(lists, options_.tokens_at_once);
  EmotionBatch batch;
  batch.groups = std::move(grouped.groups);
  if (!pair_texts_.empty()) {
    batch.pleasant.resize(static_cast<std::size_t>(options_.contrast_pairs));
    batch.unpleasant.resize(batch.pleasant.size());
  }
  std::size_t next = 0;
  for (TokenGroup& group : batch.groups)
    for (std::int64_t r = 0; r < static_cast<std::int64_t>(group.lengths.size()); ++r, ++next) {
      const Row& row = rows[grouped.order[next]];
      batch.tokens += static_cast<std::int64_t>(row.tokens.size());
      for (const Target& target : row.targets) {
        group.parts.push_back({r, target.first, target.last});
        if (target.pair >= 0)
          (target.sign > 0 ? batch.pleasant : batch.unpleasant)[static_cast<std::size_t>(target.pair)] =
              static_cast<std::int64_t>(batch.points.size());
        batch.points.push_back(target.point);
        batch.own.push_back(target.own);
        batch.parts.push_back(target.part);
        batch.quadrants.push_back(target.quadrant ? static_cast<std::int64_t>(index_of(*target.quadrant))
                                                  : -1);
        batch.texts.push_back(target.text);
      }
    }
  return batch;
}

}  // namespace s2m::train
