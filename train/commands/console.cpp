#include <fmt/chrono.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>

#include "train/commands/commands.h"

namespace s2m::train {

// A status line (it begins with '\r') is overwritten by the next on a terminal, and written once a minute
// elsewhere.
PrintLine print_to_stderr() {
  using Clock = std::chrono::steady_clock;
  return [terminal = isatty(STDERR_FILENO) == 1, next = Clock::now()](std::string_view line) mutable {
    const bool status = line.starts_with('\r');
    if (status) line.remove_prefix(1);
    if (status && !terminal && Clock::now() < next) return;
    if (status) next = Clock::now() + std::chrono::minutes(1);
    const std::string text = fmt::format("{:%H:%M:%S} {}", fmt::localtime(std::time(nullptr)), line);
    fmt::print(stderr, "{}{}{}", terminal ? "\r\033[K" : "", text, status && terminal ? "" : "\n");
    std::fflush(stderr);
  };
}

void add_type_option(CLI::App& command, DataType& type) {
  static const std::map<std::string, DataType> kTypes{
      {"f32", DataType::kF32}, {"bf16", DataType::kBF16}, {"int8", DataType::kI8}, {"int4", DataType::kI4}};
  command
      .add_option_function<std::string>(
          "--type", [&type](const std::string& name) { type = kTypes.at(name); },
          "number format of the matrices")
      ->check(CLI::IsMember({"f32", "bf16", "int8", "int4"}))
      ->default_str("int4");
}

void add_trainer_options(CLI::App& command, TrainerOptions& o) {
  const std::string group = "Training";
  command.add_option("--run", o.run, "folder of the run, for its log, state and models")
      ->required()
      ->group(group);
  command.add_flag("--resume", o.resume, "continue from the state in the run's folder")->group(group);
  const auto add = [&](const char* name, auto& value, const char* help) {
    command.add_option(name, value, help)->capture_default_str()->group(group);
  };
  add("--seed", o.seed, "random seed");
  add("--steps", o.steps, "length of the schedule in steps");
  add("--stop-after", o.stop_after, "stop at this step, resumably (0: never)");
  add("--minutes", o.minutes, "stop after this many minutes, resumably (0: never)");
  add("--accumulate", o.accumulate, "batches per step, which several processes divide among them");
  add("--learning-rate", o.learning_rate, "peak learning rate");
  add("--floor", o.floor, "final learning rate as a share of the peak");
  add("--warmup", o.warmup, "steps of linear warm-up");
  add("--weight-decay", o.weight_decay, "weight decay of matrices");
  add("--clip", o.clip, "maximum norm of the gradient");
  add("--average", o.average,
      "share by which averaged weights follow, which are validated and exported; 0: none");
  add("--validate-every", o.validate_every, "steps between validations");
  add("--log-every", o.log_every, "steps between log lines");
  add("--save-minutes", o.save_minutes, "minutes between checkpoints");
  add("--device", o.device, "cpu or cuda[:n]");
  add("--threads", o.threads, "number of LibTorch's threads on the CPU");
  command.add_flag("--bf16,!--fp32", o.bf16, "products in bfloat16 (default) or fp32")->group(group);
  add("--rank-timeout", o.rank_timeout, "seconds after which a process that does not answer is given up");
  command.parse_complete_callback([&o] {
    o.launch = launch_from_environment();
    if (o.device == "cuda" && o.launch.size > 1) o.device += fmt::format(":{}", o.launch.local_rank);
  });
}

}  // namespace s2m::train
