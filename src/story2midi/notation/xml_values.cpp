#include "story2midi/notation/xml_values.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "story2midi/base/error.h"

namespace s2m::musicxml {

std::optional<double> number_of(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<double> child_number(const pugi::xml_node& node, const char* name, const std::string& where) {
  const auto child = node.child(name);
  if (!child) return std::nullopt;
  const auto value = number_of(child.child_value());
  if (!value) throw Error(where, fmt::format("<{}> is no number", name), "a number", child.child_value());
  return value;
}

std::optional<int> child_integer(const pugi::xml_node& node, const char* name, const std::string& where,
                                 std::pair<int, int> bounds) {
  const auto value = child_number(node, name, where);
  if (!value) return std::nullopt;
  if (*value != std::floor(*value) || *value < bounds.first || *value > bounds.second)
    throw Error(where, fmt::format("<{}> is out of range", name),
                fmt::format("a whole number from {} to {}", bounds.first, bounds.second),
                fmt::format("{}", *value));
  return static_cast<int>(*value);
}

std::string single_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!is_blank)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace s2m::musicxml
