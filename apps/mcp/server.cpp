#include "apps/mcp/server.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include "apps/serve/problem.h"
#include "story2midi/base/error.h"
#include "story2midi/base/json_members.h"
#include "story2midi/base/version.h"

namespace s2m::mcp {
namespace {

constexpr int kParseError = -32700, kInvalidRequest = -32600, kMethodNotFound = -32601,
              kInvalidParams = -32602, kBusy = -32000, kUnsupportedVersion = -32022;
constexpr std::string_view kPerRequestVersion = "2026-07-28";
// Newest first. Revision 2025-03-26 is left out: it alone has batches of messages.
constexpr std::array<std::string_view, 3> kHandshakeVersions{"2025-11-25", "2025-06-18", "2024-11-05"};
constexpr const char* kVersionKey = "io.modelcontextprotocol/protocolVersion";
constexpr const char* kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr const char* kServerKey = "io.modelcontextprotocol/serverInfo";
constexpr auto kBetweenProgress = std::chrono::milliseconds(100);
constexpr std::int64_t kToolsFreshMs = 3'600'000;  // they never change while the program runs

// A request that is answered with an error.
struct Wrong {
  int code;
  std::string message;
  Json data = nullptr;
};

bool is_id(const nlohmann::json& value) { return value.is_string() || value.is_number_integer(); }

Json server_info() { return {{"name", "story2midi"}, {"title", "story2midi"}, {"version", version()}}; }

Json capabilities() { return {{"tools", {{"listChanged", false}}}}; }

// The newest version that is no newer than the client's; the newest for a version that is no date.
std::string_view negotiated(std::string_view asked) {
  for (const auto version : kHandshakeVersions)
    if (version <= asked) return version;
  return kHandshakeVersions.front();
}

const nlohmann::json* member(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

struct Server::Request {
  Json id;
  std::string method;
  nlohmann::json params = nlohmann::json::object();
  nlohmann::json meta = nlohmann::json::object();
  Era era = Era::kHandshake;
};

struct Server::Call {
  Json id;
  Era era;
  const Tool* tool;
  nlohmann::json arguments;
  Json progress_token;
  std::atomic<bool> is_cancelled{false};
  double told = -1;  // the last share
  std::chrono::steady_clock::time_point told_at = {};
};

Server::Server(std::vector<Tool> tools, std::function<void(const std::string&)> send, ServerOptions options)
    : tools_(std::move(tools)), send_line_(std::move(send)), options_(std::move(options)) {
  for (int i = 0; i < options_.workers; ++i) workers_.emplace_back([this] { work(); });
}

Server::~Server() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
    for (const auto& [id, call] : unfinished_) call->is_cancelled = true;
  }
  more_.notify_all();
  for (auto& worker : workers_) worker.join();
}

void Server::send(const Json& message) {
  const std::lock_guard lock(sending_);
  send_line_(write_json(message));
}

void Server::send_error(const Json& id, int code, const std::string& message, Json data) {
  Json answer{{"jsonrpc", "2.0"}};
  if (!id.is_null()) answer["id"] = id;
  answer["error"] = {{"code", code}, {"message", message}};
  if (!data.is_null()) answer["error"]["data"] = std::move(data);
  send(answer);
}

void Server::send_result(const Json& id, Json result, Era era) {
  if (era == Era::kPerRequest) {
    result["resultType"] = "complete";
    result["_meta"][kServerKey] = server_info();
  }
  send({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
}

void Server::refuse_long_line(std::size_t most_bytes) {
  send_error(nullptr, kInvalidRequest, "a message has at most " + std::to_string(most_bytes) + " bytes");
}

void Server::take(std::string_view line) {
  if (line.find_first_not_of(" \t\r") == line.npos) return;
  nlohmann::json message;
  try {
    message = parse_json(line, "message");
  } catch (const Error& error) {
    return send_error(nullptr, kParseError, error.what());
  }
  take_message(message);
}

void Server::take_message(const nlohmann::json& message) {
  if (!message.is_object())
    return send_error(nullptr, kInvalidRequest, "a message is one JSON object; batches are not taken");
  const auto* id = member(message, "id");
  const auto* method = member(message, "method");
  const Json known_id = id && is_id(*id) ? Json(*id) : Json(nullptr);
  // Nothing is ever asked of the client, so an answer answers nothing.
  if (!method && (message.contains("result") || message.contains("error"))) return;
  if (message.value("jsonrpc", nlohmann::json()) != "2.0" || !method || !method->is_string())
    return send_error(known_id, kInvalidRequest, "expected \"jsonrpc\": \"2.0\" and a method");
  if (!id) return take_notification(*method, message);
  if (known_id.is_null())
    return send_error(nullptr, kInvalidRequest, "expected a string or a whole number as id");
  Request request{.id = known_id, .method = *method};
  try {
    if (const auto* params = member(message, "params")) request.params = *params;
    if (!request.params.is_object()) throw Wrong{kInvalidParams, "expected an object as params"};
    if (const auto* meta = member(request.params, "_meta")) request.meta = *meta;
    if (!request.meta.is_object()) throw Wrong{kInvalidParams, "expected an object as params._meta"};
    answer(request);
  } catch (const Wrong& wrong) {
    send_error(known_id, wrong.code, wrong.message, wrong.data);
  }
}

void Server::take_notification(const std::string& method, const nlohmann::json& message) {
  const auto* params = member(message, "params");
  if (method != "notifications/cancelled" || !params || !params->is_object()) return;
  const auto* id = member(*params, "requestId");
  if (!id || !is_id(*id)) return;
  const std::lock_guard lock(mutex_);
  const auto call = unfinished_.find(id->dump());
  if (call == unfinished_.end()) return;  // it has ended already
  call->second->is_cancelled = true;
  std::erase(waiting_, call->second);
  unfinished_.erase(call);
}

void Server::answer(const Request& given) {
  auto request = given;
  if (const auto* asked = member(request.meta, kVersionKey)) {
    request.era = Era::kPerRequest;
    if (*asked != kPerRequestVersion)
      throw Wrong{kUnsupportedVersion,
                  "Unsupported protocol version",
                  {{"supported", {kPerRequestVersion}}, {"requested", *asked}}};
    const auto* client = member(request.meta, kCapabilitiesKey);
    if (!client || !client->is_object())
      throw Wrong{kInvalidParams, std::string("expected an object as params._meta.") + kCapabilitiesKey};
  }
  const auto& method = request.method;
  if (method == "tools/call") return queue_call(request);
  if (method == "initialize") return send_result(request.id, initialize(request), Era::kHandshake);
  if (method == "ping") return send_result(request.id, Json::object(), request.era);
  if (method == "tools/list") return send_result(request.id, list_tools(request), request.era);
  if (method != "server/discover") throw Wrong{kMethodNotFound, "Method not found", {{"method", method}}};
  if (request.era == Era::kHandshake)
    throw Wrong{kInvalidParams, std::string("expected params._meta.") + kVersionKey};
  send_result(request.id, discover(), request.era);
}

Json Server::initialize(const Request& request) const {
  const auto* asked = member(request.params, "protocolVersion");
  if (!asked || !asked->is_string())
    throw Wrong{kInvalidParams, "expected a string as params.protocolVersion"};
  return {{"protocolVersion", negotiated(asked->get<std::string>())},
          {"capabilities", capabilities()},
          {"serverInfo", server_info()},
          {"instructions", options_.instructions}};
}

Json Server::discover() const {
  return {{"supportedVersions", {kPerRequestVersion}},
          {"capabilities", capabilities()},
          {"instructions", options_.instructions},
          {"ttlMs", kToolsFreshMs},
          {"cacheScope", "public"}};
}

Json Server::list_tools(const Request& request) const {
  if (request.params.contains("cursor"))
    throw Wrong{kInvalidParams, "there is one page of tools: no cursor is known"};
  Json tools = Json::array();
  for (const auto& tool : tools_) tools.push_back(tool.description);
  Json result{{"tools", std::move(tools)}};
  if (request.era == Era::kPerRequest) result.update({{"ttlMs", kToolsFreshMs}, {"cacheScope", "public"}});
  return result;
}

void Server::queue_call(const Request& request) {
  const auto* name = member(request.params, "name");
  if (!name || !name->is_string()) throw Wrong{kInvalidParams, "expected a string as params.name"};
  const auto wanted = name->get<std::string>();
  const auto tool = std::ranges::find_if(
      tools_, [&](const Tool& each) { return each.description["name"].get<std::string>() == wanted; });
  if (tool == tools_.end()) throw Wrong{kInvalidParams, "Unknown tool: " + write_json(*name)};
  auto call = std::make_shared<Call>();
  call->id = request.id;
  call->era = request.era;
  call->tool = &*tool;
  call->arguments = nlohmann::json::object();
  if (const auto* arguments = member(request.params, "arguments")) call->arguments = *arguments;
  if (!call->arguments.is_object()) throw Wrong{kInvalidParams, "expected an object as params.arguments"};
  if (const auto* token = member(request.meta, "progressToken")) call->progress_token = *token;
  if (!call->progress_token.is_null() && !is_id(call->progress_token))
    throw Wrong{kInvalidParams, "expected a string or a whole number as params._meta.progressToken"};
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= options_.most_waiting)
      throw Wrong{kBusy, "too many calls wait: at most " + std::to_string(options_.most_waiting)};
    if (!unfinished_.emplace(call->id.dump(), call).second)
      throw Wrong{kInvalidRequest, "a call with this id has not ended"};
    waiting_.push_back(std::move(call));
  }
  more_.notify_one();
}

void Server::work() {
  for (;;) {
    std::shared_ptr<Call> call;
    {
      std::unique_lock lock(mutex_);
      more_.wait(lock, [this] { return is_closing_ || !waiting_.empty(); });
      if (is_closing_) return;
      call = waiting_.front();
      waiting_.pop_front();
    }
    run(*call);
  }
}

void Server::run(Call& call) {
  Json result;
  try {
    const auto answer = call.tool->run(
        call.arguments, [&](double share, const std::string& what) { return tell(call, share, what); });
    const auto text = answer.text.empty() ? write_json(answer.structured) : answer.text;
    result = {{"content", Json::array({{{"type", "text"}, {"text", text}}})},
              {"structuredContent", answer.structured},
              {"isError", false}};
    for (const auto& block : answer.more) result["content"].push_back(block);
  } catch (...) {
    // Of a cancelled call nothing is told; end() sees to that.
    const auto problem = Json::parse(serve::to_json(serve::problem_of_exception()));
    const auto text = problem["error"]["message"].get<std::string>();
    result = {{"content", Json::array({{{"type", "text"}, {"text", text}}})}, {"isError", true}};
  }
  end(call, result);
}

bool Server::tell(Call& call, double share, const std::string& message) {
  if (call.is_cancelled) return false;
  const auto now = std::chrono::steady_clock::now();
  if (call.progress_token.is_null() || share <= call.told || now - call.told_at < kBetweenProgress)
    return true;
  call.told = share;
  call.told_at = now;
  send({{"jsonrpc", "2.0"},
        {"method", "notifications/progress"},
        {"params",
         {{"progressToken", call.progress_token}, {"progress", share}, {"total", 1}, {"message", message}}}});
  return true;
}

void Server::end(Call& call, const Json& result) {
  {
    const std::lock_guard lock(mutex_);
    if (call.is_cancelled) return;
    unfinished_.erase(call.id.dump());
  }
  send_result(call.id, result, call.era);
}

void take_lines(int input, Server& server, std::size_t most_bytes) {
  std::string line;
  bool is_too_long = false;
  std::vector<char> chunk(1 << 16);
  for (;;) {
    const auto count = ::read(input, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // half a line at the end is no message
    for (std::string_view rest(chunk.data(), static_cast<std::size_t>(count)); !rest.empty();) {
      const auto length = std::min(rest.find('\n'), rest.size());
      if (!is_too_long) line += rest.substr(0, length);
      is_too_long = is_too_long || line.size() > most_bytes;
      if (is_too_long) line.clear();
      if (length == rest.size()) break;
      is_too_long ? server.refuse_long_line(most_bytes) : server.take(line);
      line.clear();
      is_too_long = false;
      rest.remove_prefix(length + 1);
    }
  }
}

}  // namespace s2m::mcp
