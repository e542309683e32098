// Training by several processes: this program starts itself again, once a rank, and the tests look at their files.
#include "train/loop/ranks.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <torch/torch.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/random.h"
#include "tests/base/scratch_folder.h"
#include "train/loop/checkpoint.h"
#include "train/loop/task.h"
#include "train/loop/trainer.h"

namespace s2m::train {
namespace {

namespace fs = std::filesystem;
using Settings = std::map<std::string, std::string>;

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

int number(const char* name) { return std::atoi(setting(name).c_str()); }

// A small network with dropout that learns a sine.
struct Sine {
  explicit Sine(unsigned seed) {
    torch::manual_seed(seed);
    net = torch::nn::Sequential(torch::nn::Linear(1, 33), torch::nn::Tanh(), torch::nn::Dropout(0.1),
                                torch::nn::Linear(33, 1));
    task.name = "sine";
    task.module = net.ptr().get();
    task.config_json = "{}";
    task.step = [this](std::int64_t step) {
      const torch::Tensor value = loss(step);
      return StepResult{value, 64, {{"twice", 2 * value.item<double>()}}};
    };
    task.validate = [this] { return Figures{{"loss", loss(-1).item<double>()}}; };
    task.export_model = [this](const std::string& path) {
      save_model(path, {}, weights_of(*net.ptr()), DataType::kF32);
    };
  }
  torch::Tensor loss(std::int64_t step) {
    Random random(5, static_cast<std::uint64_t>(step));
    torch::Tensor x = torch::empty({64, 1});
    for (int i = 0; i < 64; ++i) x[i][0] = 6 * random.uniform() - 3;
    return torch::mse_loss(net->forward(x), torch::sin(x));
  }

  torch::nn::Sequential net;
  Task task;
};

TrainerOptions options_of_environment() {
  TrainerOptions options;
  options.run = setting("S2M_RUN");
  options.resume = !setting("S2M_RESUME").empty();
  options.accumulate = std::max(1, number("S2M_BATCHES"));
  options.steps = 40, options.warmup = 5, options.learning_rate = 1e-2, options.weight_decay = 0.01;
  if (!setting("S2M_RATE").empty()) options.learning_rate = 2e-2;
  options.average = 0.1;
  options.log_every = 1, options.validate_every = 20, options.save_minutes = 0;
  options.threads = 1, options.bf16 = false;
  options.rank_timeout = 60;
  options.launch = launch_from_environment();
  return options;
}

// What one rank does. S2M_END is a step at which S2M_SIGNAL reaches it.
int train_one_rank() {
  TrainerOptions options = options_of_environment();
  Sine sine(3 + static_cast<unsigned>(options.launch.rank));  // the first one's weights count
  const auto step = sine.task.step;
  sine.task.step = [&, end = number("S2M_END")](std::int64_t batch) {
    if (end > 0 && batch / options.accumulate == end) std::raise(number("S2M_SIGNAL"));
    return step(batch);
  };
  try {
    return run(sine.task, options, [](std::string_view) {}).finished ? 0 : 3;
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}

TEST(RankOfItsOwn, Trains) {
  if (setting("S2M_RUN").empty()) GTEST_SKIP() << "one of the processes of the tests below";
  std::_Exit(train_one_rank());
}

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  close(socket);
  return ntohs(address.sin_port);
}

pid_t start(const Settings& settings, const fs::path& errors) {
  std::vector<std::string> lines;
  for (char** line = environ; *line; ++line) lines.emplace_back(*line);
  for (const auto& [name, value] : settings) lines.push_back(fmt::format("{}={}", name, value));
  std::vector<char*> environment;
  for (std::string& line : lines) environment.push_back(line.data());
  environment.push_back(nullptr);
  std::string program = "/proc/self/exe", filter = "--gtest_filter=RankOfItsOwn.Trains";
  char* arguments[] = {program.data(), filter.data(), nullptr};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  EXPECT_EQ(posix_spawn(&child, program.c_str(), &files, nullptr, arguments, environment.data()), 0);
  posix_spawn_file_actions_destroy(&files);
  return child;
}

class RanksTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      const Ranks nowhere({.rank = 1, .size = 2}, torch::kCPU, std::chrono::seconds(1));
    } catch (const Error& error) {
      if (error.kind == ErrorKind::kUnsupported) GTEST_SKIP() << error.what();
    }
  }
  // Runs `size` processes in the folder of that name. The last one's settings may differ.
  void train(const std::string& name, int size, const Settings& of_all, const Settings& of_last = {}) {
    const std::string port = std::to_string(free_port());
    std::vector<pid_t> children;
    for (int rank = 0; rank < size; ++rank) {
      Settings settings{{"S2M_RUN", folder(name)},
                        {"RANK", std::to_string(rank)},
                        {"WORLD_SIZE", std::to_string(size)},
                        {"MASTER_ADDR", "127.0.0.1"},
                        {"MASTER_PORT", port}};
      if (rank == size - 1) settings.insert(of_last.begin(), of_last.end());
      settings.insert(of_all.begin(), of_all.end());
      children.push_back(start(settings, errors(rank)));
    }
    status_.clear();
    for (const pid_t child : children) {
      int status = 0;
      waitpid(child, &status, 0);
      status_.push_back(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
  }
  std::string folder(const std::string& name) const {
    return (scratch_folder() / ("ranks_" + name)).string();
  }
  fs::path errors(int rank) const { return scratch_folder() / fmt::format("ranks_errors_{}", rank); }
  std::string bytes(const std::string& name, const char* file) const {
    return read_text(fs::path(folder(name)) / file);
  }
  // A figure of each step.
  std::vector<double> logged(const std::string& name, const char* figure) const {
    std::ifstream log(fs::path(folder(name)) / "log.jsonl");
    std::vector<double> values;
    for (std::string line; std::getline(log, line);)
      if (const auto entry = nlohmann::json::parse(line); entry.contains(figure))
        values.push_back(entry.at(figure));
    return values;
  }

  std::vector<int> status_;  // exit statuses by rank
};

// One batch a rank: the sums of one process, in the same order.
TEST_F(RanksTest, TwoProcessesGiveTheBitsOfOne) {
  train("two", 2, {{"S2M_BATCHES", "2"}});
  ASSERT_EQ(status_, (std::vector{0, 0}));
  train("one", 1, {{"S2M_BATCHES", "2"}});
  ASSERT_EQ(status_, std::vector{0});
  for (const char* file : {"last.safetensors", "best.safetensors"})
    EXPECT_EQ(bytes("one", file), bytes("two", file));
  for (const char* figure : {"loss", "twice", "grad_norm", "valid_loss"}) {
    EXPECT_EQ(logged("one", figure), logged("two", figure)) << figure;
    EXPECT_GE(logged("one", figure).size(), 2U) << figure;
  }
}

// Several batches a rank: the same sums in another order.
TEST_F(RanksTest, ThreeProcessesGiveTheLossesOfOne) {
  train("three", 3, {{"S2M_BATCHES", "6"}});
  ASSERT_EQ(status_, (std::vector{0, 0, 0}));
  train("alone", 1, {{"S2M_BATCHES", "6"}});
  const auto one = logged("alone", "loss"), three = logged("three", "loss");
  ASSERT_EQ(one.size(), 40U);
  ASSERT_EQ(three.size(), 40U);
  for (std::size_t i = 0; i < one.size(); ++i)
    EXPECT_NEAR(one[i], three[i], 1e-5 * one[i]) << "step " << i + 1;
}

TEST_F(RanksTest, AfterALostProcessAllGoOnFromTheLastStep) {
  train("lost", 2, {{"S2M_BATCHES", "2"}}, {{"S2M_END", "17"}, {"S2M_SIGNAL", std::to_string(SIGKILL)}});
  ASSERT_EQ(status_, (std::vector{1, 128 + SIGKILL}));
  EXPECT_EQ(read_text(errors(0)),
            "rank 0 of 2: another process has ended or does not answer; start all again with --resume\n");
  EXPECT_EQ(logged("lost", "loss").size(), 17U);
  train("lost", 2, {{"S2M_BATCHES", "2"}, {"S2M_RESUME", "1"}});
  ASSERT_EQ(status_, (std::vector{0, 0}));
  train("straight", 1, {{"S2M_BATCHES", "2"}});
  EXPECT_EQ(bytes("lost", "last.safetensors"), bytes("straight", "last.safetensors"));
  EXPECT_EQ(logged("lost", "loss"), logged("straight", "loss"));
}

TEST_F(RanksTest, WithoutTheFirstTheOthersEnd) {
  train("first_lost", 2, {{"S2M_BATCHES", "2"}, {"S2M_END", "17"}, {"S2M_SIGNAL", std::to_string(SIGKILL)}},
        {{"S2M_END", "0"}});
  EXPECT_EQ(status_, (std::vector{128 + SIGKILL, 1}));
  train("first_lost", 2, {{"S2M_BATCHES", "2"}, {"S2M_RESUME", "1"}});
  EXPECT_EQ(status_, (std::vector{0, 0}));
  EXPECT_EQ(logged("first_lost", "loss").size(), 40U);
}

TEST_F(RanksTest, ASignalToOneStopsAll) {
  train("signal", 2, {{"S2M_BATCHES", "2"}}, {{"S2M_END", "9"}, {"S2M_SIGNAL", std::to_string(SIGTERM)}});
  EXPECT_EQ(status_, (std::vector{3, 3}));
  EXPECT_EQ(logged("signal", "loss").size(), 10U);
}

TEST_F(RanksTest, OtherOptionsAreRefused) {
  train("other", 2, {{"S2M_BATCHES", "2"}}, {{"S2M_RATE", "2"}});
  EXPECT_EQ(status_, (std::vector{1, 1}));
  EXPECT_TRUE(read_text(errors(1)).starts_with("rank 1 of 2: other options or data than rank 0"))
      << read_text(errors(1));
}

TEST_F(RanksTest, BatchesThatCannotBeDividedAreRefused) {
  train("odd", 2, {{"S2M_BATCHES", "3"}});
  EXPECT_EQ(status_, (std::vector{1, 1}));
  EXPECT_EQ(read_text(errors(0)),
            "batches per step: cannot be divided among the processes: expected a multiple of 2, got 3\n");
}

}  // namespace
}  // namespace s2m::train
