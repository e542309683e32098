#include "story2midi/notation/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/notation/cursor.h"
#include "story2midi/notation/xml_values.h"

namespace s2m::musicxml {
namespace {

constexpr int kFinestGrid = 20160, kGridOfOthers = 10080;
constexpr int kMostBeats = 255, kShortestBeat = 128;  // what MIDI holds

// The sum of "3", "3+2".
int beats_of(std::string_view text, const std::string& where) {
  double sum = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('+', at), text.size());
    const auto beats = number_of(text.substr(at, end - at));
    if (!beats || *beats < 1 || *beats > kMostBeats || *beats != std::floor(*beats))
      throw Error(where, "<beats> is no metre", fmt::format("whole numbers from 1 to {}", kMostBeats),
                  std::string(text));
    sum += *beats;
    if (sum > kMostBeats) throw Error(where, "<beats> is no metre", fmt::format("at most {}", kMostBeats));
    at = end + 1;
  }
  return static_cast<int>(sum);
}

// Nothing for music without metre. 3/8 + 1/4 becomes 5/8.
std::optional<Metre> metre_of(const pugi::xml_node& time, const std::string& where) {
  std::optional<Metre> metre;
  int beats = 0;
  for (const auto& child : time.children()) {
    const std::string_view name = child.name();
    if (name == "beats") beats = beats_of(child.child_value(), where);
    if (name != "beat-type" || beats == 0) continue;
    const auto type = number_of(child.child_value());
    if (!type || *type < 1 || *type > kShortestBeat || !std::has_single_bit(static_cast<unsigned>(*type)))
      throw Error(where, "<beat-type> is no metre", fmt::format("a power of two up to {}", kShortestBeat),
                  child.child_value());
    const Metre added{beats, static_cast<int>(*type)};
    const int denominator = std::max(metre.value_or(added).denominator, added.denominator);
    const auto scaled = [&](Metre one) { return one.numerator * (denominator / one.denominator); };
    metre = Metre{metre ? scaled(*metre) + scaled(added) : added.numerator,
                  metre ? denominator : added.denominator};
    if (metre->numerator > kMostBeats)
      throw Error(where, "<beats> is no metre", fmt::format("at most {}", kMostBeats));
  }
  return metre;
}

struct Measure {
  std::int32_t filled = 0;  // ticks
  std::optional<Metre> metre;
  bool states_metre = false;
};

void read_part(const pugi::xml_node& part, int ticks_per_quarter, std::vector<Measure>& measures) {
  Cursor cursor(ticks_per_quarter);
  std::size_t index = 0;
  for (const auto& node : part.children("measure")) {
    if (index == std::size_t{limits::kMostScoreBars})
      throw Error(ErrorKind::kLimit, "part", "has too many measures",
                  fmt::format("at most {}", limits::kMostScoreBars));
    if (index == measures.size()) measures.emplace_back();
    Measure& measure = measures[index++];
    cursor.begin_measure(node);
    std::optional<pugi::xml_node> time;
    for (const auto& element : node.children()) {
      cursor.pass(element);
      if (const auto stated = element.child("time"); stated && !time && !measure.states_metre) time = stated;
    }
    measure.filled = std::max(measure.filled, cursor.furthest());
    if (!time) continue;
    measure.states_metre = true;
    measure.metre = metre_of(*time, cursor.where());
  }
}

std::int64_t nominal_ticks(Metre metre, int ticks_per_quarter) {
  return std::max<std::int64_t>(1, std::int64_t{4} * ticks_per_quarter * metre.numerator / metre.denominator);
}

}  // namespace

int common_ticks(std::span<const PartNode> parts) {
  std::int64_t common = kTicksPerQuarter;
  for (const PartNode& part : parts)
    for (const auto& measure : part.node.children("measure"))
      for (const auto& attributes : measure.children("attributes")) {
        const auto divisions = number_of(attributes.child_value("divisions"));
        if (!divisions) continue;
        if (*divisions < 1 || *divisions > kFinestGrid || *divisions != std::floor(*divisions))
          return kGridOfOthers;
        common = std::lcm(common, static_cast<std::int64_t>(*divisions));
        if (common > kFinestGrid) return kGridOfOthers;
      }
  return static_cast<int>(common);
}

Timeline read_timeline(std::span<const PartNode> parts) {
  Timeline timeline{common_ticks(parts), {}, {}};
  std::vector<Measure> measures;
  for (const PartNode& part : parts)
    naming(part.where, [&] { read_part(part.node, timeline.ticks_per_quarter, measures); });
  const std::int64_t most = std::int64_t{limits::kMostQuarters} * timeline.ticks_per_quarter;
  std::int64_t start = 0, in_bar = 0;  // `in_bar`: from the last bar line of the metre that stands last
  Metre metre;
  for (const Measure& measure : measures) {
    if (start > most)
      throw Error(ErrorKind::kLimit, parts.front().where, "the music is too long",
                  fmt::format("at most {} quarters", limits::kMostQuarters));
    metre = measure.metre.value_or(metre);
    const auto nominal = nominal_ticks(metre, timeline.ticks_per_quarter);
    const std::int64_t length = measure.filled > 0 ? measure.filled : nominal;
    const Metre shown =
        length > nominal ? metre_of_length(length, timeline.ticks_per_quarter, metre.denominator) : metre;
    const auto at = static_cast<std::int32_t>(start);
    const bool is_first = timeline.starts.size() < 2;  // nothing completes a pickup
    const bool is_same = !timeline.time_signatures.empty() && shown == timeline.time_signatures.back().metre;
    const bool completes = is_same && in_bar > 0 && !is_first && in_bar + length <= nominal;
    if (!is_same || (in_bar > 0 && !completes)) {
      timeline.time_signatures.push_back({at, shown});
      in_bar = 0;
    }
    in_bar = (in_bar + length) % nominal_ticks(shown, timeline.ticks_per_quarter);
    timeline.starts.push_back(at);
    start += length;
  }
  return timeline;
}

}  // namespace s2m::musicxml
