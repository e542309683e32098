#include "story2midi/stories/time_code.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

// A number of at most nine digits at the beginning of `text`, which then begins behind it.
std::optional<int> take_number(std::string_view& text) {
  int value = 0;
  const auto digits = std::min<std::size_t>(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > 9) return std::nullopt;
  std::from_chars(text.data(), text.data() + digits, value);
  text.remove_prefix(digits);
  return value;
}

[[noreturn]] void refuse(std::string_view text, const char* what, const std::string& expected) {
  throw Error("time code", what, expected, "'" + std::string(text.substr(0, 40)) + "'");
}

}  // namespace

FrameRate parse_frame_rate(std::string_view text) {
  double rate = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (fault != std::errc{} || end != text.data() + text.size() || !(rate >= 1 && rate <= 120))
    throw Error("frame rate", "is out of range", "1 to 120, such as 24, 25 or 29.97",
                "'" + std::string(text.substr(0, 40)) + "'");
  const int counted = static_cast<int>(std::ceil(rate - 0.001));
  const bool is_slowed = std::abs(rate - counted / 1.001) < 0.01 && rate != counted;
  if (!is_slowed && rate != counted)
    throw Error("frame rate", "is not known", "a whole number, 23.976, 29.97, 47.952, 59.94 or 119.88",
                std::string(text));
  return {counted, is_slowed};
}

double seconds_of_time_code(std::string_view text, const FrameRate& rate, FrameCount count) {
  std::array<int, 4> fields{};
  auto left = text;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto number = take_number(left);
    const bool drops = i == 2 && (left.starts_with(';') || left.starts_with('.'));
    if (!number || (i < 3 ? !drops && !left.starts_with(':') : !left.empty()))
      refuse(text, "is not one", "such as 01:00:02:12");
    if (drops) count = FrameCount::kDrop;
    if (i < 3) left.remove_prefix(1);
    fields[i] = *number;
  }
  const auto [hours, minutes, seconds, frames] = fields;
  if (hours > 23 || minutes > 59 || seconds > 59 || frames >= rate.counted)
    refuse(text, "is out of range", fmt::format("at most 23:59:59:{:02}", rate.counted - 1));
  const auto all_minutes = hours * 60 + minutes;
  auto number = static_cast<double>((all_minutes * 60 + seconds) * rate.counted + frames);
  if (count == FrameCount::kDrop) {
    if (rate.counted % 30 != 0) refuse(text, "has drop-frame code at a rate without one", "29.97 or 59.94");
    const int skipped = rate.counted / 15;
    if (seconds == 0 && minutes % 10 != 0 && frames < skipped)
      refuse(text, "is skipped by drop-frame code", fmt::format("frame {:02}", skipped));
    const auto tens = all_minutes / 10;
    number -= skipped * (all_minutes - tens);
  }
  return number * rate.seconds_per_frame();
}

std::optional<double> seconds_of_clock(std::string_view text) {
  double whole = 0;
  for (int fields = 1; fields <= 3; ++fields) {
    const auto number = take_number(text);
    if (!number || (fields > 1 && *number > 59)) return std::nullopt;
    whole = whole * 60 + *number;
    if (!text.starts_with(':')) break;
    if (fields == 3) return std::nullopt;
    text.remove_prefix(1);
  }
  if (text.empty()) return whole;
  if (text.front() != '.' && text.front() != ',') return std::nullopt;
  const auto digits = text.substr(1);
  if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != digits.npos)
    return std::nullopt;
  auto rest = digits;
  return whole + *take_number(rest) / std::pow(10.0, static_cast<double>(digits.size()));
}

}  // namespace s2m
