// The training loop that all networks share: AdamW, warm-up and cosine schedule, clipping, validation, checkpoints. A
// run is a pure function of (task, options, seed): stopped at any step and resumed, it gives the same bits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "train/loop/ranks.h"

namespace s2m::train {

struct Task;  // train/task.h

struct TrainerOptions {
  // Folder of the run. It gets log.jsonl (one JSON object a logged step or validation), state.safetensors
  // (weights, moments and step: what `resume` reads), best.safetensors and last.safetensors (what
  // Task::export_model writes).
  std::filesystem::path run;
  bool resume = false;          // go on from state.safetensors; Task::config_json must be the same
  std::uint64_t seed = 1;       // the task should draw its batches from the same
  std::int64_t steps = 1000;    // length of the schedule
  std::int64_t stop_after = 0;  // stop, resumably, when this step is reached; 0: never
  double minutes = 0;           // stop, resumably, after so long; 0: never
  // Task::step calls (step * accumulate + i) whose gradients are averaged. Several processes divide them in equal
  // stretches, in the order of their ranks.
  int accumulate = 1;

  double learning_rate = 6e-4;  // at the top of the schedule
  double floor = 0.05;          // share of it at the end
  std::int64_t warmup = 200;    // steps
  double beta1 = 0.9;
  double beta2 = 0.95;
  double weight_decay = 0.1;  // of matrices only
  // Share by which the averaged weights move each step; 0: no average is kept. Validation and export use it.
  double average = 0;
  double clip = 1.0;  // largest global norm of the gradient; 0: no clipping

  std::int64_t validate_every = 500;  // 0: only at the end
  std::int64_t patience = 0;          // the run ends after so many validations without a better one; 0: never
  std::int64_t log_every = 20;
  double save_minutes = 5;

  std::string device = "cpu";  // "cuda" or "cuda:1" where LibTorch has it
  int threads = 2;
  // Products in bfloat16 (autocast) in Task::step and Task::validate; weights stay fp32.
  bool bf16 = true;

  // Several processes train as one would: each has the weights, takes its share of the batches, and adds the gradients
  // of all. The first writes the files, and alone needs the run's folder to resume.
  Launch launch;
  double rank_timeout = 120;  // seconds without an answer after which another process is given up
};

struct TrainerResult {
  std::int64_t step = 0;  // steps done
  bool finished = false;  // false: stopped early by stop_after, minutes or a signal; `resume` goes on
  double best_loss = 0;
  std::int64_t best_step = 0;
};

// Receives one line of text for people at a time.
using PrintLine = std::function<void(std::string_view line)>;

// Trains `task.module` (moved to the device and made contiguous by this call). Before each Task::step(k),
// torch's generator is seeded with a function of (seed, k), so dropout repeats. Task::validate runs without
// gradients and in eval mode. SIGINT and SIGTERM, to any of the processes, end the step of all, save and return. Throws
// Error for a state that does not fit the task, for a loss that stays NaN, and where another process is lost; then the
// first has saved the last whole step.
TrainerResult run(Task& task, const TrainerOptions& options, const PrintLine& print);

// Share of the learning rate at `step`: linear warm-up, then half a cosine down to the floor.
double schedule(const TrainerOptions& options, std::int64_t step);

}  // namespace s2m::train
