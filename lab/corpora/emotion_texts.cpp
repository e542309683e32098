#include "lab/corpora/emotion_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/random.h"
#include "story2midi/stories/tables.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

// One line of a table; Errors say where it stands.
struct Row {
  std::vector<std::string> cells;
  std::string where;
  const std::string& operator[](std::size_t column) const { return cells[column]; }
};

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
    const Row row{table_cells(line, table.delimiter),
                  fmt::format("{}: line {}", table.path.string(), number)};
    if (row.cells.size() < table.columns)
      throw Error(row.where, "too few cells", fmt::to_string(table.columns),
                  fmt::to_string(row.cells.size()));
    visit(row);
  }
}

double number(const Row& row, std::size_t column) {
  const std::string& text = row[column];
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    throw Error(row.where, "a cell is not as it should be", "a number", "'" + text + "'");
  return value;
}

// "2, 17": at least one, each from `first` to `last`.
std::vector<int> categories(const Row& row, std::size_t column, int first, int last) {
  std::vector<int> found;
  const std::string& text = row[column];
  for (const char *at = text.data(), *const end = at + text.size(); at != end;) {
    int value = -1;
    const auto [after, fault] = std::from_chars(at, end, value);
    if (fault != std::errc() || value < first || value > last)
      throw Error(row.where, "not a list of categories", fmt::format("numbers from {} to {}", first, last),
                  "'" + text + "'");
    found.push_back(value - first);
    at = std::find_if(after, end, [](char c) { return c != ' ' && c != ','; });
  }
  if (found.empty()) throw Error(row.where, "names no category");
  return found;
}

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r") == std::string::npos;  // a post that was a picture
}

Split split_by_hash(const std::string& text) {
  return place_by_hash(text) < kValidShare ? Split::kValidation : Split::kTrain;
}

struct Source {
  const char* name;
  const char* domain;
};

EmotionText text_of(std::string text, const Source& source, Split split) {
  EmotionText result;
  result.text = std::move(text);
  result.source = source.name;
  result.domain = source.domain;
  result.split = split;
  return result;
}

void place(EmotionText& text, ValenceArousal point) {
  text.point = point;
  text.quadrant = clear_quadrant(point);
}

// The mean of categories, and their quadrant where they agree and none is without.
void place(EmotionText& text, std::span<const EmotionCategory> categories, const std::vector<int>& which) {
  ValenceArousal sum;
  std::optional<Quadrant> quadrant = categories[static_cast<std::size_t>(which.front())].quadrant;
  for (const int index : which) {
    const EmotionCategory& category = categories[static_cast<std::size_t>(index)];
    sum.valence += category.point.valence / static_cast<double>(which.size());
    sum.arousal += category.point.arousal / static_cast<double>(which.size());
    if (category.quadrant != quadrant) quadrant = std::nullopt;
  }
  text.point = sum;
  text.quadrant = quadrant;
}

using Texts = std::vector<EmotionText>;

void read_goemotions(const fs::path& folder, Texts& texts) {
  const std::pair<const char*, Split> parts[] = {
      {"train.tsv", Split::kTrain}, {"dev.tsv", Split::kValidation}, {"test.tsv", Split::kTest}};
  const int last = static_cast<int>(goemotions_categories().size()) - 1;
  for (const auto& [name, split] : parts)
    for_each_row({folder / "data/original" / name, '\t', 2, false}, [&, split = split](const Row& row) {
      EmotionText text = text_of(row[0], {"goemotions", "comments"}, split);
      text.labels = categories(row, 1, 0, last);
      place(text, goemotions_categories(), text.labels);
      texts.push_back(std::move(text));
    });
}

Split emobank_split(const Row& row) {
  if (row[1] == "train") return Split::kTrain;
  if (row[1] == "dev") return Split::kValidation;
  if (row[1] == "test") return Split::kTest;
  throw Error(row.where, "not a split", "train, dev or test", "'" + row[1] + "'");
}

// What kind of text each sentence comes from, by its id; empty where the file does not stand beside.
std::unordered_map<std::string, std::string> emobank_domains(const fs::path& folder) {
  static const std::map<std::string, std::string> ours = {
      {"blog", "blogs"}, {"newspaper", "news"}, {"travel-guides", "travel guides"}, {"SemEval", "headlines"}};
  std::unordered_map<std::string, std::string> domains;
  if (!fs::exists(folder / "corpus/meta.tsv")) return domains;
  for_each_row({folder / "corpus/meta.tsv", '\t', 3}, [&](const Row& row) {
    const auto found = ours.find(row[2]);
    domains.emplace(row[0], found == ours.end() ? row[2] : found->second);
  });
  return domains;
}

void read_emobank(const fs::path& folder, Texts& texts) {
  const auto domains = emobank_domains(folder);
  for_each_row({folder / "corpus/emobank.csv", ',', 6}, [&](const Row& row) {
    const auto domain = domains.find(row[0]);
    EmotionText text = text_of(row[5], {"emobank", ""}, emobank_split(row));
    if (domain != domains.end()) text.domain = domain->second;
    text.group = row[0].substr(0, row[0].find('_'));
    text.raw = {number(row, 2), number(row, 3)};
    place(text, kEmobankScale(text.raw));
    texts.push_back(std::move(text));
  });
}

void read_tales(const fs::path& folder, Texts& texts) {
  const std::pair<const char*, Split> parts[] = {{"train_strict.tsv", Split::kTrain},
                                                 {"val_strict.tsv", Split::kValidation}};
  for (const auto& [name, split] : parts)
    for_each_row({folder / name, '\t', 8}, [&, split = split](const Row& row) {
      EmotionText text = text_of(row[7], {"tales", "fairy tales"}, split);
      text.group = row[1];
      text.raw = {number(row, 4), number(row, 5)};
      place(text, tales_point(text.raw));
      texts.push_back(std::move(text));
    });
}

void read_xed(const fs::path& folder, Texts& texts) {
  const auto last = static_cast<int>(xed_categories().size());
  for_each_row({folder / "AnnotatedData/en-annotated.tsv", '\t', 2, false}, [&](const Row& row) {
    const auto which = categories(row, row.cells.size() - 1, 1, last);
    if (row[0].size() < 4) return;  // a mark or two
    EmotionText text = text_of(row[0], {"xed", "subtitles"}, split_by_hash(row[0]));
    place(text, xed_categories(), which);
    texts.push_back(std::move(text));
  });
}

void read_isear(const fs::path& folder, Texts& texts) {
  constexpr std::size_t kEmotion = 36, kSituation = 40;
  for_each_row({folder / "isear.csv", '|', 1}, [&](const Row& row) {
    if (row.cells.size() <= kSituation || row[kSituation].size() < 8) return;  // "No response."
    std::string situation = row[kSituation];
    for (std::size_t at; (at = situation.find("\u00e1")) != std::string::npos;)
      situation.erase(at, 2);  // line ends
    const auto named = isear_categories();
    const auto category = std::ranges::find(named, std::string_view(row[kEmotion]), &EmotionCategory::name);
    if (category == named.end()) return;
    EmotionText text = text_of(situation, {"isear", "reports"}, split_by_hash(situation));
    place(text, named, {static_cast<int>(category - named.begin())});
    texts.push_back(std::move(text));
  });
}

void read_facebook(const fs::path& folder, Texts& texts) {
  for_each_row({folder / "valence_arousal/dataset-fb-valence-arousal-anon.csv", ',', 5}, [&](const Row& row) {
    EmotionText text = text_of(row[0], {"facebook", "posts"}, split_by_hash(row[0]));
    text.raw = {(number(row, 1) + number(row, 2)) / 2, (number(row, 3) + number(row, 4)) / 2};
    place(text, kFacebookScale(text.raw));
    texts.push_back(std::move(text));
  });
}

// The tweets' intensities of four emotions (their valence alone has no arousal beside it and is left out).
void read_semeval(const fs::path& folder, Texts& texts) {
  const std::pair<const char*, Split> parts[] = {
      {"reg_train.tsv", Split::kTrain}, {"reg_dev.tsv", Split::kValidation}, {"reg_test.tsv", Split::kTest}};
  for (const auto& [name, split] : parts)
    for_each_row({folder / "clean" / name, '\t', 4, false}, [&, split = split](const Row& row) {
      const auto named = isear_categories();
      const auto category = std::ranges::find(named, std::string_view(row[1]), &EmotionCategory::name);
      if (category == named.end()) return;
      EmotionText text = text_of(row[3], {"semeval", "tweets"}, split);
      text.raw.arousal = number(row, 2);
      place(text, intensity_point(*category, text.raw.arousal));
      texts.push_back(std::move(text));
    });
}

struct EmotionSet {
  const char* folder;
  void (*read)(const fs::path&, Texts&);
};
constexpr EmotionSet kSets[] = {{"goemotions", read_goemotions}, {"emobank", read_emobank},
                                {"tales_va", read_tales},        {"xed", read_xed},
                                {"isear", read_isear},           {"fb_va", read_facebook},
                                {"semeval2018", read_semeval}};

}  // namespace

double place_by_hash(std::string_view text) {
  std::uint64_t hash = 0;
  for (const char c : text) hash = mix_bits(hash ^ static_cast<unsigned char>(c));
  return static_cast<double>(hash >> 11) * 0x1.0p-53;
}

bool read_emotion_set(const fs::path& folder, std::string_view set, std::vector<EmotionText>& texts) {
  const auto found =
      std::ranges::find(kSets, set, [](const EmotionSet& one) { return std::string_view(one.folder); });
  if (found == std::end(kSets))
    throw Error(std::string(set), "is not one of the emotion sets", "goemotions, emobank, ...");
  if (!fs::exists(folder / set)) return false;
  Texts read;
  found->read(folder / set, read);
  std::erase_if(read, [](const EmotionText& text) { return is_blank(text.text); });
  std::ranges::move(read, std::back_inserter(texts));
  return true;
}

std::vector<EmotionText> read_emotion_texts(const fs::path& folder) {
  Texts texts;
  for (const EmotionSet& set : kSets) read_emotion_set(folder, set.folder, texts);
  if (texts.empty())
    throw Error(folder.string(), "holds none of the emotion sets", "goemotions/, emobank/, ...");
  return texts;
}

}  // namespace s2m
