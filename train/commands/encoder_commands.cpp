// story2midi-train's subcommands for the text encoder.
#include "train/commands/encoder_commands.h"

#include <fmt/format.h>

#include <memory>

#include "lab/corpora/text_emotions.h"
#include "train/commands/commands.h"
#include "train/encoder/encoder_task.h"
#include "train/loop/device.h"

namespace s2m::train {
namespace {

void add_text_shards(CLI::App& app) {
  struct Options {
    std::filesystem::path text, emotion_sets, vocabulary, out;
    int repeat = 4;
  };
  auto* command =
      app.add_subcommand("text-shards", "Encodes text, one paragraph on each line, into shards of token ids");
  auto o = std::make_shared<Options>();
  command->add_option("--text", o->text, "UTF-8 text, one paragraph on each line")->required();
  command->add_option("--emotion-sets", o->emotion_sets,
                      "folder of the emotion sets, whose training texts to learn from too");
  command->add_option("--repeat", o->repeat, "number of copies of these")->capture_default_str();
  command->add_option("--vocabulary", o->vocabulary, "folder of vocab.json and merges.txt")->required();
  command->add_option("--out,-o", o->out, "folder for train.text and valid.text")->required();
  command->footer(
      "Example: story2midi-train text-shards --text narrative.txt --emotion-sets corpora \\\n"
      "  --vocabulary runs/vocabulary -o runs/narrative");
  command->callback([o] {
    const Say say = say_to_stderr();
    const auto beside =
        o->emotion_sets.empty() ? std::vector<std::string>() : training_words(o->emotion_sets, o->repeat);
    const auto counts = build_text_shards(
        o->text, read_vocabulary(o->vocabulary), o->out, beside,
        [&](std::uint64_t done, std::uint64_t total) {
          say(fmt::format("\rtext-shards {:.0f} of {:.0f} MB", 1e-6 * static_cast<double>(done),
                          1e-6 * static_cast<double>(total)));
          return true;
        });
    say(fmt::format("{} lines: {} tokens to learn from, {} held out", counts.lines, counts.train_ids,
                    counts.valid_ids));
  });
}

void add_pretraining(CLI::App& app) {
  struct Options {
    std::filesystem::path shards, vocabulary;
    PretrainingOptions task;
    TrainerOptions trainer;
  };
  auto* command =
      app.add_subcommand("encoder-pretrain", "Pre-trains the encoder by masked language modelling");
  auto o = std::make_shared<Options>();
  o->trainer.learning_rate = 1e-3;
  o->trainer.warmup = 150;
  o->trainer.weight_decay = 0.01;
  command->add_option("--shards", o->shards, "folder written by text-shards")->required();
  command->add_option("--vocabulary", o->vocabulary, "folder of vocab.json and merges.txt")->required();
  const auto add = [&](const char* name, auto& value, const char* help) {
    command->add_option(name, value, help)->capture_default_str();
  };
  add("--width", o->task.config.width, "width of the states");
  add("--layers", o->task.config.layers, "number of layers");
  add("--heads", o->task.config.heads, "number of attention heads");
  add("--ffn", o->task.config.ffn, "width of the feed-forward layers");
  add("--rows", o->task.masking.rows, "rows per batch");
  add("--length", o->task.masking.length, "tokens per row");
  add("--rate", o->task.masking.rate, "share of words masked");
  add("--long-every", o->task.long_every, "every N-th batch has rows twice as long; 0: none");
  command->add_flag("--word-vectors,!--no-word-vectors", o->task.word_vectors,
                    "start from counts of neighbours");
  command->add_option("--lexicon", o->task.lexicon,
                      "VADER's word list, to start word vectors with its valences");
  command->add_flag("--local-start,!--no-local-start", o->task.local_start,
                    "start with heads that look at the tokens beside");
  command->add_option("--start", o->task.start,
                      "encoder of the same shape to continue from, instead of these");
  add_trainer_options(*command, o->trainer);
  command->footer(
      "Examples:\n"
      "  story2midi-train encoder-pretrain --shards runs/narrative --vocabulary runs/vocabulary \\\n"
      "    --run runs/encoder-mlm --layers 4 --rows 16 --word-vectors --steps 5500\n"
      "  the same with --resume goes on where it was stopped");
  command->callback([o] {
    const BytePairEncoder vocabulary = read_vocabulary(o->vocabulary);
    o->task.config.vocabulary = vocabulary.size();
    o->task.masking.seed = o->trainer.seed;
    o->task.word_vectors = o->task.word_vectors && !o->trainer.resume && o->task.start.empty();
    open_device(o->trainer.device, o->trainer.threads);
    EncoderPretraining pretraining(o->shards, vocabulary, o->task);
    pretraining.set_activations(o->trainer.bf16 ? torch::kBFloat16 : torch::kFloat);
    Task task = pretraining.task();
    run(task, o->trainer, say_to_stderr());
  });
}

}  // namespace

void add_encoder_commands(CLI::App& app) {
  add_emotion_commands(app);
  add_text_shards(app);
  add_pretraining(app);
}

}  // namespace s2m::train
