#include "story2midi/plan/named_themes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/plan/plan.h"
#include "story2midi/stories/draft.h"
#include "story2midi/stories/encodings.h"
#include "story2midi/stories/normalise.h"

namespace s2m {
namespace {

constexpr std::size_t kMostThemes = 32, kMostTones = 32, kLongestName = 60;
constexpr int kHighestNumber = 15;  // two octaves above the tonic
constexpr double kMostBeats = 16;
constexpr int kDegrees = 7;

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find(by, start), text.size());
    if (const auto part = trimmed(text.substr(start, end - start)); !part.empty()) parts.push_back(part);
    start = end + 1;
  }
  return parts;
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  Number value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::optional<ThemeTone> tone_from(std::string_view text) {
  ThemeTone tone;
  const auto colon = text.find(':');
  if (colon != text.npos) {
    const auto beats = number_from<double>(text.substr(colon + 1));
    if (!beats || !(*beats > 0) || *beats > kMostBeats) return {};
    tone.beats = *beats;
  }
  auto degree = text.substr(0, colon);
  if (degree == "r") return tone;
  const bool below = degree.starts_with('-');
  if (below) degree.remove_prefix(1);
  const auto number = number_from<int>(degree);
  if (!number || *number < 1 || *number > (below ? kDegrees : kHighestNumber)) return {};
  tone.degree = *number - 1 - (below ? kDegrees : 0);
  return tone;
}

NamedTheme theme_from(std::string_view line, const std::string& where) {
  const auto colon = line.find(':');
  if (colon == line.npos || trimmed(line.substr(0, colon)).empty())
    throw Error(where, "has no name", "a name, a colon and a theme, such as \"Anna: 5 1 2 3\"",
                std::string(line));
  NamedTheme theme;
  for (const auto name : split(line.substr(0, colon), '/')) {
    if (name.size() > kLongestName)
      throw Error(where, "has too long a name", fmt::format("{} bytes", kLongestName),
                  fmt::format("{}", name.size()));
    theme.names.emplace_back(name);
  }
  auto rest = trimmed(line.substr(colon + 1));
  if (const auto comma = rest.find(','); comma != rest.npos) {
    theme.instrument = trimmed(rest.substr(0, comma));
    rest = rest.substr(comma + 1);
  }
  for (const auto word : split(rest, ' ')) {
    const auto tone = tone_from(word);
    if (!tone)
      throw Error(where, "has a tone that is none",
                  "a degree of 1 to 15 or -1 to -7, or r; and \":\" with its beats, such as 5:1.5",
                  std::string(word));
    theme.tones.push_back(*tone);
  }
  const auto sounds = [](const ThemeTone& tone) { return tone.degree.has_value(); };
  if (std::ranges::count_if(theme.tones, sounds) < 2 || theme.tones.size() > kMostTones)
    throw Error(where, "has no theme", fmt::format("2 to {} tones", kMostTones),
                std::to_string(theme.tones.size()));
  return theme;
}

// Grid positions from the first bar line to a number of beats.
int position_of(double beats_on, const std::vector<int>& starts, int length) {
  const auto count = static_cast<double>(starts.size());
  const int bars = static_cast<int>(beats_on / count);
  const double within = beats_on - bars * count;
  const auto beat = std::min(static_cast<std::size_t>(within), starts.size() - 1);
  const int next = beat + 1 < starts.size() ? starts[beat + 1] : length;
  return bars * length +
         static_cast<int>(std::lround(std::lerp(starts[beat], next, within - static_cast<double>(beat))));
}

double beats_at(int position, const std::vector<int>& starts, int length) {
  const int bars = position / length, within = position % length;
  std::size_t beat = 0;
  while (beat + 1 < starts.size() && starts[beat + 1] <= within) ++beat;
  const int next = beat + 1 < starts.size() ? starts[beat + 1] : length;
  return static_cast<double>(bars * starts.size() + beat) +
         1.0 * (within - starts[beat]) / (next - starts[beat]);
}

std::string beats_text(double beats) {
  return std::abs(beats - 1) < 1e-9 ? "" : fmt::format(":{:.6g}", beats);
}

std::string tones_text(const Motif& motif, Metre metre) {
  const auto starts = beats(metre);
  const int length = bar_length(metre);
  std::string text;
  int at = 0;
  const auto lasts = [&](int from, int to) {
    return beats_text(beats_at(to, starts, length) - beats_at(from, starts, length));
  };
  for (const MotifNote& note : motif.notes) {
    if (note.start > at) text += " r" + lasts(at, note.start);
    at = note.start + note.length;
    text += fmt::format(" {}{}", note.degree >= 0 ? note.degree + 1 : -(note.degree + kDegrees + 1),
                        lasts(note.start, at));
  }
  return text;
}

}  // namespace

std::vector<NamedTheme> parse_themes(std::string_view bytes, std::string_view source) {
  const std::string decoded = normalise(decode_text(bytes, source).text).text();
  const std::string_view text = decoded;
  std::vector<NamedTheme> themes;
  int number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    const auto line = trimmed(text.substr(start, end - start));
    start = end + 1, ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const auto where = fmt::format("{}: line {}", source, number);
    if (themes.size() == kMostThemes)
      throw Error(where, "is one theme too many", fmt::format("{} themes", kMostThemes), "more");
    themes.push_back(theme_from(line, where));
  }
  if (themes.empty())
    throw Error(std::string(source), "no themes", "a line a theme, such as \"Anna: 5 1 2 3\"", "none");
  return themes;
}

std::string write_themes(const Plan& plan) {
  const Metre metre = plan.sections.front().bars.front().metre;
  std::string text =
      "# Themes for the next story: compose --themes FILE. Degrees of the scale and their beats.\n";
  for (std::size_t i = 0; i < plan.themes.size(); ++i) {
    const Motif& motif = plan.themes[i];
    if (i > 0 && motif.name.empty()) continue;
    text +=
        fmt::format("{}:{}{}\n", i == 0 ? std::string(kStoryTheme) : motif.name,
                    motif.instrument.empty() ? "" : " " + motif.instrument + ",", tones_text(motif, metre));
  }
  return text;
}

Motif motif_of(const NamedTheme& theme, Metre metre) {
  const auto starts = beats(metre);
  const int length = bar_length(metre);
  Motif motif{.rhythm = "given", .contour = "given", .bars = 1, .notes = {}};
  double at = 0;
  for (const ThemeTone& tone : theme.tones) {
    const int from = position_of(at, starts, length), to = position_of(at += tone.beats, starts, length);
    if (from >= 2 * length) break;
    if (tone.degree && to > from)
      motif.notes.push_back({from, std::min(to, 2 * length) - from, *tone.degree});
  }
  if (!motif.notes.empty() && motif.notes.back().start + motif.notes.back().length > length) motif.bars = 2;
  if (theme.names.front() != kStoryTheme) motif.name = theme.names.front();
  motif.instrument = theme.instrument;
  return motif;
}

}  // namespace s2m
