#include "tests/serve/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>
#include <utility>

#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"

namespace s2m::serve {
namespace {

std::vector<std::string> serve_words(const std::string& store, const std::vector<std::string>& more) {
  std::vector<std::string> words{"serve", "--port", "0", "--store", store};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

Process::Process(std::vector<std::string> words, const std::string& begun) {
  static int number = 0;
  log_ = scratch_folder() / ("process_" + std::to_string(++number) + ".log");
  words.insert(words.begin(), S2M_PROGRAM);
  words.insert(words.end(), {"--models", tiny_models(), "--threads", "1"});
  process_ = ::fork();
  if (process_ == 0) {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int log = ::open(log_.c_str(), O_WRONLY | O_CREAT, 0600);
    ::dup2(log, STDERR_FILENO);
    ::execv(S2M_PROGRAM, arguments.data());
    ::_exit(127);
  }
  EXPECT_TRUE(soon([&] { return !lines(begun).empty(); })) << log();
}

Process::~Process() {
  if (process_ > 0) end(SIGKILL);
}

int Process::end(int signal) {
  ::kill(process_, signal);
  int status = 0;
  ::waitpid(std::exchange(process_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string Process::log() const { return std::filesystem::exists(log_) ? read_text(log_) : ""; }

std::vector<Json> Process::lines(const std::string& event) const {
  std::istringstream text(log());
  std::vector<Json> found;
  for (std::string line; std::getline(text, line) && !text.eof();)
    if (auto json = Json::parse(line); json["event"] == event) found.push_back(json);
  return found;
}

Server::Server(const std::string& store, const std::vector<std::string>& more)
    : Process(serve_words(store, more), "listening"), port_(lines("listening").at(0).at("port")) {}

httplib::Client Server::client() const {
  httplib::Client client("127.0.0.1", port_);
  client.set_read_timeout(60);
  return client;
}

}  // namespace s2m::serve
