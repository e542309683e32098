// Weak labels from short word lists of our own, one a quadrant.
#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <unordered_map>

#include "lab/corpora/text_emotions.h"
#include "story2midi/base/error.h"
#include "story2midi/base/random.h"

namespace s2m {
namespace {

constexpr std::string_view kHappy =
    " joy joyful joyfully joyous delight delighted laughed laughing laughter merry merrily merriment cheer "
    "cheers cheered "
    "dance danced dancing feast festival triumph triumphant triumphantly happily gaily gay glee gleeful "
    "jubilant "
    "rejoiced rejoicing exulted exultant thrilled radiant celebrate celebrated singing hurrah excitement "
    "victory ";
constexpr std::string_view kTense =
    " terror terrified horror horrified fear afraid dread fury furious rage raging angry anger angrily panic "
    "scream "
    "screamed shrieked shriek threatened threat blood murder fierce fiercely savage violently hatred hate "
    "trembled "
    "danger attack struck fought fled alarm cursed wrath frightened trembling ";
constexpr std::string_view kSad =
    " sad sadly sadness sorrow sorrowful grief grieved wept weep weeping tears mourning mourned lonely "
    "loneliness "
    "melancholy despair grave buried funeral died dead loss lost gloomy gloom dreary weary sighed forlorn "
    "desolate "
    "miserable misery hopeless regret farewell heartbroken ";
constexpr std::string_view kCalm =
    " calm calmly peace peaceful peacefully serene serenely serenity tranquil tranquillity quiet quietly "
    "gentle gently "
    "soft softly rest restful resting rested contented contentment content comfort comfortable comfortably "
    "cosy snug "
    "drowsy soothing soothed mild placid leisurely sweetly warm slumber murmur murmured stillness pleasant "
    "breeze ";

constexpr PerQuadrant<ValenceArousal> kSeedPoints{
    {{0.70, 0.55}, {-0.65, 0.65}, {-0.65, -0.40}, {0.55, -0.45}}};
constexpr std::size_t kShortest = 80, kLongest = 420;  // bytes of a passage
constexpr std::uint64_t kSeedStream = 0x5eed;

std::unordered_map<std::string, Quadrant> word_list() {
  std::unordered_map<std::string, Quadrant> words;
  const PerQuadrant<std::string_view> lists{kHappy, kTense, kSad, kCalm};
  for (const Quadrant quadrant : kQuadrants) {
    const std::string_view list = lists[index_of(quadrant)];
    for (std::size_t at = 1; at < list.size();) {
      const std::size_t end = list.find(' ', at);
      words.emplace(list.substr(at, end - at), quadrant);
      at = end + 1;
    }
  }
  return words;
}

// The one quadrant whose words stand there twice or more, with none of another's.
std::optional<Quadrant> seeded_quadrant(const std::string& text,
                                        const std::unordered_map<std::string, Quadrant>& words) {
  PerQuadrant<int> hits{};
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    if (c >= 'a' && c <= 'z') {
      word += c;
    } else if (c >= 'A' && c <= 'Z') {
      word += static_cast<char>(c - 'A' + 'a');
    } else {
      if (const auto found = words.find(word); found != words.end()) ++hits[index_of(found->second)];
      word.clear();
    }
  }
  const auto most = std::ranges::max_element(hits);
  const auto others = std::ranges::count_if(hits, [](int count) { return count > 0; });
  if (*most < 2 || others != 1) return std::nullopt;
  return kQuadrants[static_cast<std::size_t>(most - hits.begin())];
}

EmotionText seeded_text(std::string text, Quadrant quadrant) {
  EmotionText result;
  result.text = std::move(text);
  result.source = "narrative";
  result.quadrant = quadrant;
  result.point = kSeedPoints[index_of(quadrant)];
  return result;
}

}  // namespace

std::vector<EmotionText> narrative_seeds(const std::filesystem::path& text, std::size_t most) {
  std::ifstream in(text);
  if (!in) throw Error(text.string(), "cannot be read");
  const auto words = word_list();
  PerQuadrant<std::vector<EmotionText>> kept;  // reservoirs (Vitter 1985)
  PerQuadrant<std::uint64_t> seen{};
  for (std::string line; std::getline(in, line);) {
    if (line.size() < kShortest || line.size() > kLongest) continue;
    const auto quadrant = seeded_quadrant(line, words);
    if (!quadrant) continue;
    const std::size_t q = index_of(*quadrant);
    const std::uint64_t place =
        seen[q] < most ? seen[q] : random_bits(1, kSeedStream + q, seen[q]) % (seen[q] + 1);
    ++seen[q];
    if (place >= most) continue;
    if (place >= kept[q].size()) kept[q].emplace_back();
    kept[q][place] = seeded_text(std::move(line), *quadrant);
  }
  std::vector<EmotionText> all;
  for (auto& part : kept) std::ranges::move(part, std::back_inserter(all));
  return all;
}

}  // namespace s2m
