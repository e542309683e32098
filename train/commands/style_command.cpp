// story2midi-train style: a composer's own manner, learnt from a folder of pieces.
#include <fmt/format.h>
#include <torch/utils.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "lab/datasets/own_music.h"
#include "lab/statistics/statistics.h"
#include "story2midi/base/error.h"
#include "story2midi/compose/learnt_style.h"
#include "story2midi/nn/manifest.h"
#include "train/commands/commands.h"
#include "train/decoder/style_task.h"
#include "train/loop/device.h"

namespace s2m::train {
namespace {

constexpr std::size_t kKnownBytes = 900'000;  // of what is kept of the pieces, to find copies
// The longest run that a composed piece may copy is that of 95 in 100 of the pieces from the others, within these.
constexpr int kFewestCopied = 16, kMostCopied = 40;

struct StyleCommand {
  std::filesystem::path folder, out, models;
  std::string name, licence;
  int rank = 16;
  TrainerOptions trainer;
  DecoderTaskOptions task;

  StyleCommand() {
    const char* const set = std::getenv("S2M_MODELS");
    models = set != nullptr && *set != '\0' ? set : "models/base";
    trainer.steps = 400;
    trainer.minutes = 50;
    trainer.learning_rate = 2e-3;
    trainer.warmup = 20;
    trainer.weight_decay = 0.01;
    trainer.validate_every = 25;
    trainer.log_every = 5;
    trainer.save_minutes = 1;
    trainer.patience = 4;
    task.windows.rows = 4;
    task.dropout = 0.05;
  }
};

void report(const OwnMusic& music, const std::filesystem::path& folder) {
  for (const auto& failure : music.failures) fmt::print(stderr, "left out: {}\n", failure);
  for (const auto& same : music.doubles) fmt::print(stderr, "left out as a double: {}\n", same);
  fmt::print(stderr, "{}: {} files, {} pieces, {} of them held out, {} doubles, {} that cannot be read\n",
             folder.string(), music.files, music.pieces, music.held_out, music.doubles.size(),
             music.failures.size());
}

int most_copied(const std::vector<std::vector<std::uint32_t>>& steps) {
  const auto runs = longest_shared_runs(steps);
  const double usual = quantile({runs.begin(), runs.end()}, 0.95);
  return std::clamp(static_cast<int>(usual), kFewestCopied, kMostCopied);
}

LearntStyle style_with(const StyleCommand& command, const OwnMusic& music, const ModelFile& decoder) {
  return {.name = command.name.empty() ? command.out.stem().string() : command.name,
          .licence = command.licence,
          .decoder = fingerprint_of(decoder),
          .pieces = static_cast<int>(music.pieces),
          .held_out = static_cast<int>(music.held_out),
          .loss_before = 0,
          .loss_after = 0,
          .most_copied = most_copied(music.steps),
          .changes = {},
          .known = KnownRuns(music.steps, kKnownBytes),
          .fingerprint = {}};
}

void finish(const StyleCommand& command, LearntStyle style, const TrainerResult& result) {
  const auto best = command.trainer.run / "best.safetensors";
  if (result.best_step < 0) {
    fmt::print(stderr, "stopped before the first validation: no style is written yet\n");
    return;
  }
  style.loss_after = result.best_loss;
  style.changes = read_changes(ModelFile(best), command.rank);
  if (style.loss_after >= style.loss_before)
    fmt::print(stderr,
               "warning: the style is no nearer to the pieces held out than the decoder without it\n");
  save_style(style, command.out);
  fmt::print(
      "{}: held-out loss {:.4f} before, {:.4f} after; {} bytes; runs of more than {} notes count as copied\n",
      command.out.string(), style.loss_before, style.loss_after, std::filesystem::file_size(command.out),
      style.most_copied);
}

void learn_style(StyleCommand& command) {
  if (command.trainer.run.empty()) command.trainer.run = command.out.string() + ".run";
  std::filesystem::create_directories(command.trainer.run);
  DecoderTaskOptions& options = command.task;
  options.seed = command.trainer.seed;
  options.initial = command.models / "decoder.safetensors";
  options.shard = command.trainer.run / "pieces.events";
  options.device = open_device(command.trainer.device, command.trainer.threads);
  const auto music = read_own_music(command.folder, options.shard, command.trainer.threads);
  report(music, command.folder);
  check_file(command.models, "decoder.safetensors");
  const ModelFile file(options.initial);
  auto style = style_with(command, music, file);
  const EventShard shard(options.shard);
  torch::manual_seed(command.trainer.seed);
  DecoderModule decoder(decoder_config_from_json(file.metadata("config")), options.dropout);
  load_decoder(options.initial, decoder);
  options.windows.length = decoder.config().window;
  StyleModule module(decoder, command.rank);
  Task task = style_task(module, decoder, shard, options);
  {
    const Autocast autocast(options.device, command.trainer.bf16);
    style.loss_before = held_out_loss(module, decoder, shard, options);
  }
  const auto print = print_to_stderr();
  print(fmt::format("held-out loss of the decoder as it is: {:.4f}", style.loss_before));
  const auto result = run(task, command.trainer, print);
  finish(command, std::move(style), result);
}

void add_files(CLI::App& app, StyleCommand& command) {
  app.add_option("--midi", command.folder, "folder of your pieces: .mid, .midi, .musicxml, .xml, .mxl")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--out,-o", command.out, "style to write")->required();
  app.add_option("--models", command.models,
                 "folder with the decoder that the style belongs to (default: $S2M_MODELS)")
      ->capture_default_str();
  app.add_option("--name", command.name, "name of the style (default: that of the file)");
  app.add_option("--licence", command.licence, "what the pieces' licence allows; stands in the file");
}

void add_training(CLI::App& app, StyleCommand& command) {
  auto& trainer = command.trainer;
  app.add_option("--run", trainer.run, "folder of the run, for its log and state (default: FILE.run)");
  app.add_flag("--resume", trainer.resume, "continue from the state in the run's folder");
  const auto add = [&](const char* name, auto& value, const char* help) {
    return app.add_option(name, value, help)->capture_default_str();
  };
  add("--rank", command.rank, "rank of the changes")->check(CLI::Range(1, 32));
  add("--minutes", trainer.minutes, "stop after this many minutes and write the best so far (0: never)");
  add("--steps", trainer.steps, "length of the schedule in steps");
  add("--stop-after", trainer.stop_after, "stop at this step, resumably (0: never)");
  add("--patience", trainer.patience, "stop after so many validations without a better one (0: never)");
  add("--validate-every", trainer.validate_every, "steps between validations");
  add("--learning-rate", trainer.learning_rate, "peak learning rate");
  add("--rows", command.task.windows.rows, "windows per batch");
  add("--validation-windows", command.task.validation_windows, "windows per validation");
  add("--seed", trainer.seed, "random seed");
  add("--device", trainer.device, "cpu or cuda[:n]");
  add("--threads", trainer.threads, "number of threads");
}

}  // namespace

void add_style_command(CLI::App& app) {
  const auto command = std::make_shared<StyleCommand>();
  CLI::App* sub = app.add_subcommand("style", "Learns a composer's manner from a folder of pieces");
  add_files(*sub, *command);
  add_training(*sub, *command);
  sub->footer(
      "Examples:\n"
      "  story2midi-train style --midi my-pieces -o mine.style\n"
      "  story2midi-train style --midi my-pieces -o mine.style --resume\n"
      "  story2midi compose tale.txt --style mine.style -o tale.mid");
  sub->callback([command] { learn_style(*command); });
}

}  // namespace s2m::train
