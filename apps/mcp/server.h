// The Model Context Protocol: JSON-RPC 2.0 messages, one a line, and the tools that a client may call.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace s2m::mcp {

using Json = nlohmann::ordered_json;

struct ToolAnswer {
  Json structured;            // as the tool's outputSchema says
  std::string text = {};      // for people and models; empty: `structured` as text
  Json more = Json::array();  // further content blocks
};

// Says which share of a call is done, 0 to 1, and what is being done. Returns false where the client has cancelled it.
using TellProgress = std::function<bool(double share, const std::string& message)>;

struct Tool {
  Json
      description;  // an entry of tools/list: name, title, description, inputSchema, outputSchema, annotations
  // Throws Cancelled where `tell` returned false. Any other exception is an answer whose isError is true.
  std::function<ToolAnswer(const nlohmann::json& arguments, const TellProgress& tell)> run;
};

struct ServerOptions {
  int workers = 2;                // calls that run at once
  std::size_t most_waiting = 64;  // calls that wait beside them; a further one is refused
  std::string instructions = {};  // what a model shall know of all tools
};

// Speaks revision 2026-07-28, in which each request names its version, and the revisions with a handshake before it.
// take() is called from one thread.
class Server {
 public:
  // `send` gets lines without their end, from several threads but one at a time.
  Server(std::vector<Tool> tools, std::function<void(const std::string& line)> send,
         ServerOptions options = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Answers a line, or queues the call that it asks for.
  void take(std::string_view line);
  // Answers a line that was too long to be kept.
  void refuse_long_line(std::size_t most_bytes);

 private:
  enum class Era { kHandshake, kPerRequest };
  struct Request;
  struct Call;

  void take_message(const nlohmann::json& message);
  void take_notification(const std::string& method, const nlohmann::json& message);
  void answer(const Request& request);
  Json initialize(const Request& request) const;
  Json discover() const;
  Json list_tools(const Request& request) const;
  void queue_call(const Request& request);
  void work();
  void run(Call& call);
  bool tell(Call& call, double share, const std::string& message);
  void end(Call& call, const Json& result);
  void send_result(const Json& id, Json result, Era era);
  void send_error(const Json& id, int code, const std::string& message, Json data = nullptr);
  void send(const Json& message);

  std::vector<Tool> tools_;
  std::function<void(const std::string&)> send_line_;
  ServerOptions options_;
  std::mutex sending_;
  std::mutex mutex_;  // of what follows
  std::condition_variable more_;
  bool is_closing_ = false;
  std::deque<std::shared_ptr<Call>> waiting_;
  std::map<std::string, std::shared_ptr<Call>> unfinished_;  // by the request's id
  std::vector<std::thread> workers_;
};

// Feeds the lines that `input` (a file descriptor) brings until its end. A line of more than `most_bytes` is refused.
void take_lines(int input, Server& server, std::size_t most_bytes);

}  // namespace s2m::mcp
