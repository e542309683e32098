// story2midi-train's subcommands for the music decoder.
#include <fmt/format.h>
#include <torch/utils.h>

#include "story2midi/base/error.h"
#include "story2midi/compose/event_language.h"
#include "story2midi/nn/model_file.h"
#include "train/commands/commands.h"
#include "train/decoder/decoder_pairs.h"
#include "train/decoder/decoder_task.h"
#include "train/decoder/event_baselines.h"
#include "train/loop/checkpoint.h"
#include "train/loop/device.h"

namespace s2m::train {
namespace {

struct DecoderCommand {
  TrainerOptions trainer;
  DecoderTaskOptions task;
  PairsOptions pairs;
  DecoderConfig config;
};

void add_sizes(CLI::App& app, DecoderConfig& config) {
  const auto add = [&](const char* name, int& value, const char* help) {
    app.add_option(name, value, help)->capture_default_str()->group("Network (without --init)");
  };
  add("--width", config.width, "width of the residual stream");
  add("--layers", config.layers, "number of blocks");
  add("--heads", config.heads, "number of attention heads");
  add("--ffn", config.ffn, "width of the feed-forward layers");
  add("--cross-every", config.cross_every, "every N-th block has cross-attention to the story");
  add("--memory-width", config.memory_width, "the encoder's width");
}

void add_data(CLI::App& app, DecoderTaskOptions& task) {
  app.add_option("--shard", task.shard, "event shard of music")
      ->required()
      ->check(CLI::ExistingFile)
      ->group("Data");
  app.add_option("--init", task.initial, "model to start from")->check(CLI::ExistingFile)->group("Data");
  const auto add = [&](const char* name, auto& value, const char* help) {
    app.add_option(name, value, help)->capture_default_str()->group("Data");
  };
  add("--rows", task.windows.rows, "windows per batch");
  add("--length", task.windows.length, "events per window, the network's context length");
  add("--drop-field", task.windows.drop_field, "probability that a field of a window's bars is hidden");
  add("--drop-all", task.windows.drop_all, "probability that all fields are hidden");
  add("--balance", task.windows.balance, "exponent of a dataset's size in its sampling weight");
  app.add_option("--weight", task.windows.weights, "NAME VALUE: how much more often a dataset is drawn")
      ->group("Data");
  add("--dropout", task.dropout, "dropout of embeddings and of each block's output");
  add("--bar-weight", task.bar_weight, "weight of the bars' fields in the loss");
  add("--validation-windows", task.validation_windows, "windows per validation");
}

void add_pairs(CLI::App& app, PairsOptions& pairs) {
  const std::string group = "Pairs of stories and music";
  auto* labelled = app.add_option("--pairs", pairs.labelled, "event shard of labelled music")->group(group);
  auto* passages = app.add_option("--passages", pairs.passages, "labelled passages as JSON lines");
  auto* encoder = app.add_option("--encoder", pairs.encoder, "the trained encoder")->group(group);
  labelled->check(CLI::ExistingFile)->needs(passages)->needs(encoder);
  passages->check(CLI::ExistingFile)->group(group);
  encoder->check(CLI::ExistingFile);
  const auto add = [&](const char* name, double& value, const char* help) {
    app.add_option(name, value, help)->capture_default_str()->group(group);
  };
  add("--pairs-share", pairs.share, "share of the labelled songs to use");
  add("--unlabelled", pairs.unlabelled, "share of windows that continue pre-training");
  add("--drop-text", pairs.drop_text, "share of the labelled windows without their story");
  add("--text-only", pairs.text_only, "share of windows with a story that show no field of the bars");
  add("--body-rate", pairs.body_rate,
      "share of the learning rate of what does not read stories; 0: it stays as it is");
  add("--drop-emotion", pairs.drop_emotion, "share of the others that hide valence and arousal");
}

// The shape of the model to begin with, but for memories as wide as the encoder gives them.
DecoderConfig initial_config(const DecoderCommand& command) {
  const std::filesystem::path& initial = command.task.initial;
  DecoderConfig config = initial.empty() ? with_event_language(command.config)
                                         : decoder_config_from_json(ModelFile(initial).metadata("config"));
  const std::filesystem::path& encoder = command.pairs.encoder;
  if (!encoder.empty())
    config.memory_width = encoder_config_from_json(ModelFile(encoder).metadata("config")).width;
  config.window =
      initial.empty() ? command.task.windows.length : std::max(config.window, command.task.windows.length);
  return config;
}

void train_decoder(DecoderCommand& command) {
  DecoderTaskOptions& options = command.task;
  options.seed = command.trainer.seed;
  options.device = open_device(command.trainer.device, command.trainer.threads);
  const DecoderConfig config = initial_config(command);
  const EventShard shard(options.shard);
  torch::manual_seed(command.trainer.seed);
  DecoderModule module(config, options.dropout);
  if (!options.initial.empty()) load_decoder(options.initial, module);
  if (command.pairs.labelled.empty()) {
    Task task = decoder_task(module, shard, options);
    run(task, command.trainer, print_to_stderr());
    return;
  }
  const EventShard labelled(command.pairs.labelled);
  command.pairs.threads = command.trainer.threads;
  StoryReader reader(command.pairs, options.device);
  const PassagePool pool(command.pairs.passages);
  Task task = pairs_task(module, {shard, labelled, pool, reader}, options, command.pairs);
  run(task, command.trainer, print_to_stderr());
}

void add_training(CLI::App& app) {
  const auto command = std::make_shared<DecoderCommand>();
  CLI::App* sub = app.add_subcommand("decoder", "Trains the music decoder, on music alone or with stories");
  add_trainer_options(*sub, command->trainer);
  add_sizes(*sub, command->config);
  add_data(*sub, command->task);
  add_pairs(*sub, command->pairs);
  sub->footer(
      "Examples:\n"
      "  story2midi-train decoder --shard music.events --run runs/decoder --steps 3000\n"
      "  story2midi-train decoder --shard music.events --run runs/decoder --steps 3000 --resume\n"
      "  story2midi-train decoder --shard music.events --init runs/decoder/best.safetensors --run runs/pairs "
      "\\\n"
      "    --pairs labelled.events --passages passages.jsonl --encoder encoder.safetensors --steps 500");
  sub->callback([command] { train_decoder(*command); });
}

struct EvaluationCommand {
  std::filesystem::path shard, model;
  WindowOptions windows;
  int most = 0;
  int threads = 2;
};

// A table of nats a note and a bar on the held-out pieces.
void evaluate(const EvaluationCommand& command) {
  const torch::Device device = open_device("cpu", command.threads);
  const EventShard shard(command.shard);
  const BaselineFigures base = event_baselines(shard, Split::kValidation);
  const auto line = [](std::string_view name, double note, double chord, double bar) {
    fmt::print("{:<28} {:>12.4f} {:>12.4f} {:>12.4f}\n", name, note, chord, bar);
  };
  fmt::print("held out: {} notes, {} chords, {} bars; nats\n{:<28} {:>12} {:>12} {:>12}\n", base.notes,
             base.chords, base.bars, "", "per note", "per chord", "per bar");
  line("unigram of each field", base.unigram_note, base.unigram_chord, base.unigram_bar);
  line("first-order Markov", base.markov_note, base.markov_chord, base.markov_bar);
  if (command.model.empty()) return;
  DecoderModule module(decoder_config_from_json(ModelFile(command.model).metadata("config")), 0);
  load_weights(command.model, module);
  module.eval();
  WindowOptions windows = command.windows;
  windows.length = module.config().window;
  const Autocast autocast(device, true);
  const Figures figures = evaluate_decoder(module, shard, Split::kValidation, windows, command.most);
  line(command.model.filename().string(), figures.at("note"), figures.at("chord"), figures.at("bar"));
  for (const auto& [name, value] : figures) fmt::print("  {:<26} {:>12.4f}\n", name, value);
}

void add_evaluation(CLI::App& app) {
  const auto command = std::make_shared<EvaluationCommand>();
  CLI::App* sub =
      app.add_subcommand("decoder-loss", "Held-out loss of a decoder, and of count-based baselines");
  sub->add_option("--shard", command->shard, "event shard of music")->required()->check(CLI::ExistingFile);
  sub->add_option("--model", command->model, "decoder; without it, the baselines alone")
      ->check(CLI::ExistingFile);
  sub->add_option("--windows", command->most, "maximum number of windows, evenly spread (0: all)")
      ->capture_default_str();
  sub->add_option("--threads", command->threads, "number of LibTorch's threads")->capture_default_str();
  sub->footer(
      "Example: story2midi-train decoder-loss --shard music.events --model runs/decoder/best.safetensors");
  sub->callback([command] { evaluate(*command); });
}

struct ExportCommand {
  std::filesystem::path model, out;
  DataType type = DataType::kI4;
};

void export_model(const ExportCommand& command) {
  const ModelFile file(command.model);
  std::vector<NamedTensor> tensors;
  visit_parameters(decoder_config_from_json(file.metadata("config")),
                   [&](const std::string& name, const Shape& shape) {
                     tensors.push_back({name, shape, file.floats(name, shape)});
                   });
  save_model(command.out, file.metadata(), tensors, command.type);
}

void add_export(CLI::App& app) {
  const auto command = std::make_shared<ExportCommand>();
  CLI::App* sub = app.add_subcommand("decoder-export", "Writes a decoder with smaller weights");
  sub->add_option("--model", command->model, "decoder")->required()->check(CLI::ExistingFile);
  sub->add_option("--out,-o", command->out, "file to write")->required();
  add_type_option(*sub, command->type);
  sub->footer(
      "Example: story2midi-train decoder-export --model runs/pairs/best.safetensors -o decoder.safetensors");
  sub->callback([command] { export_model(*command); });
}

}  // namespace

void add_decoder_commands(CLI::App& app) {
  add_training(app);
  add_evaluation(app);
  add_export(app);
}

}  // namespace s2m::train
