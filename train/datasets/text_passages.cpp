#include "train/datasets/text_passages.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/files.h"

namespace s2m::train {
namespace {

constexpr std::size_t kShortest = 120, kLongest = 600;  // bytes
constexpr std::uint64_t kBlockLines = 500;
constexpr std::uint64_t kHeldOutEvery = 20;  // blocks
constexpr int kTaleSentences = 3;
const char* const kSplitNames[] = {"train", "valid", "test"};

float certainty(const EmotionText& text) {
  return std::min(std::abs(text.point->valence), 1.5f * std::abs(text.point->arousal));
}

}  // namespace

std::vector<EmotionText> labelled_passages(const std::vector<EmotionText>& texts) {
  static const std::set<std::string> kSources = {"goemotions", "emobank", "xed", "isear"};
  std::vector<EmotionText> passages = tale_windows(texts, kTaleSentences);
  std::ranges::copy_if(texts, std::back_inserter(passages),
                       [](const EmotionText& text) { return kSources.contains(text.source); });
  std::erase_if(passages, [](const EmotionText& text) {
    return text.quadrant == kNoQuadrant || text.text.size() < 12;
  });
  return passages;
}

std::vector<EmotionText> narrative_candidates(const std::filesystem::path& text, std::size_t count) {
  std::ifstream in(text);
  if (!in) throw Error(text.string(), "cannot be read");
  // Every `stride` bytes the next fitting paragraph.
  const std::uint64_t stride =
      std::max<std::uint64_t>(1, std::filesystem::file_size(text) / std::max<std::size_t>(1, count));
  std::vector<EmotionText> candidates;
  std::uint64_t read = 0, next = 0, number = 0;
  for (std::string line; std::getline(in, line); ++number) {
    read += line.size() + 1;
    if (read < next || line.size() < kShortest || line.size() > kLongest) continue;
    next += stride;
    EmotionText candidate;
    candidate.text = line;
    candidate.source = "narrative";
    candidate.split =
        number / kBlockLines % kHeldOutEvery == kHeldOutEvery - 1 ? Split::kValidation : Split::kTrain;
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

std::vector<EmotionText> most_certain(std::vector<EmotionText> texts, std::size_t most) {
  std::ranges::stable_sort(texts, std::greater{}, certainty);
  std::array<std::size_t, 4> kept{};
  std::erase_if(texts, [&](const EmotionText& text) {
    return text.quadrant == kNoQuadrant || ++kept[static_cast<std::size_t>(text.quadrant)] > most;
  });
  return texts;
}

void write_passages(const std::vector<EmotionText>& passages, const std::filesystem::path& path) {
  const auto beside = path_beside(path);
  std::ofstream out(beside);
  for (const EmotionText& passage : passages) {
    const nlohmann::json line{{"text", passage.text},
                              {"valence", passage.point->valence},
                              {"arousal", passage.point->arousal},
                              {"quadrant", passage.quadrant + 1},
                              {"split", kSplitNames[static_cast<std::size_t>(passage.split)]},
                              {"source", passage.source}};
    out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  }
  out.close();
  if (!out) throw Error(path.string(), "cannot be written");
  commit_file(beside, path);
}

}  // namespace s2m::train
