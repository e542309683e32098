#include "train/loop/trainer.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/random.h"
#include "tests/base/scratch_folder.h"
#include "train/loop/checkpoint.h"
#include "train/loop/task.h"

namespace s2m::train {
namespace {

class Folder {
 public:
  explicit Folder(const std::string& name) : path(scratch_folder() / ("trainer_" + name)) {
    std::filesystem::remove_all(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  const std::filesystem::path path;
};

// A small network with dropout that learns a sine.
struct Sine {
  Sine() {
    torch::manual_seed(3);
    net = torch::nn::Sequential(torch::nn::Linear(1, 32), torch::nn::Tanh(), torch::nn::Dropout(0.1),
                                torch::nn::Linear(32, 1));
    task.name = "sine";
    task.module = net.ptr().get();
    task.config_json = "{}";
    task.step = [this](std::int64_t step) { return StepResult{loss(step), 64, {{"one", 1.0}}}; };
    task.validate = [this] { return Figures{{"loss", loss(-1).item<double>()}}; };
    task.export_model = [](const std::string& path) { write_text(path, "model"); };
  }
  torch::Tensor loss(std::int64_t step) {
    Random random(5, static_cast<std::uint64_t>(step));
    torch::Tensor x = torch::empty({64, 1});
    for (int i = 0; i < 64; ++i) x[i][0] = 6 * random.uniform() - 3;
    return torch::mse_loss(net->forward(x), torch::sin(x));
  }
  std::vector<NamedTensor> weights() const { return weights_of(*net.ptr()); }

  torch::nn::Sequential net;
  Task task;
};

TrainerOptions options_for(const Folder& folder) {
  TrainerOptions options;
  options.run = folder.path;
  options.steps = 60;
  options.warmup = 5;
  options.learning_rate = 1e-2;
  options.weight_decay = 0.01;
  options.log_every = 10;
  options.validate_every = 20;
  options.threads = 1;
  options.bf16 = false;
  return options;
}

const PrintLine kSilent = [](std::string_view) {};

void expect_equal(const std::vector<NamedTensor>& a, const std::vector<NamedTensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].name, b[i].name);
    EXPECT_EQ(a[i].values, b[i].values) << a[i].name;
  }
}

TEST(Trainer, LearnsAndLogs) {
  const Folder folder("learns");
  Sine sine;
  const double before = sine.loss(-1).item<double>();
  TrainerOptions options = options_for(folder);
  options.steps = 300;
  const TrainerResult result = run(sine.task, options, kSilent);
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.step, 300);
  EXPECT_LT(result.best_loss, 0.2 * before);
  EXPECT_TRUE(std::filesystem::exists(folder.path / "best.safetensors"));
  EXPECT_TRUE(std::filesystem::exists(folder.path / "last.safetensors"));
  std::ifstream log(folder.path / "log.jsonl");
  int steps = 0, validations = 0;
  for (std::string line; std::getline(log, line);) {
    const auto entry = nlohmann::json::parse(line);
    steps += entry.contains("grad_norm") && entry.at("one") == 1.0;
    validations += entry.contains("valid_loss");
  }
  EXPECT_EQ(steps, 30);
  EXPECT_EQ(validations, 15);
}

TEST(Trainer, LosesPatienceWhereNothingGetsBetter) {
  const Folder folder("patience");
  Sine sine;
  int validations = 0;
  sine.task.validate = [&] { return Figures{{"loss", std::abs(3.0 - ++validations)}}; };
  TrainerOptions options = options_for(folder);
  options.steps = 300;
  options.patience = 2;
  auto result = run(sine.task, options, kSilent);
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.best_step, 60);
  EXPECT_EQ(result.step, 100);
  options.resume = true;
  EXPECT_EQ(run(sine.task, options, kSilent).step, 100);
}

TEST(Trainer, AveragedWeightsSurviveAStopBitForBit) {
  const Folder straight("averaged"), halved("averaged_halved"), plain("not_averaged");
  std::vector<std::vector<NamedTensor>> exported;
  const auto train = [&](Sine& sine, const TrainerOptions& options) {
    sine.task.export_model = [&](const std::string& path) {
      exported.push_back(sine.weights());
      write_text(path, "model");
    };
    run(sine.task, options, kSilent);
    return exported.back();
  };
  const auto averaged = [&](const Folder& folder) {
    TrainerOptions options = options_for(folder);
    options.average = 0.1;
    return options;
  };
  Sine one, two, three, four;
  const auto whole = train(one, averaged(straight));
  TrainerOptions options = averaged(halved);
  options.stop_after = 23;
  train(two, options);
  options.stop_after = 0;
  options.resume = true;
  expect_equal(train(three, options), whole);
  const auto last = train(four, options_for(plain));
  expect_equal(one.weights(), last);  // averaging changes no step
  EXPECT_NE(whole.front().values, last.front().values);
}

TEST(Trainer, AParameterOfRateZeroStaysAsItWas) {
  const Folder folder("rates");
  Sine sine;
  sine.task.rate_of = [](const std::string& name) { return name.starts_with("0.") ? 0.0 : 1.0; };
  const auto before = sine.weights();
  run(sine.task, options_for(folder), kSilent);
  const auto after = sine.weights();
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_EQ(before[i].values == after[i].values, before[i].name.starts_with("0.")) << before[i].name;
}

TEST(Trainer, StoppedAndResumedGivesTheSameBits) {
  const Folder straight("straight"), halved("halved");
  Sine one, two, three;
  run(one.task, options_for(straight), kSilent);
  TrainerOptions options = options_for(halved);
  options.stop_after = 23;
  EXPECT_FALSE(run(two.task, options, kSilent).finished);
  options.stop_after = 0;
  options.resume = true;
  EXPECT_TRUE(run(three.task, options, kSilent).finished);
  expect_equal(one.weights(), three.weights());
}

TEST(Trainer, ASignalEndsTheStepAndSaves) {
  const Folder folder("signal"), straight("signal_straight");
  Sine one, two, three;
  TrainerOptions options = options_for(folder);
  const auto step = one.task.step;
  one.task.step = [&](std::int64_t number) {
    if (number == 12) std::raise(SIGTERM);
    return step(number);
  };
  const TrainerResult result = run(one.task, options, kSilent);
  EXPECT_FALSE(result.finished);
  EXPECT_EQ(result.step, 13);
  options.resume = true;
  run(two.task, options, kSilent);
  run(three.task, options_for(straight), kSilent);
  expect_equal(two.weights(), three.weights());
}

TEST(Trainer, AccumulatedBatchesAreTheirMean) {
  const Folder folder("accumulated");
  Sine sine;
  TrainerOptions options = options_for(folder);
  std::vector<std::int64_t> numbers;
  const auto step = sine.task.step;
  sine.task.step = [&](std::int64_t number) {
    numbers.push_back(number);
    return step(number);
  };
  options.accumulate = 3;
  options.steps = 4;
  run(sine.task, options, kSilent);
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST(Trainer, RefusesWhatIsNotItsRun) {
  const Folder folder("refuses");
  Sine sine;
  TrainerOptions options = options_for(folder);
  options.resume = true;
  EXPECT_THROW(run(sine.task, options, kSilent), Error) << "nothing to resume";
  options.resume = false;
  run(sine.task, options, kSilent);
  EXPECT_THROW(run(sine.task, options, kSilent), Error) << "begun already";
  options.resume = true;
  sine.task.config_json = R"({"other":1})";
  EXPECT_THROW(run(sine.task, options, kSilent), Error) << "another configuration";
  sine.task.config_json = "{}";
  options.seed = 9;
  EXPECT_THROW(run(sine.task, options, kSilent), Error) << "another seed";
}

TEST(Trainer, GivesUpOnALossThatStaysNaN) {
  const Folder folder("nan");
  Sine sine;
  const auto before = sine.weights();
  const auto step = sine.task.step;
  sine.task.step = [&](std::int64_t number) {
    StepResult result = step(number);
    result.loss = result.loss * NAN;
    return result;
  };
  EXPECT_THROW(run(sine.task, options_for(folder), kSilent), Error);
  expect_equal(before, sine.weights());
}

TEST(Schedule, WarmsUpAndFallsToTheFloor) {
  TrainerOptions options;
  options.steps = 1000;
  options.warmup = 100;
  options.floor = 0.1;
  EXPECT_DOUBLE_EQ(schedule(options, 49), 0.5);
  EXPECT_DOUBLE_EQ(schedule(options, 99), 1.0);
  EXPECT_NEAR(schedule(options, 550), 0.55, 1e-9);
  EXPECT_NEAR(schedule(options, 999), 0.1, 1e-5);
  for (std::int64_t step = 101; step < 1000; ++step)
    EXPECT_LE(schedule(options, step), schedule(options, step - 1));
}

// LibTorch's own AdamW, step by step.
TEST(AdamW, AgreesWithLibTorch) {
  Sine ours, theirs;
  AdamW adamw(*ours.task.module, torch::kCPU);
  std::vector<torch::Tensor> matrices, vectors;
  for (const torch::Tensor& p : theirs.net->parameters()) (p.dim() >= 2 ? matrices : vectors).push_back(p);
  const auto options = torch::optim::AdamWOptions(1e-2).betas({0.9, 0.95}).eps(1e-8);
  torch::optim::AdamW decayed(matrices, torch::optim::AdamWOptions(options).weight_decay(0.1));
  torch::optim::AdamW plain(vectors, torch::optim::AdamWOptions(options).weight_decay(0));
  ours.net->eval(), theirs.net->eval();
  for (std::int64_t step = 0; step < 20; ++step) {
    adamw.zero_gradients();
    decayed.zero_grad(), plain.zero_grad();
    ours.loss(step).backward();
    theirs.loss(step).backward();
    decayed.step(), plain.step();
    adamw.step({1e-2, 0.9, 0.95, 0.1, 1e-8, step + 1, 1.0});
  }
  const auto a = ours.net->parameters(), b = theirs.net->parameters();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_LT((a[i] - b[i]).abs().max().item<double>(), 1e-5);
}

}  // namespace
}  // namespace s2m::train
