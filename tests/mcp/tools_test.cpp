// The tools over tiny models: what they refuse, and that no name leaves the output folder.
#include "apps/mcp/tools.h"

#include <gtest/gtest.h>

#include "story2midi/base/base64.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/apps/program.h"
#include "tests/base/scratch_folder.h"
#include "tests/serve/running_service.h"

namespace s2m::mcp {
namespace {

using Arguments = nlohmann::json;

const Arguments kStory{{"text", serve::kTale}};

std::vector<Tool> tools(const std::filesystem::path& output = {}) {
  return music_tools(
      {.models = serve::tiny_models(), .judge = "models/judge/judge.json", .output = output, .threads = 1});
}

ToolAnswer run(const std::vector<Tool>& all, const std::string& name, const Arguments& arguments) {
  for (const auto& tool : all)
    if (tool.description["name"] == name)
      return tool.run(arguments, [](double, const std::string&) { return true; });
  throw std::runtime_error("no tool " + name);
}

TEST(McpTools, ComposeGivesTheBytesThatItWritesAndNeverReplacesAFile) {
  const auto folder = scratch_folder() / "music";
  std::filesystem::create_directories(folder);
  const auto all = tools(folder);
  Arguments asked{{"story", kStory}, {"options", {{"bars", 4}}}, {"compose", {{"seed", 7}}}};
  const auto answer = run(all, "compose", asked);
  EXPECT_EQ(answer.structured["bars"], 4);
  ASSERT_EQ(answer.more.size(), 1u);
  const auto& resource = answer.more[0]["resource"];
  EXPECT_EQ(resource["uri"], answer.structured["resource"]);
  asked["file"] = "tale.mid";
  EXPECT_EQ(run(all, "compose", asked).structured["file"], (folder / "tale.mid").string());
  EXPECT_EQ(from_base64(resource["blob"].get<std::string>()), read_bytes(folder / "tale.mid"));
  EXPECT_THROW(run(all, "compose", asked), Error);
  EXPECT_EQ(run(all, "judge", {{"file", "tale.mid"}}).structured,
            run(all, "judge", {{"midi", resource["blob"]}}).structured);
}

TEST(McpTools, NoNameLeavesTheOutputFolder) {
  const auto folder = scratch_folder() / "fenced";
  std::filesystem::create_directories(folder);
  const auto all = tools(folder);
  for (const char* name : {"../x.mid", "/tmp/x.mid", "a/b.mid", "", ".", "..", ".x.mid", "a\\b.mid"}) {
    EXPECT_THROW(run(all, "compose", {{"story", kStory}, {"file", name}}), Error) << name;
    EXPECT_THROW(run(all, "judge", {{"file", name}}), Error) << name;
  }
  EXPECT_THROW(run(all, "compose", {{"story", kStory}, {"file", std::string("x\0.mid", 6)}}), Error);
  EXPECT_THROW(run(tools(), "compose", {{"story", kStory}, {"file", "x.mid"}}), Error);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  EXPECT_THROW(tools(scratch_folder() / "no_such_folder"), Error);
}

TEST(McpTools, APlanGoesFromOneToolToTheNext) {
  const auto all = tools();
  const auto plan = run(all, "plan", {{"story", kStory}, {"options", {{"bars", 8}, {"key", "D minor"}}}});
  EXPECT_EQ(plan.structured["key"], "D minor");
  const auto why = run(all, "explain", {{"story", kStory}, {"plan", Arguments(plan.structured)}});
  EXPECT_EQ(why.structured["sections"].back()["last_bar"], 8);
  EXPECT_NE(why.text.find("D minor"), std::string::npos);
  EXPECT_EQ(run(all, "read", {{"story", kStory}}).structured["passages"].size(), 3u);
}

TEST(McpTools, ASectionIsChangedByTheNameOfItsPieceOrOfItsFile) {
  const auto folder = scratch_folder() / "changes";
  std::filesystem::create_directories(folder);
  const auto all = tools(folder);
  const Arguments asked{{"story", kStory}, {"options", {{"bars", 8}}}, {"compose", {{"seed", 7}}}};
  const auto whole = run(all, "compose", asked);
  auto to_file = asked;
  to_file["file"] = "tale.json";
  run(all, "compose", to_file);
  const Arguments part{{"only", {"bars:5-8"}}, {"lock", {"rhythm"}}, {"compose", {{"seed", 9}}}};
  auto by_name = part, by_file = part;
  by_name["piece"] = whole.structured["piece"].get<std::string>();
  by_file["piece"] = "tale.json";
  const auto changed = run(all, "change", by_name);
  EXPECT_EQ(changed.structured["seed"], 9);
  EXPECT_EQ(changed.structured["bars"], 8);
  EXPECT_NE(changed.more[0]["resource"]["blob"], whole.more[0]["resource"]["blob"]);
  EXPECT_EQ(run(all, "change", by_file).more[0]["resource"]["blob"], changed.more[0]["resource"]["blob"]);
  by_name.erase("compose");  // the next seed
  EXPECT_EQ(run(all, "change", by_name).structured["seed"], 8);
  for (const char* piece : {"story2midi:piece/99-1.mid", "../tale.json", "none.json", ""}) {
    by_name["piece"] = piece;
    EXPECT_THROW(run(all, "change", by_name), Error) << piece;
  }
}

TEST(McpTools, FeelingsTakeThePlaceOfThoseThatWereRead) {
  const auto all = tools();
  Arguments asked{{"story", kStory}, {"options", {{"bars", 8}}}, {"feelings", Arguments::array()}};
  for (int i = 0; i < 3; ++i) asked["feelings"].push_back({{"passage", i}, {"valence", .9}, {"arousal", .8}});
  const auto bright = run(all, "plan", asked);
  for (auto& feeling : asked["feelings"]) feeling["valence"] = -.9;
  const auto dark = run(all, "plan", asked);
  EXPECT_NE(bright.structured["key"], dark.structured["key"]);
  EXPECT_NE(run(all, "explain", asked).text.find("minor"), std::string::npos);
  asked["feelings"][0]["passage"] = 99;
  EXPECT_ANY_THROW(run(all, "compose", asked));
}

TEST(McpTools, WrongArgumentsAreRefused) {
  const auto all = tools();
  const std::vector<std::pair<std::string, Arguments>> wrong{
      {"read", Arguments::object()},
      {"read", {{"story", "text"}}},
      {"read", {{"story", kStory}, {"options", Arguments::object()}}},
      {"plan", {{"story", kStory}, {"options", {{"bars", -1}}}}},
      {"plan", {{"story", kStory}, {"path", "/etc/passwd"}}},
      {"compose", {{"story", kStory}, {"change", {{"job", "x"}}}}},
      {"change", {{"piece", "x.json"}}},
      {"change", {{"piece", "x.json"}, {"only", {"page:1"}}}},
      {"change", {{"piece", "x.json"}, {"only", {"bars:1"}}, {"options", Arguments::object()}}},
      {"judge", Arguments::object()},
      {"judge", {{"midi", "not base64!"}}},
      {"judge", {{"midi", "AAAA"}}},
      {"judge", {{"midi", 7}}}};
  for (const auto& [tool, arguments] : wrong)
    EXPECT_ANY_THROW(run(all, tool, arguments)) << tool << arguments.dump();
}

// Closed standard input ends the program, and what it prints is protocol.
TEST(McpProgram, EndsWithItsInput) {
  write_text(in_scratch("lines"),
             R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})"
             "\nno json\n");
  const auto outcome = run_program("mcp --models '" + serve::tiny_models().string() + "' <lines");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const auto end = outcome.out.find('\n');
  EXPECT_EQ(Json::parse(outcome.out.substr(0, end))["result"]["serverInfo"]["name"], "story2midi");
  EXPECT_EQ(Json::parse(outcome.out.substr(end + 1))["error"]["code"], -32700);
  EXPECT_EQ(outcome.err, "");
}

}  // namespace
}  // namespace s2m::mcp
