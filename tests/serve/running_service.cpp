#include "tests/serve/running_service.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "tests/base/scratch_folder.h"
#include "tests/compose/tiny_decoder.h"
#include "tests/reading/tiny_encoder.h"

namespace s2m::serve {

std::filesystem::path tiny_models() {
  static const auto folder = [] {
    const auto path = scratch_folder() / "models";
    std::filesystem::create_directories(path);
    save_encoder(path / "encoder.safetensors", tiny_encoder_config());
    auto config = tiny_config();
    config.memory_width = tiny_encoder_config().width;
    save_decoder(path / "decoder.safetensors", config);
    return path;
  }();
  return folder;
}

std::string tale_with(const Json& members) {
  Json request{{"story", {{"text", kTale}}}};
  request.update(members);
  return request.dump();
}

std::string long_job() { return tale_with({{"options", {{"bars", 512}}}, {"compose", {{"drafts", 64}}}}); }

std::filesystem::path new_store() {
  static int number = 0;
  return scratch_folder() / ("store_" + std::to_string(++number));
}

ServiceOptions tiny_options() {
  ServiceOptions options;
  options.models = tiny_models();
  options.store = new_store();
  options.port = 0;
  options.threads = 1;
  options.log_level = LogLevel::kError;
  return options;
}

bool soon(const std::function<bool()>& holds) {
  for (int i = 0; i < 6000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

httplib::Client RunningService::client() const {
  httplib::Client client("127.0.0.1", port());
  client.set_read_timeout(30);
  return client;
}

Json RunningService::get(const std::string& path, int status) const {
  const auto answer = client().Get(path);
  if (!answer) throw std::runtime_error("no answer: " + path);
  EXPECT_EQ(answer->status, status) << path << answer->body;
  return Json::parse(answer->body);
}

Json RunningService::post(const std::string& path, const std::string& body, int status) const {
  const auto answer = client().Post(path, body, "application/json");
  if (!answer) throw std::runtime_error("no answer: " + path);
  EXPECT_EQ(answer->status, status) << path << answer->body;
  return Json::parse(answer->body);
}

std::string RunningService::end_of(const std::string& id) const {
  std::string state;
  soon([&] {
    state = get("/api/v1/jobs/" + id)["state"];
    return state != "queued" && state != "running";
  });
  return state;
}

std::string RunningService::file(const std::string& id, const std::string& format) const {
  const auto answer = client().Get("/api/v1/jobs/" + id + "/files/" + format);
  if (!answer) throw std::runtime_error("no answer: " + format);
  EXPECT_EQ(answer->status, 200) << answer->body;
  return answer->body;
}

std::string raw_answer(int port, const std::string& bytes, std::chrono::milliseconds pause) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const std::size_t step = pause.count() > 0 ? 1 : bytes.size();
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    if (::send(socket, bytes.data() + at, std::min(step, bytes.size() - at), MSG_NOSIGNAL) < 0) break;
    std::this_thread::sleep_for(pause);
  }
  std::string answer;
  std::array<char, 4096> chunk{};
  for (ssize_t count = 0; (count = ::recv(socket, chunk.data(), chunk.size(), 0)) > 0;)
    answer.append(chunk.data(), static_cast<std::size_t>(count));
  ::close(socket);
  return answer;
}

}  // namespace s2m::serve
