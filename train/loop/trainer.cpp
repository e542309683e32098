#include "train/loop/trainer.h"

#include <fmt/format.h>
#include <torch/utils.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/random.h"
#include "train/loop/checkpoint.h"
#include "train/loop/device.h"
#include "train/loop/task.h"

namespace s2m::train {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr std::uint64_t kStepStream = 0x57e9;
constexpr int kMostBadSteps = 20;  // in a row, before the run is given up

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(1000 * seconds));
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::atomic<int> caught_signal = 0;

// SIGINT and SIGTERM ask the loop to stop while this lives.
class StopSignals {
 public:
  StopSignals() {
    caught_signal = 0;
    struct sigaction action {};
    action.sa_handler = [](int signal) { caught_signal = signal; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second one ends the program at once
    sigaction(SIGINT, &action, &before_interrupt_);
    sigaction(SIGTERM, &action, &before_terminate_);
  }
  ~StopSignals() {
    sigaction(SIGINT, &before_interrupt_, nullptr);
    sigaction(SIGTERM, &before_terminate_, nullptr);
  }
  bool caught() const { return caught_signal != 0; }

 private:
  struct sigaction before_interrupt_ {};
  struct sigaction before_terminate_ {};
};

// Drops the log's lines after `step`: a resumed run writes them anew.
void rewind_log(const std::filesystem::path& path, std::int64_t step) {
  std::ifstream in(path);
  std::string kept;
  for (std::string line; std::getline(in, line);) {
    const json entry = json::parse(line, nullptr, false);
    if (entry.is_object() && entry.value("step", std::int64_t{0}) <= step) kept += line + "\n";
  }
  write_text(path, kept);
}

std::string duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds);
  return whole >= 3600 ? fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
                       : fmt::format("{}:{:02}", whole / 60, whole % 60);
}

class Loop {
 public:
  Loop(Task& task, const TrainerOptions& options, const PrintLine& print)
      : task_(task),
        options_(options),
        print_(options.launch.rank == 0 ? print : [](std::string_view) {}),
        device_(open_device(options.device, options.threads)),
        ranks_(options.launch, device_, milliseconds(options.rank_timeout)),
        optimizer_(*task.module, device_, task.rate_of) {
    if (options.accumulate % ranks_.size() != 0)
      throw Error("batches per step", "cannot be divided among the processes",
                  fmt::format("a multiple of {}", ranks_.size()), fmt::to_string(options.accumulate));
    if (options.average > 0) optimizer_.keep_average();
    if (ranks_.is_first()) open_run();
    share_start();
  }

  TrainerResult run() {
    try {
      steps();
    } catch (const Error&) {
      if (ranks_.lost()) save();
      throw;
    }
    return finish();
  }

 private:
  // What one step's batches have in common.
  struct StepSums {
    double loss = 0, items = 0;
    Figures figures;
  };

  void steps() {
    const StopSignals signals;
    start_ = last_save_ = Clock::now();
    const double seconds_before = state_.seconds;
    bool stop = has_lost_patience();
    while (!stop && state_.step < options_.steps) {
      one_step();
      state_.seconds = seconds_before + seconds_since(start_);
      if (due(options_.validate_every) || state_.step == options_.steps) validate();
      stop = ranks_.any(has_lost_patience() || signals.caught() || state_.step == options_.stop_after ||
                        (options_.minutes > 0 && seconds_since(start_) > 60 * options_.minutes));
      if (seconds_since(last_save_) > 60 * options_.save_minutes) save();
    }
  }

  std::filesystem::path file(const char* name) const { return options_.run / name; }
  bool due(std::int64_t every) const { return every > 0 && state_.step % every == 0; }

  void open_run() {
    std::filesystem::create_directories(options_.run);
    start_or_resume();
    log_.open(file("log.jsonl"), std::ios::app);
    if (!log_) throw Error(file("log.jsonl").string(), "cannot be written");
  }

  void start_or_resume() {
    const RunState wanted{task_.name, task_.config_json, options_.seed, 0, 0, 0, -1};
    state_ = wanted;
    if (!options_.resume) {
      if (std::filesystem::exists(file("state.safetensors")))
        throw Error(options_.run.string(), "this run has begun already", "--resume, or another folder");
      return;
    }
    state_ = load_state(file("state.safetensors"), optimizer_);
    if (state_.task != wanted.task)
      throw Error(options_.run.string(), "another task's run", wanted.task, state_.task);
    if (state_.config_json != wanted.config_json)
      throw Error(options_.run.string(), "another configuration", wanted.config_json, state_.config_json);
    if (state_.seed != wanted.seed)
      throw Error(options_.run.string(), "another seed", fmt::to_string(wanted.seed),
                  fmt::to_string(state_.seed));
    rewind_log(file("log.jsonl"), state_.step);
    print_(fmt::format("{}: on from step {}", task_.name, state_.step));
  }

  // All processes go on from the first one's weights and step.
  void share_start() {
    const TrainerOptions& o = options_;
    ranks_.expect_same(
        "options or data",
        fmt::format("{} {} seed {} steps {} of {} batches, stop after {}; rate {} {} {}, {} {} {}, "
                    "average {}, clip {}, validation {}, bf16 {}",
                    task_.name, task_.config_json, o.seed, o.steps, o.accumulate, o.stop_after,
                    o.learning_rate, o.floor, o.warmup, o.beta1, o.beta2, o.weight_decay, o.average, o.clip,
                    o.validate_every, o.bf16));
    for (at::Tensor* values : {&optimizer_.values(), &optimizer_.first(), &optimizer_.second()})
      ranks_.share(*values);
    if (optimizer_.averages().defined()) ranks_.share(optimizer_.averages());
    std::vector<double> progress{static_cast<double>(state_.step), state_.seconds, state_.best_loss,
                                 static_cast<double>(state_.best_step)};
    ranks_.share(progress);
    state_.step = static_cast<std::int64_t>(progress[0]);
    state_.seconds = progress[1];
    state_.best_loss = progress[2];
    state_.best_step = static_cast<std::int64_t>(progress[3]);
  }

  void one_step() {
    task_.module->train();
    optimizer_.zero_gradients();
    StepSums sums;
    const int own = options_.accumulate / ranks_.size();
    for (int i = 0; i < own; ++i)
      one_batch(state_.step * options_.accumulate + ranks_.rank() * own + i, sums);
    add_ranks(sums);
    const double norm = first_ones(optimizer_.gradient_norm());
    items_ += sums.items;
    if (std::isfinite(sums.loss) && std::isfinite(norm)) {
      learn(norm);
      sums_["loss"] += sums.loss;
      for (const auto& [name, value] : sums.figures) sums_[name] += value;
      ++summed_;
    } else {
      skip();
    }
    ++state_.step;
    if (due(options_.log_every)) log_step(norm);
  }

  void one_batch(std::int64_t number, StepSums& sums) {
    torch::manual_seed(random_bits(options_.seed, kStepStream, static_cast<std::uint64_t>(number)) >> 1);
    StepResult result;
    {
      const Autocast autocast(device_, options_.bf16);
      result = task_.step(number);
    }
    (options_.accumulate == 1 ? result.loss : result.loss / options_.accumulate).backward();
    sums.loss += result.loss.item<double>() / options_.accumulate;
    sums.items += static_cast<double>(result.items);
    for (const auto& [name, value] : result.figures) sums.figures[name] += value / options_.accumulate;
  }

  // Gradients and figures of the batches of all processes.
  void add_ranks(StepSums& sums) {
    ranks_.sum(optimizer_.gradients());
    std::vector<double> values{sums.loss, sums.items};
    for (const auto& [name, value] : sums.figures) values.push_back(value);
    ranks_.sum(values);
    sums.loss = values[0], sums.items = values[1];
    auto next = values.begin() + 2;
    for (auto& [name, value] : sums.figures) value = *next++;
  }

  // Unlike processors may round a norm differently; one of the weights must not.
  double first_ones(double value) {
    std::vector<double> one{value};
    ranks_.share(one);
    return one[0];
  }

  void learn(double norm) {
    bad_steps_ = 0;
    const double scale = options_.clip > 0 && norm > options_.clip ? options_.clip / norm : 1.0;
    const double rate = options_.learning_rate * schedule(options_, state_.step);
    optimizer_.step(
        {rate, options_.beta1, options_.beta2, options_.weight_decay, 1e-8, state_.step + 1, scale});
    // Early on the mean of all steps so far, so that the start does not stay in the average.
    if (options_.average > 0)
      optimizer_.average(std::max(options_.average, 1.0 / static_cast<double>(state_.step + 2)));
  }

  void skip() {
    print_(fmt::format("step {}: loss or gradient is not finite; step skipped", state_.step));
    if (++bad_steps_ > kMostBadSteps) throw Error(task_.name, "the loss stays not finite");
  }

  void write_log(const json& entry) {
    if (ranks_.is_first()) log_ << entry.dump() << '\n' << std::flush;
  }

  void log_step(double norm) {
    const double now = seconds_since(start_);
    const double rate = items_ / std::max(1e-9, now - last_log_);
    json entry{{"step", state_.step},
               {"learning_rate", options_.learning_rate * schedule(options_, state_.step - 1)},
               {"grad_norm", norm},
               {"items_per_second", rate},
               {"seconds", state_.seconds}};
    for (const auto& [name, sum] : sums_) entry[name] = sum / std::max(1, summed_);
    write_log(entry);
    const double left = (now - last_log_) / static_cast<double>(options_.log_every) *
                        static_cast<double>(options_.steps - state_.step);
    print_(fmt::format("\r{} {}/{} ({:.1f} %)  loss {:.4f}  norm {:.2f}  {:.0f} items/s  {} left", task_.name,
                       state_.step, options_.steps,
                       100.0 * static_cast<double>(state_.step) / static_cast<double>(options_.steps),
                       entry.value("loss", 0.0), norm, rate, duration(left)));
    last_log_ = now;
    items_ = 0;
    summed_ = 0;
    sums_.clear();
  }

  void validate() {
    if (!task_.validate) return;
    const double before = seconds_since(start_);
    optimizer_.swap_average();
    task_.module->eval();
    Figures figures;
    {
      torch::NoGradGuard no_grad;
      const Autocast autocast(device_, options_.bf16);
      figures = task_.validate();
    }
    json entry{{"step", state_.step}, {"seconds", state_.seconds}};
    std::string line = fmt::format("step {}: validation", state_.step);
    for (const auto& [name, value] : figures) {
      entry["valid_" + name] = value;
      line += fmt::format("  {} {:.4f}", name, value);
    }
    write_log(entry);
    print_(line);
    keep_best(figures["loss"]);
    optimizer_.swap_average();
    last_log_ += seconds_since(start_) - before;  // validation does not count in the rate
  }

  void keep_best(double loss) {
    if (state_.best_step >= 0 && !(loss < state_.best_loss)) return;
    state_.best_loss = loss;
    state_.best_step = state_.step;
    write_model("best.safetensors");
  }

  void write_model(const char* name) {
    if (ranks_.is_first() && task_.export_model) task_.export_model(file(name).string());
  }

  // By the state alone, so that a resumed run ends where an uninterrupted one does.
  bool has_lost_patience() const {
    return options_.patience > 0 && state_.best_step >= 0 &&
           state_.step - state_.best_step >= options_.patience * options_.validate_every;
  }

  void save() {
    if (ranks_.is_first()) save_state(file("state.safetensors"), state_, optimizer_);
    last_save_ = Clock::now();
  }

  TrainerResult finish() {
    save();
    optimizer_.swap_average();
    write_model("last.safetensors");
    optimizer_.swap_average();
    const bool finished = state_.step >= options_.steps || has_lost_patience();
    print_(finished
               ? fmt::format("{}: done, {} steps in {}; best loss {:.4f} at step {}", task_.name, state_.step,
                             duration(state_.seconds), state_.best_loss, state_.best_step)
               : fmt::format("{}: stopped at step {} and saved; go on with the same command and --resume",
                             task_.name, state_.step));
    return {state_.step, finished, state_.best_loss, state_.best_step};
  }

  Task& task_;
  const TrainerOptions& options_;
  const PrintLine print_;  // the first process alone prints
  c10::Device device_;
  Ranks ranks_;
  AdamW optimizer_;
  RunState state_;
  std::ofstream log_;
  Clock::time_point start_, last_save_;
  double last_log_ = 0;
  double items_ = 0;
  Figures sums_;
  int summed_ = 0;
  int bad_steps_ = 0;
};

}  // namespace

double schedule(const TrainerOptions& options, std::int64_t step) {
  if (step < options.warmup) return static_cast<double>(step + 1) / static_cast<double>(options.warmup);
  const double done = static_cast<double>(step - options.warmup) /
                      static_cast<double>(std::max<std::int64_t>(1, options.steps - options.warmup));
  return options.floor + (1 - options.floor) * 0.5 * (1 + std::cos(std::numbers::pi * std::min(1.0, done)));
}

TrainerResult run(Task& task, const TrainerOptions& options, const PrintLine& print) {
  return Loop(task, options, print).run();
}

}  // namespace s2m::train
