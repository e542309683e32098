#include <fmt/format.h>
#include <torch/torch.h>

#include "base/error.h"
#include "train/checkpoint.h"
#include "train/commands.h"
#include "train/decoder_task.h"
#include "train/device.h"

namespace s2m::train {
namespace {

struct DecoderCommand {
  TrainerOptions trainer;
  DecoderTaskOptions task;
  DecoderConfig config;
};

void add_sizes(CLI::App& app, DecoderConfig& config) {
  const auto add = [&](const char* name, int& value, const char* help) {
    app.add_option(name, value, help)->capture_default_str()->group("Network");
  };
  add("--width", config.width, "of the residual stream");
  add("--layers", config.layers, "blocks");
  add("--heads", config.heads, "of attention");
  add("--ffn", config.ffn, "width of the feed-forward part");
  add("--cross-every", config.cross_every, "each so-manieth layer reads the story");
  add("--memory-width", config.memory_width, "the encoder's width");
}

void add_data(CLI::App& app, DecoderTaskOptions& task) {
  app.add_option("--shard", task.shard, "music as events")
      ->required()
      ->check(CLI::ExistingFile)
      ->group("Data");
  const auto add = [&](const char* name, auto& value, const char* help) {
    app.add_option(name, value, help)->capture_default_str()->group("Data");
  };
  add("--rows", task.windows.rows, "windows a batch");
  add("--length", task.windows.length, "events a window; the network's reach");
  add("--drop-field", task.windows.drop_field, "probability that a window hides a field of its bars");
  add("--drop-all", task.windows.drop_all, "probability that it hides all of them");
  add("--balance", task.windows.balance, "datasets are drawn by their size to this power");
  app.add_option("--weight", task.windows.weights, "NAME VALUE: how much more often a dataset is drawn")
      ->group("Data");
  add("--dropout", task.dropout, "of embeddings and each block's output");
  add("--bar-weight", task.bar_weight, "weight of the bars' fields in the loss");
  add("--validation-windows", task.validation_windows, "windows a validation");
  app.add_option("--init", task.initial, "weights to begin with")->check(CLI::ExistingFile)->group("Data");
}

void train_decoder(DecoderCommand& command) {
  DecoderTaskOptions& task_options = command.task;
  task_options.seed = command.trainer.seed;
  task_options.device = open_device(command.trainer.device, command.trainer.threads);
  command.config.window = task_options.windows.length;
  const EventShard shard(task_options.shard);
  torch::manual_seed(command.trainer.seed);
  DecoderModule module(with_event_language(command.config), task_options.dropout);
  if (!task_options.initial.empty()) load_weights(task_options.initial, module);
  Task task = decoder_task(module, shard, task_options);
  run(task, command.trainer, say_to_stderr());
}

}  // namespace

void add_decoder_commands(CLI::App& app) {
  const auto command = std::make_shared<DecoderCommand>();
  CLI::App* sub = app.add_subcommand("decoder", "Train the music decoder on a shard of events");
  add_trainer_options(*sub, command->trainer);
  add_sizes(*sub, command->config);
  add_data(*sub, command->task);
  sub->footer("Example: story2midi-train decoder --shard music.events --run runs/decoder --steps 3000");
  sub->callback([command] { train_decoder(*command); });
}

}  // namespace s2m::train
