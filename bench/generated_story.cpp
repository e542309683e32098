#include "bench/generated_story.h"

#include <array>
#include <sstream>
#include <string_view>

#include "story2midi/base/random.h"

namespace s2m::bench {
namespace {

using Parts = std::array<std::string_view, 10>;

constexpr Parts kTimes = {
    "Late in the autumn",         "When the lamps went out",         "On the third morning",
    "Before anyone could answer", "While the rain beat on the roof", "As soon as the ice had gone",
    "That same evening",          "Long after the war was over",     "In the hour before sunrise",
    "Once the guests had left"};
constexpr Parts kPersons = {"the old captain",
                            "her younger brother",
                            "Marianne",
                            "the doctor from the city",
                            "a boy with a torn coat",
                            "the widow of the miller",
                            "Jonathan",
                            "the last of the soldiers",
                            "her father",
                            "a stranger whom nobody knew"};
constexpr Parts kDeeds = {"walked slowly down",          "ran laughing all the way",
                          "carried the trembling child", "found the letter that had been hidden",
                          "wept without a sound",        "sang of the summers of long ago",
                          "waited in vain for a sign",   "fought against the flames",
                          "fell asleep at last",         "swore never to return"};
constexpr Parts kPlaces = {"by the water that lay as smooth as glass",
                           "under the black walls of the prison",
                           "in the garden where the roses had begun to bloom",
                           "among the ruins of the burning town",
                           "at the window of the empty house",
                           "beside the bells of the little church",
                           "on the road across the frozen hills",
                           "between the tall ships in the harbour",
                           "in front of the cheering crowd",
                           "at the edge of the silent forest"};

std::string sentence(std::uint64_t index) {
  std::string text;
  std::uint64_t stream = 0;
  for (const auto& parts : {kTimes, kPersons, kDeeds, kPlaces}) {
    if (stream > 0) text += stream == 1 ? ", " : " ";
    text += parts[random_bits(1, stream++, index) % parts.size()];
  }
  return text + ".";
}

}  // namespace

std::string generated_story(std::size_t words) {
  std::string story;
  std::size_t count = 0;
  for (std::uint64_t index = 0; count < words; ++index) {
    const auto next = sentence(index);
    count += count_words(next);
    story += next + (index % 5 == 4 ? "\n\n" : " ");
  }
  return story;
}

std::size_t count_words(const std::string& text) {
  std::istringstream stream(text);
  std::size_t count = 0;
  for (std::string word; stream >> word;) ++count;
  return count;
}

}  // namespace s2m::bench
