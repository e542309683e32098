#include "story2midi/music/metre.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

// How `count` equal units are grouped. The two exceptions to the rule are the usual ones.
std::vector<int> groups_of(int count) {
  if (count <= 3) return {count};
  if (count == 5) return {3, 2};
  if (count == 11) return {3, 3, 3, 2};
  if (count % 3 == 0) return std::vector<int>(static_cast<std::size_t>(count / 3), 3);
  std::vector<int> groups(static_cast<std::size_t>(count / 2), 2);
  if (count % 2 != 0) groups.back() = 3;
  return groups;
}

bool beats_in_groups(Metre metre) { return metre.denominator >= 8; }

int unit_length(Metre metre) { return 4 * kGridPerQuarter / std::max(1, metre.denominator); }

// The beat that is stressed beside the first one, by the grouping of the beats: that of the middle where the groups
// are alike and even in number, else each group's first.
bool is_strong(std::size_t beat, std::size_t count) {
  const auto groups = groups_of(static_cast<int>(count));
  if (groups.size() > 2 && groups.size() % 2 == 0) return 2 * beat == count;
  int start = 0;
  for (const int group : groups) {
    if (static_cast<int>(beat) == start) return true;
    start += group;
  }
  return false;
}

}  // namespace

std::span<const Metre> written_metres() {
  static constexpr std::array<Metre, 23> kMetres{
      {{4, 4}, {3, 4}, {2, 4}, {1, 4}, {6, 8}, {3, 8},  {12, 8}, {9, 8}, {5, 4},  {6, 4},  {7, 4}, {8, 4},
       {2, 2}, {3, 2}, {4, 2}, {5, 8}, {7, 8}, {10, 8}, {11, 8}, {1, 8}, {1, 16}, {3, 16}, {15, 8}}};
  return kMetres;
}

std::string name_of(Metre metre) {
  return std::to_string(metre.numerator) + "/" + std::to_string(metre.denominator);
}

Metre parse_metre(std::string_view text) {
  Metre metre;
  const char *const begin = text.data(), *const end = begin + text.size();
  const auto [slash, above_fault] = std::from_chars(begin, end, metre.numerator);
  const bool is_ratio = above_fault == std::errc() && slash != end && *slash == '/';
  const auto [after, below_fault] = std::from_chars(is_ratio ? slash + 1 : end, end, metre.denominator);
  const auto within = [](int number, int most) { return number >= 1 && number <= most; };
  if (!is_ratio || below_fault != std::errc() || after != end || !within(metre.numerator, 255) ||
      !within(metre.denominator, 128))
    throw Error("metre", "not a time signature", "such as 4/4 or 6/8",
                "'" + std::string(text.substr(0, 40)) + "'");
  return metre;
}

int bar_length(Metre metre) { return metre.numerator * unit_length(metre); }

std::vector<int> beats(Metre metre) {
  std::vector<int> starts;
  int at = 0;
  const auto add = [&](int units) {
    starts.push_back(at);
    at += units * unit_length(metre);
  };
  if (beats_in_groups(metre))
    for (const int group : groups_of(metre.numerator)) add(group);
  else
    for (int unit = 0; unit < metre.numerator; ++unit) add(1);
  return starts;
}

double metrical_weight(Metre metre, int position) {
  const int length = bar_length(metre);
  const int place = (position % length + length) % length;
  if (place == 0) return 1;
  const auto starts = beats(metre);
  const auto beat = std::ranges::find(starts, place);
  if (beat != starts.end())
    return is_strong(static_cast<std::size_t>(beat - starts.begin()), starts.size()) ? 0.75 : 0.5;
  const int division = beats_in_groups(metre) ? unit_length(metre) : unit_length(metre) / 2;
  if (place % division == 0) return 0.25;
  return division % 2 == 0 && place % (division / 2) == 0 ? 0.125 : 0.0625;
}

}  // namespace s2m
