#include "train/datasets/text_emotions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fstream>
#include <functional>
#include <map>
#include <string_view>

#include "base/error.h"
#include "base/random.h"

namespace s2m::train {
namespace {

namespace fs = std::filesystem;
using Row = std::vector<std::string>;

constexpr double kValidShare = 0.04;

struct Table {
  fs::path path;
  char delimiter = '\t';
  std::size_t columns = 2;  // the fewest of a row
  bool header = true;
};

// Calls visit(cells) for each row; one with too few cells is an Error.
void for_each_row(const Table& table, const std::function<void(const Row&)>& visit) {
  std::ifstream in(table.path);
  if (!in) throw Error(table.path.string(), "cannot be read");
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (++number == 1 && table.header) continue;
    if (line.empty()) continue;
    const Row cells = table_cells(line, table.delimiter);
    if (cells.size() < table.columns)
      throw Error(fmt::format("{}: line {}", table.path.string(), number), "too few cells",
                  fmt::to_string(table.columns), fmt::to_string(cells.size()));
    visit(cells);
  }
}

float number(const std::string& text) {
  float value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size())
    throw Error("emotion text", "not a number", "", text);
  return value;
}

std::vector<int> numbers(std::string_view text) {
  std::vector<int> found;
  for (std::size_t i = 0; i < text.size();) {
    int value = 0;
    const auto [end, fault] = std::from_chars(text.data() + i, text.data() + text.size(), value);
    if (fault == std::errc()) found.push_back(value);
    i = fault == std::errc() ? static_cast<std::size_t>(end - text.data()) : i + 1;
  }
  return found;
}

Split split_by_hash(const std::string& text) {
  std::uint64_t hash = 0;
  for (const char c : text) hash = mix_bits(hash ^ static_cast<unsigned char>(c));
  return static_cast<double>(hash >> 11) * 0x1.0p-53 < kValidShare ? Split::kValid : Split::kTrain;
}

EmotionText text_of(std::string text, const char* source, Split split) {
  EmotionText result;
  result.text = std::move(text);
  result.source = source;
  result.split = split;
  return result;
}

void place(EmotionText& text, EmotionPoint point) {
  text.point = point;
  text.quadrant = clear_quadrant(point);
}

// The mean of categories, and their quadrant where they agree and none is without.
void place(EmotionText& text, std::span<const EmotionCategory> categories, const std::vector<int>& which) {
  EmotionPoint sum;
  int quadrant = categories[static_cast<std::size_t>(which.front())].quadrant;
  for (const int index : which) {
    const EmotionCategory& category = categories[static_cast<std::size_t>(index)];
    sum.valence += category.point.valence / static_cast<float>(which.size());
    sum.arousal += category.point.arousal / static_cast<float>(which.size());
    if (category.quadrant != quadrant) quadrant = kNoQuadrant;
  }
  text.point = sum;
  text.quadrant = quadrant;
}

using Texts = std::vector<EmotionText>;

void read_goemotions(const fs::path& folder, Texts& texts) {
  const std::pair<const char*, Split> parts[] = {
      {"train.tsv", Split::kTrain}, {"dev.tsv", Split::kValid}, {"test.tsv", Split::kTest}};
  const int count = static_cast<int>(goemotions_categories().size());
  for (const auto& [name, split] : parts)
    for_each_row({folder / "data/original" / name, '\t', 2, false}, [&, split = split](const Row& row) {
      EmotionText text = text_of(row[0], "goemotions", split);
      text.labels = numbers(row[1]);
      std::erase_if(text.labels, [&](int label) { return label < 0 || label >= count; });
      if (text.labels.empty()) return;
      place(text, goemotions_categories(), text.labels);
      texts.push_back(std::move(text));
    });
}

void read_emobank(const fs::path& folder, Texts& texts) {
  for_each_row({folder / "corpus/emobank.csv", ',', 6}, [&](const Row& row) {
    const Split split = row[1] == "train" ? Split::kTrain : row[1] == "dev" ? Split::kValid : Split::kTest;
    EmotionText text = text_of(row[5], "emobank", split);
    text.group = row[0].substr(0, row[0].find('_'));
    text.raw = {number(row[2]), number(row[3])};
    place(text, kEmobankScale(text.raw.valence, text.raw.arousal));
    if (!text.text.empty()) texts.push_back(std::move(text));
  });
}

void read_tales(const fs::path& folder, Texts& texts) {
  const std::pair<const char*, Split> parts[] = {{"train_strict.tsv", Split::kTrain},
                                                 {"val_strict.tsv", Split::kValid}};
  for (const auto& [name, split] : parts)
    for_each_row({folder / name, '\t', 8}, [&, split = split](const Row& row) {
      EmotionText text = text_of(row[7], "tales", split);
      text.group = row[1];
      text.raw = {number(row[4]), number(row[5])};
      place(text, tales_point(text.raw.valence, text.raw.arousal));
      texts.push_back(std::move(text));
    });
}

void read_xed(const fs::path& folder, Texts& texts) {
  const auto count = static_cast<int>(xed_categories().size());
  for_each_row({folder / "AnnotatedData/en-annotated.tsv", '\t', 2, false}, [&](const Row& row) {
    std::vector<int> which = numbers(row.back());
    for (int& label : which) --label;
    std::erase_if(which, [&](int label) { return label < 0 || label >= count; });
    if (which.empty() || row[0].size() < 4) return;
    EmotionText text = text_of(row[0], "xed", split_by_hash(row[0]));
    place(text, xed_categories(), which);
    texts.push_back(std::move(text));
  });
}

void read_isear(const fs::path& folder, Texts& texts) {
  constexpr std::size_t kEmotion = 36, kSituation = 40;
  for_each_row({folder / "isear.csv", '|', 1}, [&](const Row& row) {
    if (row.size() <= kSituation || row[kSituation].size() < 8) return;
    std::string situation = row[kSituation];
    for (std::size_t at; (at = situation.find("\u00e1")) != std::string::npos;)
      situation.erase(at, 2);  // line ends
    const auto categories = isear_categories();
    const auto category =
        std::ranges::find(categories, std::string_view(row[kEmotion]), &EmotionCategory::name);
    if (category == categories.end()) return;
    EmotionText text = text_of(situation, "isear", split_by_hash(situation));
    place(text, categories, {static_cast<int>(category - categories.begin())});
    texts.push_back(std::move(text));
  });
}

void read_facebook(const fs::path& folder, Texts& texts) {
  for_each_row({folder / "valence_arousal/dataset-fb-valence-arousal-anon.csv", ',', 5}, [&](const Row& row) {
    EmotionText text = text_of(row[0], "facebook", split_by_hash(row[0]));
    text.raw = {(number(row[1]) + number(row[2])) / 2, (number(row[3]) + number(row[4])) / 2};
    place(text, kFacebookScale(text.raw.valence, text.raw.arousal));
    texts.push_back(std::move(text));
  });
}

// The tweets' intensities of four emotions (their valence alone has no arousal beside it and is left out).
void read_semeval(const fs::path& folder, Texts& texts) {
  const std::pair<const char*, Split> parts[] = {
      {"reg_train.tsv", Split::kTrain}, {"reg_dev.tsv", Split::kValid}, {"reg_test.tsv", Split::kTest}};
  for (const auto& [name, split] : parts)
    for_each_row({folder / "clean" / name, '\t', 4, false}, [&, split = split](const Row& row) {
      const auto categories = isear_categories();
      const auto category = std::ranges::find(categories, std::string_view(row[1]), &EmotionCategory::name);
      if (category == categories.end()) return;
      EmotionText text = text_of(row[3], "semeval", split);
      text.raw.arousal = number(row[2]);
      place(text, intensity_point(*category, text.raw.arousal));
      texts.push_back(std::move(text));
    });
}

struct Source {
  const char* folder;
  void (*read)(const fs::path&, Texts&);
};
constexpr Source kSources[] = {{"goemotions", read_goemotions}, {"emobank", read_emobank},
                               {"tales_va", read_tales},        {"xed", read_xed},
                               {"isear", read_isear},           {"fb_va", read_facebook},
                               {"semeval2018", read_semeval}};

}  // namespace

std::vector<std::string> table_cells(const std::string& line, char delimiter) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (delimiter == ',' && c == '"') {
      const bool doubled = quoted && i + 1 < line.size() && line[i + 1] == '"';
      if (doubled) cells.back() += line[++i];
      if (!doubled) quoted = !quoted;
    } else if (c == delimiter && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

std::vector<EmotionText> read_emotion_texts(const fs::path& folder) {
  Texts texts;
  for (const Source& source : kSources)
    if (fs::exists(folder / source.folder)) source.read(folder / source.folder, texts);
  if (texts.empty())
    throw Error(folder.string(), "holds none of the emotion sets", "goemotions/, emobank/, ...");
  return texts;
}

std::vector<EmotionText> tale_windows(const std::vector<EmotionText>& texts, int sentences) {
  Texts windows;
  const auto reach = static_cast<std::size_t>(sentences);
  for (std::size_t i = 0; i + reach <= texts.size(); ++i) {
    const EmotionText& last = texts[i + reach - 1];
    if (texts[i].source != "tales" || last.group != texts[i].group || last.source != "tales") continue;
    EmotionText window = texts[i];
    EmotionPoint sum = *window.point;
    for (std::size_t k = 1; k < reach; ++k) {
      window.text += " " + texts[i + k].text;
      sum.valence += texts[i + k].point->valence;
      sum.arousal += texts[i + k].point->arousal;
    }
    const auto count = static_cast<float>(sentences);
    place(window, EmotionPoint{sum.valence / count, sum.arousal / count});
    windows.push_back(std::move(window));
  }
  return windows;
}

}  // namespace s2m::train
