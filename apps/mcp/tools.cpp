#include "apps/mcp/tools.h"

#include <fmt/format.h>

#include <deque>
#include <initializer_list>
#include <memory>
#include <mutex>
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
constexpr std::size_t kMostPieces = 16;

// The latest pieces of this session as piece JSON, by their URI.
class Pieces {
 public:
  std::string keep(std::uint64_t seed, std::string json) {
    const std::lock_guard lock(mutex_);
    pieces_.emplace_back(fmt::format("story2midi:piece/{}-{}.mid", ++count_, seed), std::move(json));
    if (pieces_.size() > kMostPieces) pieces_.pop_front();
    return pieces_.back().first;
  }
  std::optional<std::string> find(const std::string& uri) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [each, json] : pieces_)
      if (each == uri) return json;
    return std::nullopt;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<std::pair<std::string, std::string>> pieces_;
  int count_ = 0;
};

// What the tools share.
struct Music {
  explicit Music(const ToolOptions& how)
      : options(how), engine(how.models, how.threads), judge(load_judge(how.judge)) {}
  ToolOptions options;
  serve::Engine engine;
  Judge judge;
  Pieces pieces;
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
  const auto request = request_of(arguments, RequestKind::kPlan, music, {"story", "options", "feelings"});
  return {Json::parse(to_json(plan_of(request, music, stage(tell, 0, 1, "reading"))))};
}

std::vector<std::uint8_t> bytes_of(const ComposedPiece& piece, const std::string& title, PieceFormat format,
                                   double humanise) {
  auto how = save_options_of(piece, humanise);
  if (is_notation(format)) how.sheet = sheet_of(piece, title);
  return piece_bytes(piece.score, format, how);
}

// Of the file that an answer shall be written to; none: the answer holds it.
std::optional<std::filesystem::path> new_file(const JsonMember& all, const Music& music) {
  if (!all.has("file")) return std::nullopt;
  auto file = in_output(all.at("file"), music.options.output);
  piece_format(file);
  if (std::filesystem::exists(file)) all.at("file").fail("the name of a file that does not exist yet");
  return file;
}

ToolAnswer answer_with(const ComposedPiece& piece, const std::string& title, double humanise, Music& music,
                       const std::optional<std::filesystem::path>& file) {
  const auto bytes = bytes_of(piece, title, file ? piece_format(*file) : PieceFormat::kMidi, humanise);
  const auto json = bytes_of(piece, title, PieceFormat::kJson, humanise);
  const auto uri = music.pieces.keep(piece.seed, std::string(json.begin(), json.end()));
  ToolAnswer answer{Json::parse(to_json(summary_of(piece.score, piece.emotion, piece.seed)))};
  answer.structured["piece"] = uri;
  if (file) {
    write_bytes(*file, bytes);
    answer.structured["file"] = file->string();
    return answer;
  }
  answer.structured["resource"] = uri;
  answer.more.push_back(
      {{"type", "resource"},
       {"resource", {{"uri", uri}, {"mimeType", "audio/midi"}, {"blob", to_base64(bytes)}}}});
  return answer;
}

ToolAnswer compose(Music& music, const nlohmann::json& arguments, const TellProgress& tell) {
  const auto request = request_of(arguments, RequestKind::kCompose, music,
                                  {"story", "options", "feelings", "plan", "compose", "file"});
  const auto file = new_file(JsonMember(arguments, "arguments"), music);
  const auto piece = music.engine.compose(
      request, {.reading = stage(tell, 0, kReadingShare, "reading"),
                .planned = [&](const Plan& made) { serve::check_length(made, music.options.limits); },
                .composing = stage(tell, kReadingShare, 1, "composing")});
  const auto title = request.story.title.empty() && !piece.plan.sections.empty()
                         ? piece.plan.sections.front().title
                         : request.story.title;
  if (!tell(1, "composed")) throw Cancelled();
  return answer_with(piece, title, request.compose.humanise, music, file);
}

// A piece of this session, or a file of one.
SavedPiece piece_named(const JsonMember& member, const Music& music) {
  const auto name = member.text();
  auto json = music.pieces.find(name);
  if (!json && name.starts_with("story2midi:")) member.fail("the `piece` of one of the latest answers");
  if (!json) json = read_text(in_output(member, music.options.output));
  return naming("arguments.piece", [&] { return piece_from_json(*json); });
}

ToolAnswer change(Music& music, const nlohmann::json& arguments, const TellProgress& tell) {
  const JsonMember all(arguments, "arguments");
  all.has_only({"piece", "only", "lock", "story", "compose", "file"});
  nlohmann::json asked{{"change", {{"job", all.at("piece").text()}}}};
  for (const auto* name : {"only", "lock"})
    if (all.has(name)) asked["change"][name] = arguments[name];
  for (const auto* name : {"story", "compose"})
    if (all.has(name)) asked[name] = arguments[name];
  auto request = serve::music_request(write_json(asked), RequestKind::kCompose, music.options.limits);
  const auto file = new_file(all, music);
  auto saved = piece_named(all.at("piece"), music);
  serve::complete(request, saved);
  const auto piece = music.engine.change(request, std::move(saved),
                                         {.reading = stage(tell, 0, kReadingShare, "reading"),
                                          .composing = stage(tell, kReadingShare, 1, "composing")});
  if (!tell(1, "changed")) throw Cancelled();
  return answer_with(piece, piece.score.title, request.compose.humanise, music, file);
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
  const auto request =
      request_of(arguments, RequestKind::kCompose, music, {"story", "options", "feelings", "plan"});
  const auto plan = plan_of(request, music, stage(tell, 0, 1, "reading"));
  auto explanation = music.engine.explain(request, plan, {});
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
         "check the result by a classifier that does not know the story, change to write a part of it anew. "
         "A plan "
         "goes with the story that it was made of. Where a passage is read wrongly, feelings correct it.";
}

std::vector<Tool> music_tools(const ToolOptions& options) {
  if (!options.output.empty() && !std::filesystem::is_directory(options.output))
    throw Error(ErrorKind::kNotFound, options.output.string(), "is no folder", "an existing folder");
  const auto music = std::make_shared<Music>(options);
  auto descriptions = Json::parse(tools_json());
  const auto components = Json::parse(serve::openapi_json())["components"]["schemas"];
  resolve(descriptions, components);
  using Run = ToolAnswer (*)(Music&, const nlohmann::json&, const TellProgress&);
  const std::vector<std::pair<std::string, Run>> runs{{"read", read},       {"plan", plan},
                                                      {"compose", compose}, {"change", change},
                                                      {"judge", judge},     {"explain", explain}};
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
