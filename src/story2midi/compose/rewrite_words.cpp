#include "story2midi/compose/rewrite_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr std::array<std::pair<std::string_view, Part>, kPartCount> kParts{
    {{"melody", Part::kMelody}, {"bass", Part::kBass}, {"accompaniment", Part::kFigure}}};
constexpr std::array<std::string_view, 3> kLocks{"harmony", "melody", "rhythm"};

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = fault == std::errc{} && end == text.data() + text.size();
  return is_whole && number > 0 ? std::optional(number) : std::nullopt;
}

[[noreturn]] void refuse(const std::string& only) {
  throw Error("only", "cannot be read",
              "section:N, section:N-M, bars:N, bars:N-M, part:melody, part:bass or part:accompaniment", only);
}

enum class ScopeKind : std::uint8_t { kSections, kBars, kPart };
struct ScopeWord {
  ScopeKind kind;
  BarSpan span;  // of sections or bars
  Part part;
};

// "17-24" or "17": from 0, half-open.
BarSpan range_of(std::string_view text, const std::string& only) {
  const auto dash = text.find('-');
  const auto first = number_of(text.substr(0, dash));
  const auto last = dash == text.npos ? first : number_of(text.substr(dash + 1));
  if (!first || !last || *last < *first) refuse(only);
  return {*first - 1, *last};
}

ScopeWord parsed(const std::string& only) {
  const auto colon = only.find(':');
  const auto kind = only.substr(0, colon), rest = colon == only.npos ? "" : only.substr(colon + 1);
  if (kind == "section") return {ScopeKind::kSections, range_of(rest, only), {}};
  if (kind == "bars") return {ScopeKind::kBars, range_of(rest, only), {}};
  const auto part = std::ranges::find(kParts, rest, &decltype(kParts)::value_type::first);
  if (kind != "part" || part == kParts.end()) refuse(only);
  return {ScopeKind::kPart, {}, part->second};
}

BarSpan bars_of_sections(const Plan& plan, const BarSpan& sections) {
  if (sections.end > std::ssize(plan.sections))
    throw Error("section", "the piece has no such section", fmt::format("1 to {}", plan.sections.size()),
                std::to_string(sections.end));
  BarSpan bars;
  for (int i = 0; i < sections.end; ++i) {
    const auto count = static_cast<int>(plan.sections[static_cast<std::size_t>(i)].bars.size());
    if (i < sections.first) bars.first += count;
    bars.end += count;
  }
  return bars;
}

// Ascending, without gaps of none between them.
std::vector<BarSpan> merged(std::vector<BarSpan> ranges) {
  std::ranges::sort(ranges, {}, &BarSpan::first);
  std::vector<BarSpan> result;
  for (const BarSpan& range : ranges)
    if (!result.empty() && range.first <= result.back().end)
      result.back().end = std::max(result.back().end, range.end);
    else
      result.push_back(range);
  return result;
}

}  // namespace

void check(const RewriteWords& words) {
  for (const std::string& one : words.only) parsed(one);
  for (const std::string& one : words.lock)
    if (std::ranges::find(kLocks, one) == kLocks.end())
      throw Error("lock", "cannot be read", "harmony, melody or rhythm", one);
}

std::vector<RewriteScope> scopes_of(const RewriteWords& words, const Piece& piece) {
  check(words);
  std::vector<BarSpan> ranges;
  std::array<bool, kPartCount> parts{};
  for (const std::string& one : words.only) {
    const auto word = parsed(one);
    if (word.kind == ScopeKind::kPart)
      parts[static_cast<std::size_t>(word.part)] = true;
    else
      ranges.push_back(word.kind == ScopeKind::kBars ? word.span : bars_of_sections(piece.plan, word.span));
  }
  if (std::ranges::find(parts, true) == parts.end()) parts.fill(true);
  if (ranges.empty()) ranges = {scope_of(piece).bars};
  const auto locks = [&](const char* name) {
    return std::ranges::find(words.lock, name) != words.lock.end();
  };
  std::vector<RewriteScope> scopes;
  for (const BarSpan& range : merged(ranges))
    scopes.push_back({range, parts, locks("harmony"), locks("melody"), locks("rhythm")});
  return scopes;
}

std::string describe(const RewriteScope& scope) {
  std::string parts;
  for (const auto& [name, part] : kParts)
    if (scope.writes(part)) parts += (parts.empty() ? "" : ", ") + std::string(name);
  return fmt::format("bars {} to {}: {}", scope.bars.first + 1, scope.bars.end, parts);
}

}  // namespace s2m
