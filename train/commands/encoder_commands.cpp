// story2midi-train's subcommands that give the encoder its emotions and use them.
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "lab/corpora/text_emotions.h"
#include "lab/reports/emotion_figures.h"
#include "story2midi/base/error.h"
#include "train/commands/commands.h"
#include "train/encoder/encoder_emotion.h"
#include "train/encoder/encoder_files.h"
#include "train/encoder/english_vocabulary.h"
#include "train/encoder/fitted_heads.h"
#include "train/loop/device.h"

namespace s2m::train {
namespace {

namespace fs = std::filesystem;

struct EmotionOptions {
  fs::path data, pairs;
  int layers = 0;
  double share = 1;
  bool from_nothing = false;
  EmotionTrainingOptions task;
  TrainerOptions trainer;
};

void add_model_options(CLI::App& command, EmotionOptions& o) {
  command.add_option("--data", o.data, "folder of the emotion corpora")->required();
  command.add_option("--start", o.task.start, "model file of story2midi import, or of an earlier run")
      ->required();
  command.add_option("--pairs", o.pairs, "contrast pairs, lab/texts/contrast_pairs.tsv");
  command.add_flag("--own-scales,!--one-scale", o.task.own_scales,
                   "also predict EmoBank and the tales on their own scales (default)");
  command.add_flag("--from-nothing", o.from_nothing,
                   "take only the shape and vocabulary of --start (an ablation of pre-training)");
}

void add_training_options(CLI::App& command, EmotionOptions& o) {
  const auto add = [&](const char* name, auto& value, const char* help) {
    command.add_option(name, value, help)->capture_default_str();
  };
  add("--layers", o.layers, "number of first layers to keep; 0: all");
  command.add_option("--share", o.share, "share of the training texts, whole tales, to learn from")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 1.0));
  add("--dropout", o.task.dropout, "dropout");
  add("--temperature", o.task.temperature, "temperature of the contrastive loss");
  add("--contrastive-weight", o.task.contrastive_weight, "weight of the contrastive loss; 0: without");
  add("--side-weight", o.task.side_weight,
      "weight of the loss on the signs of valence and arousal; 0: without");
  add("--label-weight", o.task.label_weight, "weight of the loss on GoEmotions' labels");
  add("--pair-weight", o.task.pair_weight, "weight of the loss on contrast pairs");
  add("--contrast-pairs", o.task.batches.contrast_pairs, "contrast pairs per batch");
  add("--layer-decay", o.task.layer_decay, "ratio of a layer's learning rate to that of the layer above");
  add("--head-rate", o.task.head_rate, "ratio of the heads' learning rate to the top layer's");
}

void add_batch_options(CLI::App& command, EmotionOptions& o) {
  const auto add = [&](const char* name, auto& value, const char* help) {
    command.add_option(name, value, help)->capture_default_str();
  };
  add("--hide-words", o.task.batches.hidden_words, "share of tokens masked in training");
  add("--longest", o.task.batches.longest, "maximum tokens of a passage in training");
  add("--quadrant-rows", o.task.batches.quadrant_rows, "rows of each quadrant per batch, from all corpora");
  add("--emobank-rows", o.task.batches.emobank_rows, "rows of EmoBank per batch");
  add("--goemotions-rows", o.task.batches.goemotions_rows, "rows of GoEmotions per batch, for the labels");
  add("--tales-rows", o.task.batches.tales_rows, "rows of single sentences and stretches of tales per batch");
  add("--tales-windows", o.task.batches.tales_windows, "windows of tales per batch");
  add("--window", o.task.batches.window, "tokens of such a window");
  add("--tokens-at-once", o.task.batches.tokens_at_once,
      "tokens per forward pass with padding; more for a GPU");
  add("--check-every", o.task.validate_every_text, "validate on every N-th text");
}

// The corpora, and stretches of the training tales.
std::vector<EmotionText> training_texts(const EmotionOptions& o) {
  auto texts = read_emotion_texts(o.data);
  std::erase_if(texts, [&](const EmotionText& text) {
    return text.split == Split::kTrain && place_by_hash(is_tale(text) ? text.group : text.text) >= o.share;
  });
  for (const int sentences : {3, 6})
    for (auto& window : tale_windows(texts, sentences))
      if (window.split == Split::kTrain) {
        window.source = "stretches";
        texts.push_back(std::move(window));
      }
  return texts;
}

void train_emotion(EmotionOptions& o) {
  open_device(o.trainer.device, o.trainer.threads);
  const ModelFile start(o.task.start);
  o.task.config = start_config(start);
  if (o.from_nothing) o.task.start.clear();
  if (o.layers > 0) o.task.config.layers = std::min(o.layers, o.task.config.layers);
  o.task.batches.seed = o.trainer.seed;
  const Tokenizer tokenizer = tokenizer_of(start.metadata(), o.task.start.string());
  o.task.config.scales = o.task.own_scales ? kReadingScales : 1;
  const auto pairs = o.pairs.empty() ? std::vector<ContrastPair>{} : read_contrast_pairs(o.pairs);
  EmotionTraining training(training_texts(o), pairs, tokenizer, o.task);
  training.encoder().activations = o.trainer.bf16 ? torch::kBFloat16 : torch::kFloat;
  Task task = training.task();
  run(task, o.trainer, print_to_stderr());
}

void add_emotion_training(CLI::App& app) {
  auto* command = app.add_subcommand("encoder-emotion", "Trains the encoder with its emotion heads");
  auto o = std::make_shared<EmotionOptions>();
  o->trainer.learning_rate = 4e-4;
  o->trainer.warmup = 50;
  o->trainer.weight_decay = 0.01;
  add_model_options(*command, *o);
  add_training_options(*command, *o);
  add_batch_options(*command, *o);
  add_trainer_options(*command, o->trainer);
  command->footer(
      "Example: story2midi-train encoder-emotion --data corpora --start runs/mpnet.safetensors --run "
      "runs/reader \\\n"
      "  --pairs lab/texts/contrast_pairs.tsv --steps 800");
  command->callback([o] { train_emotion(*o); });
}

void add_evaluation(CLI::App& app) {
  struct Options {
    fs::path data, model;
    int every = 1;
    double threshold = 0.3;
    bool bf16 = true;
  };
  auto* command =
      app.add_subcommand("encoder-evaluate", "Evaluates an encoder on the emotion corpora's held-out parts");
  auto o = std::make_shared<Options>();
  command->add_option("--model", o->model, "model file")->required();
  command->add_option("--data", o->data, "folder of the emotion corpora")->required();
  command->add_option("--every", o->every, "use every N-th text")->capture_default_str();
  command->add_option("--threshold", o->threshold, "probability threshold of a label")->capture_default_str();
  command->add_flag("--bf16,!--fp32", o->bf16, "products in bfloat16 (default) or fp32");
  command->footer(
      "Example: story2midi-train encoder-evaluate --model models/base/encoder.safetensors --data corpora");
  command->callback([o] {
    const c10::Device device = open_device("cpu", at::get_num_threads());
    const TrainedEncoder model = load_encoder(o->model);
    const Autocast autocast(device, o->bf16);
    model.encoder->activations = o->bf16 ? torch::kBFloat16 : torch::kFloat;
    const auto texts = read_emotion_texts(o->data);
    for (const auto& [name, value] :
         emotion_figures(*model.encoder, model.tokenizer, texts, {Split::kTest, o->every, o->threshold}))
      fmt::print("{:28} {:.4f}\n", name, value);
  });
}

void add_export(CLI::App& app) {
  struct Options {
    std::vector<fs::path> models;
    fs::path out, start;
    double share = 0;
    DataType type = DataType::kI4;
    bool english = false;
  };
  auto* command = app.add_subcommand("encoder-export", "Writes a trained encoder in a smaller number format");
  auto o = std::make_shared<Options>();
  command
      ->add_option("--model", o->models, "model file; several that were trained from one start are averaged")
      ->required();
  command->add_option("--out,-o", o->out, "file to write")->required();
  auto* start = command->add_option("--start", o->start, "the model they were trained from");
  command
      ->add_option("--pull-back", o->share,
                   "how far to interpolate all weights but the heads' towards it, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->needs(start)
      ->capture_default_str();
  add_type_option(*command, o->type);
  command->add_flag("--english-vocabulary", o->english, "drop word pieces that English prose does not need");
  command->footer(
      "Examples:\n"
      "  story2midi-train encoder-export --model runs/encoder/best.safetensors -o encoder.safetensors\n"
      "  story2midi-train encoder-export --model runs/a/last.safetensors runs/b/last.safetensors \\\n"
      "    --start runs/mpnet.safetensors --pull-back 0.2 -o encoder.safetensors");
  command->callback([o] {
    TrainedEncoder model = average_weights(o->models);
    if (!o->start.empty()) {
      interpolate_towards(*model.encoder, o->start, o->share);
      model.fingerprint.clear();
    }
    if (o->english) model = with_english_vocabulary(model);
    export_encoder(*model.encoder, model.tokenizer, o->out, o->type, model.fingerprint);
  });
}

// How well the deviations fit errors that they have not seen.
void print_coverage(const LinearHead& head, const at::Tensor& pooled, const at::Tensor& errors) {
  const at::Tensor deviations = at::exp(at::linear(pooled, head.weight, head.bias));
  const at::Tensor within = errors.abs() / deviations;
  for (const int axis : {0, 1})
    fmt::print("{:8} mean deviation {:.3f}, test errors within one {:.3f}, within two {:.3f}\n",
               axis == 0 ? "valence" : "arousal", deviations.select(1, axis).mean().item<double>(),
               (within.select(1, axis) < 1).to(at::kFloat).mean().item<double>(),
               (within.select(1, axis) < 2).to(at::kFloat).mean().item<double>());
}

// Of a split, those with a point. The validation tales are a test and never fitted on.
std::vector<const EmotionText*> with_points(const std::vector<EmotionText>& texts, Split split) {
  std::vector<const EmotionText*> chosen;
  for (const EmotionText& text : texts)
    if (text.split == split && text.point && text.source != "tales") chosen.push_back(&text);
  if (chosen.empty()) throw Error("emotion texts", "none of this split has a point");
  return chosen;
}

void add_fitting(CLI::App& app) {
  struct Options {
    fs::path data, model, reader, out;
  };
  auto* command = app.add_subcommand(
      "encoder-fit-heads", "Fits a trained encoder's label head anew and adds the head of uncertainty");
  auto o = std::make_shared<Options>();
  command->add_option("--model", o->model, "trained encoder")->required()->check(CLI::ExistingFile);
  command->add_option("--reader", o->reader, "the same weights in a number format that is read quicker")
      ->check(CLI::ExistingFile);
  command->add_option("--data", o->data, "folder of the emotion corpora")->required();
  command->add_option("--out,-o", o->out, "file to write, in float32")->required();
  command->footer(
      "Labels are learned from GoEmotions' training texts, uncertainty from the errors on validation texts.\n"
      "Example: story2midi-train encoder-fit-heads --model runs/reader/best.safetensors --reader "
      "runs/reader/int4.safetensors \\\n"
      "  --data corpora -o runs/reader/fitted.safetensors");
  command->callback([o] {
    const EmotionReader reader(o->reader.empty() ? o->model : o->reader);
    const auto texts = read_emotion_texts(o->data);
    const auto labelled = choose_texts(texts, "goemotions", Split::kTrain);
    const auto tell = print_to_stderr();
    tell(fmt::format("encoder-fit-heads: reading {} texts for the labels", labelled.size()));
    const auto labels = fit_labels(pooled_texts(reader, labelled), label_rows(labelled));
    const auto seen = with_points(texts, Split::kValidation), unseen = with_points(texts, Split::kTest);
    tell(fmt::format("encoder-fit-heads: reading {} texts for the uncertainty", seen.size()));
    const auto uncertainty = fit_uncertainty(pooled_texts(reader, seen), reading_errors(reader, seen));
    tell(fmt::format("encoder-fit-heads: reading {} test texts", unseen.size()));
    print_coverage(uncertainty, pooled_texts(reader, unseen), reading_errors(reader, unseen));
    const TrainedEncoder model = load_encoder(o->model);
    export_encoder(*with_heads(*model.encoder, labels, uncertainty), model.tokenizer, o->out, DataType::kF32);
  });
}

}  // namespace

void add_encoder_commands(CLI::App& app) {
  add_emotion_training(app);
  add_evaluation(app);
  add_fitting(app);
  add_export(app);
}

}  // namespace s2m::train
