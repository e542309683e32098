// The protocol, line by line: hostile ones, both eras, progress and cancelling.
#include "apps/mcp/server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "story2midi/base/error.h"

namespace s2m::mcp {
namespace {

// A server with two tools: `echo` answers with its arguments, `wait` goes on until it is cancelled.
class Talk {
 public:
  explicit Talk(ServerOptions options = {.workers = 1})
      : server_(
            {tool("echo",
                  [](const nlohmann::json& arguments, const TellProgress&) {
                    if (arguments.contains("fail")) throw Error("arguments", "are not liked");
                    return ToolAnswer{Json(arguments)};
                  }),
             tool("wait",
                  [this](const nlohmann::json&, const TellProgress& tell) -> ToolAnswer {
                    for (int step = 0; tell(step * 1e-4, "waiting"); ++step)
                      std::this_thread::sleep_for(std::chrono::milliseconds(5));
                    has_stopped = true;
                    throw Cancelled();
                  })},
            [this](const std::string& line) {
              const std::lock_guard lock(mutex_);
              lines_.push_back(line);
            },
            std::move(options)) {}

  void say(std::string_view line) { server_.take(line); }
  // All lines so far. Each is one line of JSON-RPC.
  std::vector<Json> heard() {
    const std::lock_guard lock(mutex_);
    std::vector<Json> all;
    for (const auto& line : lines_) {
      EXPECT_EQ(line.find('\n'), line.npos);
      all.push_back(Json::parse(line));
      EXPECT_EQ(all.back()["jsonrpc"], "2.0");
    }
    return all;
  }
  // What this line is answered with, at once.
  Json ask(std::string_view line) {
    const auto before = heard().size();
    say(line);
    const auto all = heard();
    return all.size() == before + 1 ? all.back() : Json("no answer");
  }
  // The first message that `is_meant` takes, within a minute.
  template <class IsMeant>
  Json wait_for(IsMeant&& is_meant) {
    for (int i = 0; i < 6000; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(10)))
      for (const auto& message : heard())
        if (is_meant(message)) return message;
    return "never came";
  }
  Json answer_to(const Json& id) {
    return wait_for([&](const Json& message) { return message.contains("id") && message["id"] == id; });
  }
  Server& server() { return server_; }

  std::atomic<bool> has_stopped{false};

 private:
  static Tool tool(const char* name, decltype(Tool::run) run) {
    return {{{"name", name}, {"inputSchema", {{"type", "object"}}}}, std::move(run)};
  }
  std::mutex mutex_;
  std::vector<std::string> lines_;
  Server server_;  // the first to go: its workers use the others
};

int code_of(const Json& answer) {
  return answer.is_object() && answer.contains("error") ? answer["error"]["code"].get<int>() : 0;
}

std::string request(const std::string& method, const Json& params, const Json& id = 1) {
  return Json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}.dump();
}

std::string call(const std::string& tool, const Json& arguments, const Json& id = 1,
                 const Json& meta = Json::object()) {
  return request("tools/call", {{"name", tool}, {"arguments", arguments}, {"_meta", meta}}, id);
}

const Json kPerRequest{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                       {"io.modelcontextprotocol/clientCapabilities", Json::object()}};

TEST(Mcp, VersionsAreNegotiatedToTheNewestThatBothKnow) {
  Talk talk;
  const auto version = [&](const char* asked) {
    return talk.ask(request("initialize", {{"protocolVersion", asked}}))["result"]["protocolVersion"];
  };
  for (const char* known : {"2025-11-25", "2025-06-18", "2024-11-05"}) EXPECT_EQ(version(known), known);
  EXPECT_EQ(version("2099-01-01"), "2025-11-25");
  EXPECT_EQ(version("2025-03-26"), "2024-11-05");
  EXPECT_EQ(version("1900-01-01"), "2025-11-25");
  EXPECT_EQ(version("version two"), "2025-11-25");
  EXPECT_EQ(code_of(talk.ask(request("initialize", Json::object()))), -32602);
}

TEST(Mcp, ARequestThatNamesItsVersionNeedsNoHandshake) {
  Talk talk;
  const auto found = talk.ask(request("server/discover", {{"_meta", kPerRequest}}))["result"];
  EXPECT_EQ(found["supportedVersions"], Json({"2026-07-28"}));
  EXPECT_EQ(found["resultType"], "complete");
  EXPECT_EQ(found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "story2midi");
  const auto list = talk.ask(request("tools/list", {{"_meta", kPerRequest}}))["result"];
  EXPECT_EQ(list["tools"].size(), 2u);
  EXPECT_EQ(list["cacheScope"], "public");
  auto old = kPerRequest;
  old["io.modelcontextprotocol/protocolVersion"] = "1900-01-01";
  const auto refused = talk.ask(request("tools/list", {{"_meta", old}}));
  EXPECT_EQ(code_of(refused), -32022);
  EXPECT_EQ(refused["error"]["data"]["supported"], Json({"2026-07-28"}));
  EXPECT_EQ(refused["error"]["data"]["requested"], "1900-01-01");
  EXPECT_EQ(code_of(talk.ask(request("server/discover", Json::object()))), -32602);
  // With the handshake results have none of that.
  EXPECT_FALSE(talk.ask(request("tools/list", Json::object()))["result"].contains("resultType"));
}

TEST(Mcp, HostileLinesGetOneErrorAndTheNextLineAnAnswer) {
  const std::vector<std::pair<std::string, int>> lines{
      {"{", -32700},
      {"nonsense", -32700},
      {"\xff\xfe", -32700},
      {R"({"jsonrpc":"2.0","id":1,"method":"ping"} {})", -32700},
      {std::string(100'000, '['), -32700},
      {"[]", -32600},
      {R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])", -32600},
      {"7", -32600},
      {"null", -32600},
      {"{}", -32600},
      {R"({"id":1,"method":"ping"})", -32600},
      {R"({"jsonrpc":"1.0","id":1,"method":"ping"})", -32600},
      {R"({"jsonrpc":"2.0","id":null,"method":"ping"})", -32600},
      {R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})", -32600},
      {R"({"jsonrpc":"2.0","id":{},"method":"ping"})", -32600},
      {R"({"jsonrpc":"2.0","id":1,"method":7})", -32600},
      {R"({"jsonrpc":"2.0","id":1,"method":"no/such"})", -32601},
      {R"({"jsonrpc":"2.0","id":1,"method":"resources/list"})", -32601},
      {R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]})", -32602},
      {R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"x"}})", -32602},
      {R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":3}})", -32602},
      {R"({"jsonrpc":"2.0","id":1,"method":"tools/call"})", -32602},
      {R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"rm"}})", -32602},
      {R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":[1]}})", -32602},
      {R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","_meta":{"progressToken":[]}}})",
       -32602}};
  Talk talk;
  for (const auto& [line, code] : lines) {
    EXPECT_EQ(code_of(talk.ask(line)), code) << line.substr(0, 100);
    EXPECT_TRUE(talk.ask(request("ping", Json::object()))["result"].is_object()) << line.substr(0, 100);
  }
}

TEST(Mcp, NotificationsAnswersAndBlankLinesAreNotAnswered) {
  Talk talk;
  for (const char* line :
       {"", " \t\r", R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
        R"({"jsonrpc":"2.0","method":"no/such"})", R"({"jsonrpc":"2.0","id":9,"result":{}})",
        R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}})",
        R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":[]}})",
        R"({"jsonrpc":"2.0","method":"notifications/cancelled"})"})
    talk.say(line);
  EXPECT_TRUE(talk.heard().empty());
}

TEST(Mcp, ACallIsAnsweredAndAFailedToolIsAnAnswerThatSaysSo) {
  Talk talk;
  talk.say(call("echo", {{"text", "line\nend"}}, "a"));
  const auto good = talk.answer_to("a")["result"];
  EXPECT_EQ(good["isError"], false);
  EXPECT_EQ(good["structuredContent"]["text"], "line\nend");
  EXPECT_EQ(Json::parse(good["content"][0]["text"].get<std::string>()), good["structuredContent"]);
  talk.say(call("echo", {{"fail", true}}, 2));
  const auto bad = talk.answer_to(2)["result"];
  EXPECT_EQ(bad["isError"], true);
  EXPECT_EQ(bad["content"][0]["text"], "arguments: are not liked");
  EXPECT_FALSE(bad.contains("structuredContent"));
  talk.say(call("echo", Json::object(), 3, kPerRequest));
  EXPECT_EQ(talk.answer_to(3)["result"]["resultType"], "complete");
}

TEST(Mcp, ProgressRisesAndACancelledCallStopsWithoutAnAnswer) {
  Talk talk;
  talk.say(call("wait", Json::object(), 5, {{"progressToken", "t"}}));
  const auto share = [](const Json& message) {
    return message.value("method", "") == "notifications/progress"
               ? message["params"]["progress"].get<double>()
               : -1.;
  };
  talk.wait_for([&](const Json& message) { return share(message) > 0; });
  double last = -1;
  for (const auto& message : talk.heard()) {
    EXPECT_EQ(message["params"]["progressToken"], "t");
    EXPECT_GT(share(message), last);
    last = share(message);
  }
  talk.say(
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5,"reason":"enough"}})");
  // The one worker is free again.
  talk.say(call("echo", Json::object(), 6));
  EXPECT_TRUE(talk.answer_to(6).contains("result"));
  EXPECT_TRUE(talk.has_stopped);
  for (const auto& message : talk.heard()) EXPECT_FALSE(message.contains("id") && message["id"] == 5);
}

TEST(Mcp, WaitingCallsAreBoundedCancelledAndHaveIdsOfTheirOwn) {
  Talk talk({.workers = 1, .most_waiting = 2});
  talk.say(call("wait", Json::object(), 1, {{"progressToken", 1}}));
  talk.wait_for([](const Json& message) { return message.contains("method"); });
  EXPECT_EQ(code_of(talk.ask(call("echo", Json::object(), 1))), -32600);
  talk.say(call("echo", Json::object(), 2));
  talk.say(call("echo", Json::object(), 3));
  talk.say(call("echo", Json::object(), 4));
  EXPECT_EQ(code_of(talk.answer_to(4)), -32000);
  for (const char* id : {"2", "1"})
    talk.say(std::string(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)") +
             id + "}}");
  EXPECT_TRUE(talk.answer_to(3).contains("result"));
  for (const auto& message : talk.heard()) EXPECT_FALSE(message.contains("id") && message["id"] == 2);
}

TEST(Mcp, TheEndStopsWhatRuns) {
  std::optional<Talk> talk(std::in_place);
  talk->say(call("wait", Json::object(), 1, {{"progressToken", 1}}));
  talk->wait_for([](const Json& message) { return message.contains("method"); });
  talk.reset();  // would not return
}

TEST(Mcp, LinesComeInPiecesAndLongOnesAreRefused) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  Talk talk;
  std::thread reader([&] { take_lines(ends[0], talk.server(), 200); });
  const auto say = [&](const std::string& text) {
    for (const char c : text) ASSERT_EQ(::write(ends[1], &c, 1), 1);
  };
  say(request("ping", Json::object(), 1) + "\n");
  say(std::string(5000, 'x') + "\n");
  say(request("ping", Json::object(), 2) + "\r\n\n");
  say(request("ping", Json::object(), 3));  // without an end
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  const auto all = talk.heard();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0]["id"], 1);
  EXPECT_EQ(code_of(all[1]), -32600);
  EXPECT_EQ(all[2]["id"], 2);
}

}  // namespace
}  // namespace s2m::mcp
