#include "train/encoder_figures.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "text/context_windows.h"
#include "train/datasets/text_emotion_batches.h"
#include "train/encoder_tensors.h"

namespace s2m::train {
namespace {

constexpr std::size_t kRowsAtOnce = 48;
constexpr int kMatchingShare = 11;  // one of so many training sentences shows a set's own scale

struct Moments {
  double mean_a = 0, mean_b = 0, var_a = 0, var_b = 0, cov = 0;
};

Moments moments(std::span<const float> a, std::span<const float> b) {
  Moments m;
  const auto count = static_cast<double>(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    m.mean_a += a[i] / count;
    m.mean_b += b[i] / count;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    m.var_a += (a[i] - m.mean_a) * (a[i] - m.mean_a) / count;
    m.var_b += (b[i] - m.mean_b) * (b[i] - m.mean_b) / count;
    m.cov += (a[i] - m.mean_a) * (b[i] - m.mean_b) / count;
  }
  return m;
}

std::vector<float> read_axis(const std::vector<EmotionReading>& readings, float EmotionPoint::*axis) {
  std::vector<float> values;
  for (const auto& reading : readings) values.push_back(reading.point.*axis);
  return values;
}

std::vector<float> raw_axis(const std::vector<const EmotionText*>& texts, float EmotionPoint::*axis) {
  std::vector<float> values;
  for (const auto* text : texts) values.push_back(text->raw.*axis);
  return values;
}

std::vector<const EmotionText*> choose(const std::vector<EmotionText>& texts, const char* source, Split split,
                                       int every) {
  std::vector<const EmotionText*> chosen;
  int seen = 0;
  for (const EmotionText& text : texts)
    if (text.source == source && text.split == split && seen++ % every == 0) chosen.push_back(&text);
  return chosen;
}

std::vector<std::string> words_of(const std::vector<const EmotionText*>& texts) {
  std::vector<std::string> words;
  for (const auto* text : texts) words.push_back(text->text);
  return words;
}

using Chosen = std::vector<const EmotionText*>;

// The first of a set's texts: neighbours stay together.
Chosen first_share(Chosen chosen, int share) {
  chosen.resize(chosen.size() / static_cast<std::size_t>(share));
  return chosen;
}

// Brings `values` to the mean and deviation that `target` has, as `source` was: what a set's own scale needs.
std::vector<float> matched(std::vector<float> values, std::span<const float> source,
                           std::span<const float> target) {
  const Moments m = moments(source, target);
  const double unit = std::sqrt(m.var_b / std::max(m.var_a, 1e-9));
  for (float& value : values) value = static_cast<float>((value - m.mean_a) * unit + m.mean_b);
  return values;
}

void tales_figures(const EncoderModule& encoder, const BytePairEncoder& vocabulary,
                   const std::vector<EmotionText>& texts, const FigureOptions& options, Figures& figures) {
  const auto compare = [&](const char* ending, const Chosen& valid, const Chosen& train, const auto& read) {
    if (valid.size() < 2 || train.size() < 2) return;
    const auto here = read(valid), there = read(train);
    const auto one = [&](const char* name, float EmotionPoint::*axis) {
      const auto values = matched(read_axis(here, axis), read_axis(there, axis), raw_axis(train, axis));
      figures[std::string("tales_") + name + ending] = concordance(values, raw_axis(valid, axis));
    };
    one("valence", &EmotionPoint::valence);
    one("arousal", &EmotionPoint::arousal);
  };
  compare("_ccc", choose(texts, "tales", Split::kValid, options.every),
          choose(texts, "tales", Split::kTrain, kMatchingShare * options.every),
          [&](const Chosen& chosen) { return read_emotions(encoder, vocabulary, words_of(chosen)); });
  compare("_window_ccc", first_share(choose(texts, "tales", Split::kValid, 1), options.every),
          first_share(choose(texts, "tales", Split::kTrain, 1), kMatchingShare * options.every),
          [&](const Chosen& chosen) { return read_in_context(encoder, vocabulary, chosen); });
}

double macro_f1(const std::vector<const EmotionText*>& texts, const std::vector<EmotionReading>& readings,
                float threshold) {
  const std::size_t count = goemotions_categories().size();
  std::vector<double> both(count), said(count), true_of(count);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t k = 0; k < count; ++k) said[k] += readings[i].labels[k] > threshold;
    for (const int label : texts[i]->labels) {
      ++true_of[static_cast<std::size_t>(label)];
      both[static_cast<std::size_t>(label)] +=
          readings[i].labels[static_cast<std::size_t>(label)] > threshold;
    }
  }
  double sum = 0;
  for (std::size_t k = 0; k < count; ++k) sum += both[k] > 0 ? 2 * both[k] / (said[k] + true_of[k]) : 0;
  return sum / static_cast<double>(count);
}

double quadrant_accuracy(const std::vector<const EmotionText*>& texts,
                         const std::vector<EmotionReading>& readings) {
  double right = 0, all = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i]->quadrant == kNoQuadrant) continue;
    ++all;
    right += quadrant_of(readings[i].point) == texts[i]->quadrant;
  }
  return all > 0 ? right / all : 0;
}

}  // namespace

double pearson(std::span<const float> a, std::span<const float> b) {
  const Moments m = moments(a, b);
  return m.var_a > 0 && m.var_b > 0 ? m.cov / std::sqrt(m.var_a * m.var_b) : 0;
}

double concordance(std::span<const float> a, std::span<const float> b) {
  const Moments m = moments(a, b);
  const double apart = m.mean_a - m.mean_b;
  const double whole = m.var_a + m.var_b + apart * apart;
  return whole > 0 ? 2 * m.cov / whole : 0;
}

namespace {

// What the heads say of each passage of a group, in order.
std::vector<EmotionReading> read_group(const EncoderModule& encoder, const TokenGroup& group) {
  const EmotionHeads heads = encoder.heads(pooled_group(encoder, group));
  const at::Tensor points = heads.valence_arousal.to(at::kCPU).to(at::kFloat).contiguous();
  const at::Tensor labels = at::sigmoid(heads.labels).to(at::kCPU).contiguous();
  const std::int64_t width = labels.size(1);
  std::vector<EmotionReading> readings(static_cast<std::size_t>(points.size(0)));
  for (std::size_t i = 0; i < readings.size(); ++i) {
    readings[i].point = {points.data_ptr<float>()[2 * i], points.data_ptr<float>()[2 * i + 1]};
    const float* first = labels.data_ptr<float>() + static_cast<std::int64_t>(i) * width;
    readings[i].labels.assign(first, first + width);
  }
  return readings;
}

// Rows with the parts that stand in them, read in groups of like length: one reading a part, in the order of
// the rows.
std::vector<EmotionReading> read_rows(const EncoderModule& encoder,
                                      const std::vector<std::vector<TokenId>>& rows,
                                      const std::vector<std::vector<RowPart>>& parts) {
  std::vector<const std::vector<TokenId>*> lists;
  std::vector<std::size_t> begins(1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    lists.push_back(&rows[i]);
    begins.push_back(begins.back() + parts[i].size());
  }
  GroupedTokens grouped = group_by_length(lists, kRowsAtOnce);
  std::vector<EmotionReading> readings(begins.back());
  std::size_t next = 0;
  for (TokenGroup& group : grouped.groups) {
    const std::size_t first = next;
    for (std::int64_t row = 0; row < static_cast<std::int64_t>(group.lengths.size()); ++row, ++next)
      for (const RowPart& part : parts[grouped.order[next]])
        group.parts.push_back({row, part.first, part.last});
    auto read = read_group(encoder, group);
    for (std::size_t k = first, at = 0; k < next; ++k)
      for (std::size_t i = 0; i < parts[grouped.order[k]].size(); ++i, ++at)
        readings[begins[grouped.order[k]] + i] = std::move(read[at]);
  }
  return readings;
}

}  // namespace

std::vector<EmotionReading> read_emotions(const EncoderModule& encoder, const BytePairEncoder& vocabulary,
                                          const std::vector<std::string>& texts) {
  const at::NoGradGuard no_grad;
  std::vector<std::vector<TokenId>> rows;
  std::vector<std::vector<RowPart>> parts;
  for (const auto& text : texts) {
    rows.push_back(clipped_tokens(vocabulary, text, static_cast<std::size_t>(encoder.config().max_tokens())));
    parts.push_back({{0, 0, static_cast<std::int64_t>(rows.back().size())}});
  }
  return read_rows(encoder, rows, parts);
}

std::vector<EmotionReading> read_in_context(const EncoderModule& encoder, const BytePairEncoder& vocabulary,
                                            const std::vector<const EmotionText*>& texts) {
  const at::NoGradGuard no_grad;
  const auto ends = vocabulary.encode_with_ends("");
  std::vector<std::vector<TokenId>> rows;
  std::vector<std::vector<RowPart>> parts;
  for (std::size_t start = 0, end = 0; start < texts.size(); start = end) {
    std::vector<std::vector<TokenId>> inner;
    std::vector<std::size_t> lengths;
    for (; end < texts.size() && texts[end]->group == texts[start]->group; ++end) {
      inner.push_back(vocabulary.encode(" " + texts[end]->text));
      lengths.push_back(inner.back().size());
    }
    const auto most = static_cast<std::size_t>(encoder.config().max_tokens()) - 2;
    for (const ContextWindow& window : context_windows(lengths, most)) {
      std::vector<TokenId> row{ends.front()};
      std::vector<RowPart> kept;
      for (std::size_t i = window.first; i < window.last; ++i) {
        const auto begin = static_cast<std::int64_t>(row.size());
        const std::size_t fits = std::min(inner[i].size(), most + 1 - row.size());
        row.insert(row.end(), inner[i].begin(), inner[i].begin() + static_cast<std::ptrdiff_t>(fits));
        if (i >= window.keep_first && i < window.keep_last)
          kept.push_back({0, begin, static_cast<std::int64_t>(row.size())});
      }
      row.push_back(ends.back());
      rows.push_back(std::move(row));
      parts.push_back(std::move(kept));
    }
  }
  return read_rows(encoder, rows, parts);
}

Figures emotion_figures(const EncoderModule& encoder, const BytePairEncoder& vocabulary,
                        const std::vector<EmotionText>& texts, const FigureOptions& options) {
  const auto read = [&](const std::vector<std::string>& words) {
    return read_emotions(encoder, vocabulary, words);
  };
  Figures figures;
  if (const auto chosen = choose(texts, "emobank", options.split, options.every); chosen.size() > 1) {
    const auto readings = read(words_of(chosen));
    const auto one = [&](float EmotionPoint::*axis) {
      return pearson(read_axis(readings, axis), raw_axis(chosen, axis));
    };
    figures["emobank_valence_r"] = one(&EmotionPoint::valence);
    figures["emobank_arousal_r"] = one(&EmotionPoint::arousal);
  }
  tales_figures(encoder, vocabulary, texts, options, figures);
  if (const auto chosen = choose(texts, "goemotions", options.split, options.every); chosen.size() > 1) {
    const auto readings = read(words_of(chosen));
    figures["goemotions_macro_f1"] = macro_f1(chosen, readings, options.label_threshold);
    figures["goemotions_quadrant"] = quadrant_accuracy(chosen, readings);
  }
  double sum = 0;
  for (const auto& [name, value] : figures) sum += value;
  figures["loss"] = figures.empty() ? 0 : -sum / static_cast<double>(figures.size());
  return figures;
}

}  // namespace s2m::train
