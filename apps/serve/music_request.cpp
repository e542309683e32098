#include "apps/serve/music_request.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "apps/serve/problem.h"
#include "story2midi/base/base64.h"
#include "story2midi/base/json_members.h"
#include "story2midi/base/limits.h"
#include "story2midi/music/key.h"
#include "story2midi/music/metre.h"
#include "story2midi/music/scale.h"
#include "story2midi/stories/words.h"

namespace s2m::serve {
namespace {

constexpr std::array<std::pair<std::string_view, StoryFormat>, 7> kFormats{
    {{"text", StoryFormat::kText},
     {"markdown", StoryFormat::kMarkdown},
     {"html", StoryFormat::kHtml},
     {"srt", StoryFormat::kSubRip},
     {"vtt", StoryFormat::kWebVtt},
     {"fountain", StoryFormat::kFountain},
     {"epub", StoryFormat::kEpub}}};

StoryFormat format_from(const JsonMember& member) {
  const auto name = member.text();
  std::string known;
  for (const auto& [each, format] : kFormats) {
    if (each == name) return format;
    known += (known.empty() ? "" : ", ") + std::string(each);
  }
  member.fail(known);
}

// RFC 4648, section 4.
std::string bytes_of_base64(const JsonMember& member) {
  const auto bytes = from_base64(member.text());
  if (!bytes) member.fail("base64: letters, digits, + and /, filled up to fours by =");
  return {bytes->begin(), bytes->end()};
}

Story story_from(const JsonMember& member, const MusicLimits& limits) {
  member.has_only({"text", "base64", "format", "title"});
  if (member.has("text") == member.has("base64")) member.fail("an object with either text or base64");
  const auto format = member.has("format") ? format_from(member.at("format")) : StoryFormat::kText;
  auto source = member.has("text") ? member.at("text").text() : bytes_of_base64(member.at("base64"));
  auto story = story_of(std::move(source), format, "story");
  if (story.title.empty() && member.has("title")) story.title = member.at("title").text();
  std::size_t words = 0;
  for (const auto& passage : story.passages) words += word_count(passage.text);
  if (words > limits.words)
    throw Refused({413, "story", "is too long", fmt::format("at most {} words", limits.words),
                   fmt::format("{} words", words)});
  return story;
}

template <class Number>
std::optional<Number> number_in(const JsonMember& json, const char* name, double lowest, double highest) {
  if (!json.has(name)) return std::nullopt;
  const auto member = json.at(name);
  const double number = member.number(lowest, highest);
  if (static_cast<double>(static_cast<Number>(number)) != number) member.fail("a whole number");
  return static_cast<Number>(number);
}

// What `parse` refuses names the member.
template <class Parse>
auto parsed(const JsonMember& json, const char* name, Parse&& parse) {
  using Value = decltype(parse(std::string()));
  if (!json.has(name)) return std::optional<Value>();
  const auto text = json.at(name).text();
  return naming(std::string("request.options.") + name, [&] { return std::optional<Value>(parse(text)); });
}

PlanOptions options_from(const JsonMember& json, const MusicLimits& limits) {
  json.has_only({"bars", "duration_seconds", "words_per_minute", "key", "scale", "tempo_bpm", "metre",
                 "valence", "arousal", "palette"});
  PlanOptions options;
  options.bars = number_in<int>(json, "bars", 1, limits.bars);
  options.duration_seconds =
      number_in<double>(json, "duration_seconds", limits::kShortestSeconds, limits.seconds);
  options.words_per_minute = number_in<double>(json, "words_per_minute", 20, 1000);
  options.tempo_bpm = number_in<double>(json, "tempo_bpm", limits::kSlowestBpm, limits::kFastestBpm);
  options.valence = number_in<double>(json, "valence", -1, 1);
  options.arousal = number_in<double>(json, "arousal", -1, 1);
  options.key = parsed(json, "key", [](const std::string& text) { return parse_key(text); });
  options.scale = parsed(json, "scale", [](const std::string& text) { return parse_scale(text); });
  options.metre = parsed(json, "metre", [](const std::string& text) { return parse_metre(text); });
  if (json.has("palette")) options.palette = json.at("palette").text();
  naming("request.options", [&] { check(options); });
  return options;
}

ComposeOptions compose_from(const JsonMember& json) {
  json.has_only({"seed", "temperature", "top_p", "drafts", "humanise", "guidance", "text_only"});
  ComposeOptions options;
  if (json.has("seed")) options.seed = json.at("seed").count();
  options.temperature =
      number_in<double>(json, "temperature", 0, limits::kHighestTemperature).value_or(options.temperature);
  options.top_p = number_in<double>(json, "top_p", 0, 1).value_or(options.top_p);
  options.drafts = number_in<int>(json, "drafts", 1, limits::kMostDrafts).value_or(options.drafts);
  options.humanise = number_in<double>(json, "humanise", 0, 1).value_or(options.humanise);
  options.guidance =
      number_in<double>(json, "guidance", 0, limits::kStrongestGuidance).value_or(options.guidance);
  return options;
}

std::vector<PassageFeeling> feelings_from(const JsonMember& json) {
  std::vector<PassageFeeling> feelings;
  for (const auto& item : json.items()) {
    item.has_only({"passage", "valence", "arousal"});
    feelings.push_back(
        {item.at("passage").count(), item.at("valence").number(-1, 1), item.at("arousal").number(-1, 1)});
  }
  return feelings;
}

std::vector<std::string> texts_in(const JsonMember& json, const char* name) {
  std::vector<std::string> texts;
  if (json.has(name))
    for (const auto& item : json.at(name).items()) texts.push_back(item.text());
  return texts;
}

MusicChange change_from(const JsonMember& root) {
  const auto json = root.at("change");
  json.has_only({"job", "only", "lock"});
  MusicChange change{json.at("job").text(), {texts_in(json, "only"), texts_in(json, "lock")}};
  if (change.words.only.empty() && change.words.lock.empty())
    json.fail("only or lock: what is to be written anew, or what stays");
  naming("request.change", [&] { check(change.words); });
  if (root.has("options") || root.has("plan") || root.has("feelings"))
    throw Error("request.change", "keeps the plan of its piece", "no options, plan and feelings beside it");
  if (!root.has("compose")) return change;
  const auto compose = root.at("compose");
  if (compose.has("text_only")) throw Error("request.compose.text_only", "does not go with a change");
  if (compose.has("seed")) change.seed = compose.at("seed").count();
  change.humanise = number_in<double>(compose, "humanise", 0, 1);
  return change;
}

nlohmann::json parsed_request(std::string_view json) {
  try {
    return parse_json(json, "request");
  } catch (const Error& error) {
    throw Refused({400, error.where, error.fault, error.expected, error.actual});
  }
}

MusicRequest checked_request(const JsonMember& root, RequestKind kind, const MusicLimits& limits) {
  if (kind == RequestKind::kRead) root.has_only({"story"});
  if (kind == RequestKind::kPlan) root.has_only({"story", "options", "feelings"});
  if (kind == RequestKind::kCompose)
    root.has_only({"story", "options", "feelings", "plan", "change", "compose"});
  MusicRequest request;
  if (root.has("change")) request.change = change_from(root);
  if (root.has("feelings")) request.feelings = feelings_from(root.at("feelings"));
  if (root.has("options")) request.options = options_from(root.at("options"), limits);
  if (root.has("compose")) {
    const auto compose = root.at("compose");
    request.compose = compose_from(compose);
    request.text_only = compose.has("text_only") && compose.at("text_only").flag();
  }
  if (root.has("plan") && (root.has("options") || root.has("feelings") || request.text_only))
    throw Error("request.plan", "says all of the music", "no options, feelings and text_only beside it");
  if (request.text_only && !request.feelings.empty())
    throw Error("request.feelings", "need a plan", "no text_only beside them");
  if (request.text_only && request.options.words_per_minute)
    throw Error("request.compose.text_only", "keeps no times", "no words_per_minute");
  if (root.has("plan"))
    request.plan = naming("request", [&] { return plan_from_json(root.at("plan").dump()); });
  if (!request.change || root.has("story")) request.story = story_from(root.at("story"), limits);
  for (const auto& feeling : request.feelings)
    if (feeling.passage >= request.story.passages.size())
      throw Error("request.feelings", "name a passage that the story lacks",
                  fmt::format("0 to {}", request.story.passages.size() - 1), std::to_string(feeling.passage));
  return request;
}

}  // namespace

void check_length(const Plan& plan, const MusicLimits& limits) {
  if (bar_count(plan) > limits.bars)
    throw Refused({422, "plan", "has too many bars", fmt::format("at most {}", limits.bars),
                   fmt::format("{}", bar_count(plan))});
  if (length_seconds(plan) > limits.seconds)
    throw Refused({422, "plan", "is too long", fmt::format("at most {} s", limits.seconds),
                   fmt::format("{:.1f} s", length_seconds(plan))});
}

MusicRequest music_request(std::string_view text, RequestKind kind, const MusicLimits& limits) {
  const auto json = parsed_request(text);
  try {
    auto request = checked_request(JsonMember(json, "request"), kind, limits);
    if (request.plan) check_length(*request.plan, limits);
    return request;
  } catch (const Error& error) {
    throw Refused(problem_of(error));
  }
}

}  // namespace s2m::serve
