#include "apps/cli/rewrite_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "apps/cli/command_line.h"
#include "story2midi/base/error.h"

namespace s2m::apps {
namespace {

constexpr std::array<std::pair<std::string_view, Part>, kPartCount> kParts{
    {{"melody", Part::kMelody}, {"bass", Part::kBass}, {"accompaniment", Part::kFigure}}};

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = fault == std::errc{} && end == text.data() + text.size();
  return is_whole && number > 0 ? std::optional(number) : std::nullopt;
}

[[noreturn]] void refuse(const std::string& only) {
  throw UsageError("--only " + only +
                   ": expected section:N, section:N-M, bars:N, bars:N-M, part:melody, part:bass or "
                   "part:accompaniment");
}

// "17-24" or "17": from 0, half-open.
BarSpan range_of(std::string_view text, const std::string& only) {
  const auto dash = text.find('-');
  const auto first = number_of(text.substr(0, dash));
  const auto last = dash == text.npos ? first : number_of(text.substr(dash + 1));
  if (!first || !last || *last < *first) refuse(only);
  return {*first - 1, *last};
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

void RewriteFlags::add_to(CLI::App& command) {
  command
      .add_option(
          "--from", from,
          "a piece that compose -o piece.json wrote: a part of it is written anew with another seed, every "
          "other note stays the same")
      ->group("Changing one part");
  command
      .add_option(
          "--only", only,
          "with --from: section:3, bars:17-24 or part:melody (bass, accompaniment); may be given several "
          "times, bars and parts together")
      ->allow_extra_args(false)
      ->group("Changing one part");
  command
      .add_option(
          "--lock", lock,
          "with --from: what stays within it: harmony, melody, rhythm (starts and lengths); several with "
          "commas")
      ->delimiter(',')
      ->check(CLI::IsMember({"harmony", "melody", "rhythm"}))
      ->group("Changing one part");
}

std::vector<RewriteScope> RewriteFlags::scopes_of(const Piece& piece) const {
  std::vector<BarSpan> ranges;
  std::array<bool, kPartCount> parts{};
  for (const std::string& one : only) {
    const auto colon = one.find(':');
    const auto kind = one.substr(0, colon), rest = colon == one.npos ? "" : one.substr(colon + 1);
    if (kind == "section")
      ranges.push_back(bars_of_sections(piece.plan, range_of(rest, one)));
    else if (kind == "bars")
      ranges.push_back(range_of(rest, one));
    else if (const auto part = std::ranges::find(kParts, rest, &decltype(kParts)::value_type::first);
             kind == "part" && part != kParts.end())
      parts[static_cast<std::size_t>(part->second)] = true;
    else
      refuse(one);
  }
  if (std::ranges::find(parts, true) == parts.end()) parts.fill(true);
  if (ranges.empty()) ranges = {scope_of(piece).bars};
  const auto locks = [&](const char* name) { return std::ranges::find(lock, name) != lock.end(); };
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

}  // namespace s2m::apps
