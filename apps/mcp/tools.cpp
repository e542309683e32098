#include "apps/mcp/tools.h"

#include <fmt/format.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "apps/serve/api.h"
#include "apps/serve/engine.h"
#include "lab/judge/judge.h"
#include "story2midi/base/base64.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"
#include "story2midi/formats/save.h"
#include "story2midi/formats/summary.h"
#include "story2midi/midi/midi.h"
#include "story2midi/piece_files.h"
#include "story2midi/plan/explain.h"

namespace s2m::mcp {
namespace {

using serve::MusicRequest;
using serve::RequestKind;

constexpr double kReadingShare = .3;  // of a composition

// What the tools share.
struct Music {
  explicit Music(const ToolOptions& how)
      : options(how), engine(how.models, how.threads), judge(load_judge(how.judge)) {}
  ToolOptions options;
  serve::Engine engine;
  Judge judge;
};

// The schemas of stories, plans and options are those of the HTTP interface.
void resolve(Json& schema, const Json& components) {
  if (schema.is_object() && schema.contains("$ref")) {
    const auto name = schema["$ref"].get<std::string>();
    constexpr std::string_view kPrefix = "#/components/schemas/";
    if (name.starts_with(kPrefix)) schema = Json(components.at(name.substr(kPrefix.size())));
  }
  if (schema.is_structured())
    for (auto& each : schema) resolve(each, components);
}

// A stage's share of a call, from `begin` to `end`.
Progress stage(const TellProgress& tell, double begin, double end, const char* what) {
  return [&tell, begin, end, what](std::uint64_t done, std::uint64_t total) {
    const double share = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
    return tell(begin + (end - begin) * share, what);
  };
}

// The members that the HTTP interface knows, checked as it checks them.
MusicRequest request_of(const nlohmann::json& arguments, RequestKind kind, const Music& music,
                        std::initializer_list<std::string_view> known) {
  JsonMember(arguments, "arguments").has_only(known);
  auto request = arguments;
  request.erase("file");
  return serve::music_request(write_json(request), kind, music.options.limits);
}

Plan plan_of(const MusicRequest& request, Music& music, const Progress& reading) {
  auto plan = request.plan ? *request.plan : music.engine.plan(request, reading);
  serve::check_length(plan, music.options.limits);
  return plan;
}

// A name in the output folder. Throws Error for what is a path, or hidden.
std::filesystem::path in_output(const JsonMember& member, const std::filesystem::path& folder) {
  if (folder.empty())
    throw Error("arguments.file", "needs an output folder", "the program started with --output DIR", "none");
  const auto name = member.text();
  if (name.empty() || name.front() == '.' || name.find_first_of(std::string("/\\\0", 3)) != name.npos)
    member.fail("a file's name without folders");
  return folder / name;
}

ToolAnswer read(Music& music, const nlohmann::json& arguments, const TellProgress& tell) {
  const auto request = request_of(arguments, RequestKind::kRead, music, {"story"});
  const auto reading = music.engine.read(request.story, stage(tell, 0, 1, "reading"));
  const auto mean = reading->curve.mean();
  Json answer{
      {"title", request.story.title},
      {"mean",
       {{"valence", mean.valence}, {"arousal", mean.arousal}, {"quadrant", name_of(quadrant_of(mean))}}},
      {"notes", request.story.notes}};
  answer.update(Json::parse(to_json(reading->curve)));
  return {answer};
}

ToolAnswer plan(Music& music, const nlohmann::json& arguments, const TellProgress& tell) {
  const auto request = request_of(arguments, RequestKind::kPlan, music, {"story", "options"});
  return {Json::parse(to_json(plan_of(request, music, stage(tell, 0, 1, "reading"))))};
}

std::vector<std::uint8_t> bytes_of(const ComposedPiece& piece, const std::string& title, PieceFormat format,
                                   double humanise) {
  auto how = save_options_of(piece, humanise);
  if (is_notation(format)) how.sheet = sheet_of(piece, title);
  return piece_bytes(piece.score, format, how);
}

ToolAnswer compose(Music& music, const nlohmann::json& arguments, const TellProgress& tell) {
  const JsonMember all(arguments, "arguments");
  const auto request =
      request_of(arguments, RequestKind::kCompose, music, {"story", "options", "plan", "compose", "file"});
  std::optional<std::filesystem::path> file;
  if (all.has("file")) file = in_output(all.at("file"), music.options.output);
  const auto format = file ? piece_format(*file) : PieceFormat::kMidi;
  if (file && std::filesystem::exists(*file))
    all.at("file").fail("the name of a file that does not exist yet");
  const auto piece = music.engine.compose(
      request, {.reading = stage(tell, 0, kReadingShare, "reading"),
                .planned = [&](const Plan& made) { serve::check_length(made, music.options.limits); },
                .composing = stage(tell, kReadingShare, 1, "composing")});
  const auto title = request.story.title.empty() && !piece.plan.sections.empty()
                         ? piece.plan.sections.front().title
                         : request.story.title;
  const auto bytes = bytes_of(piece, title, format, request.compose.humanise);
  ToolAnswer answer{Json::parse(to_json(summary_of(piece.score, piece.emotion, piece.seed)))};
  if (!tell(1, "composed")) throw Cancelled();
  if (file) {
    write_bytes(*file, bytes);
    answer.structured["file"] = file->string();
    return answer;
  }
  const auto uri = fmt::format("story2midi:piece/{}.mid", request.compose.seed);
  answer.structured["resource"] = uri;
  answer.more.push_back(
      {{"type", "resource"},
       {"resource", {{"uri", uri}, {"mimeType", "audio/midi"}, {"blob", to_base64(bytes)}}}});
  return answer;
}

ToolAnswer judge(Music& music, const nlohmann::json& arguments, const TellProgress&) {
  const JsonMember all(arguments, "arguments");
  all.has_only({"midi", "file"});
  if (all.has("midi") == all.has("file"))
    throw Error("arguments", "are not as they should be", "either midi or file");
  std::vector<std::uint8_t> bytes;
  if (all.has("file")) {
    bytes = read_bytes(in_output(all.at("file"), music.options.output));
  } else if (auto decoded = from_base64(all.at("midi").text())) {
    bytes = std::move(*decoded);
  } else {
    all.at("midi").fail("base64");
  }
  const auto score = naming("arguments", [&] { return read_midi(bytes); });
  if (end_ticks(score) == 0) throw Error("arguments", "nothing to judge", "notes", "none");
  const auto judgement = music.judge.judge(score);
  Json answer{{"valence", judgement.valence},
              {"arousal", judgement.arousal},
              {"quadrant", name_of(judgement.quadrant())},
              {"probabilities", Json::object()}};
  for (std::size_t i = 0; i < judgement.quadrants.size(); ++i)
    answer["probabilities"][fmt::format("Q{}", i + 1)] = judgement.quadrants[i];
  return {answer};
}

Json json_of(const std::vector<ExplainedChoice>& choices) {
  Json list = Json::array();
  for (const auto& [what, value, rule] : choices)
    list.push_back({{"what", what}, {"value", value}, {"rule", rule}});
  return list;
}

ToolAnswer explain(Music& music, const nlohmann::json& arguments, const TellProgress& tell) {
  const auto request = request_of(arguments, RequestKind::kCompose, music, {"story", "options", "plan"});
  const auto reading = music.engine.read(request.story, stage(tell, 0, 1, "reading"));
  auto explanation = s2m::explain(plan_of(request, music, {}), reading->curve);
  if (!request.story.title.empty()) explanation.title = request.story.title;
  Json answer{
      {"title", explanation.title}, {"choices", json_of(explanation.choices)}, {"sections", Json::array()}};
  for (const auto& section : explanation.sections)
    answer["sections"].push_back({{"title", section.title},
                                  {"sentence", section.sentence},
                                  {"feelings", section.feelings},
                                  {"first_bar", section.first_bar},
                                  {"last_bar", section.last_bar},
                                  {"start_seconds", section.start_seconds},
                                  {"end_seconds", section.end_seconds},
                                  {"valence", section.emotion.valence},
                                  {"arousal", section.emotion.arousal},
                                  {"chords", section.chords},
                                  {"choices", json_of(section.choices)}});
  return {answer, to_text(explanation)};
}

}  // namespace

std::string_view tool_instructions() {
  return "story2midi reads an English story and writes music that has its emotion, on this machine. Usual "
         "order: read "
         "or plan to see what the music will be, compose to write it, explain to tell why it is as it is, "
         "judge to "
         "check the result by a classifier that does not know the story. A plan goes with the story that it "
         "was made "
         "of.";
}

std::vector<Tool> music_tools(const ToolOptions& options) {
  if (!options.output.empty() && !std::filesystem::is_directory(options.output))
    throw Error(ErrorKind::kNotFound, options.output.string(), "is no folder", "an existing folder");
  const auto music = std::make_shared<Music>(options);
  auto descriptions = Json::parse(tools_json());
  const auto components = Json::parse(serve::openapi_json())["components"]["schemas"];
  resolve(descriptions, components);
  using Run = ToolAnswer (*)(Music&, const nlohmann::json&, const TellProgress&);
  const std::vector<std::pair<std::string, Run>> runs{
      {"read", read}, {"plan", plan}, {"compose", compose}, {"judge", judge}, {"explain", explain}};
  std::vector<Tool> tools;
  for (const auto& [name, run] : runs)
    for (const auto& description : descriptions)
      if (description["name"] == name)
        tools.push_back(
            {description, [music, run = run](const nlohmann::json& arguments, const TellProgress& tell) {
               return run(*music, arguments, tell);
             }});
  return tools;
}

}  // namespace s2m::mcp
