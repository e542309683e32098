// story2midi-train vocabulary: the encoder's byte-pair vocabulary, learnt from running text and the emotion
// sets.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "lab/corpora/text_emotions.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/tokenizers/bpe.h"
#include "train/commands/commands.h"

namespace s2m::train {
namespace {

struct Options {
  std::filesystem::path text, emotion_sets, out;
  int size = 16384;
  int repeat = 8;
};

void learn(const Options& o) {
  std::ifstream running(o.text);
  if (!running) throw Error(o.text.string(), "cannot open");
  const auto labelled =
      o.emotion_sets.empty() ? std::vector<std::string>() : training_words(o.emotion_sets, o.repeat);
  std::size_t next = 0;
  const auto encoder = train_bpe(
      [&](std::string& line) {
        if (std::getline(running, line)) return true;
        if (next == labelled.size()) return false;
        line = labelled[next++];
        return true;
      },
      o.size);
  std::filesystem::create_directories(o.out);
  write_text(o.out / "vocab.json", encoder.vocab_json());
  write_text(o.out / "merges.txt", encoder.merges_txt());
  say_to_stderr()(fmt::format("{} tokens in {}", encoder.size(), o.out.string()));
}

}  // namespace

void add_vocabulary_command(CLI::App& app) {
  auto* command = app.add_subcommand("vocabulary", "Learns the encoder's byte-pair vocabulary");
  auto o = std::make_shared<Options>();
  command->add_option("--text", o->text, "UTF-8 text, one paragraph on each line")->required();
  command->add_option("--emotion-sets", o->emotion_sets,
                      "folder of the emotion sets, whose texts to learn from too");
  command->add_option("--repeat", o->repeat, "how often the emotion corpora are counted")
      ->capture_default_str();
  command->add_option("--size", o->size, "number of tokens")
      ->check(CLI::Range(300, 65536))
      ->capture_default_str();
  command->add_option("--out,-o", o->out, "folder for vocab.json and merges.txt")->required();
  command->footer(
      "Example: story2midi-train vocabulary --text narrative.txt --emotion-sets corpora/text -o "
      "runs/vocabulary");
  command->callback([o] { learn(*o); });
}

}  // namespace s2m::train
