// story2midi-train ngram-reader: the linear reader that stands beside the encoder.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>

#include "lab/corpora/opinion_lexicon.h"
#include "lab/corpora/text_emotions.h"
#include "story2midi/base/error.h"
#include "train/commands/commands.h"
#include "train/words/ngram_training.h"
#include "train/words/surrounding_words_training.h"

namespace s2m::train {
namespace {

constexpr int kStepsPerLine = 20;

struct Options {
  std::filesystem::path data, narrative, lexicon, afinn, opinions, out;
  std::size_t seeds = 1000;
  NgramTrainingOptions training;
};

void train(const Options& o) {
  auto texts = read_emotion_texts(o.data);
  if (!o.narrative.empty())
    for (auto& text : narrative_seeds(o.narrative, o.seeds)) texts.push_back(std::move(text));
  auto training = o.training;
  if (!o.afinn.empty()) training.lists[0] = Lexicon(o.afinn);
  if (!o.opinions.empty()) training.lists[1] = opinion_lexicon(o.opinions);
  const auto say = say_to_stderr();
  training.on_step = [&](const std::string& part, int step, double loss) {
    if (step % kStepsPerLine == 0)
      say(fmt::format("{} {}/{}  loss {:.5f}", part, step, training.steps, loss));
  };
  training.on_stacked = [&](const std::string& part, const StackingFit& fit) {
    say(fmt::format("stacked on it, {}: r {:.3f} across folds", part, fmt::join(fit.correlations, " ")));
  };
  save_ngram_reader(train_ngram_reader(texts, Lexicon(o.lexicon), training), o.out);
}

void add_surrounding_words_command(CLI::App& app) {
  struct WordsOptions {
    std::filesystem::path text, ngrams, lexicon, out;
    SurroundingWordsOptions training;
  };
  auto* command = app.add_subcommand(
      "surrounding-words",
      "Learns word vectors of the surrounding emotion from running text, for ngram-reader");
  auto o = std::make_shared<WordsOptions>();
  command->add_option("--text", o->text, "UTF-8 text, a paragraph a line")->required();
  command->add_option("--ngrams", o->ngrams, "linear reader that predicts the emotion")->required();
  command->add_option("--lexicon", o->lexicon, "VADER's word list")->required();
  command->add_option("--out,-o", o->out, "file to write")->required();
  const auto add = [&](const char* name, auto& value, const char* help) {
    command->add_option(name, value, help)->capture_default_str();
  };
  add("--fewest-sentences", o->training.fewest_sentences, "that a word must stand in");
  add("--penalty", o->training.penalty, "of the squared weights");
  add("--steps", o->training.steps, "of the regression");
  command->footer(
      "Example: story2midi-train surrounding-words --text narrative.txt --ngrams runs/first.safetensors \\\n"
      "  --lexicon corpora/lexicons/vader/vaderSentiment/vader_lexicon.txt -o "
      "runs/surroundings.safetensors");
  command->callback([o] {
    const auto say = say_to_stderr();
    auto training = o->training;
    training.on_step = [&](int step) { say(fmt::format("step {}/{}", step, training.steps)); };
    std::uint64_t twentieths = 0;
    const auto progress = [&](std::uint64_t done, std::uint64_t whole) {
      const auto now = done * 20 / whole;
      if (now > twentieths) say(fmt::format("reading: {} %", 5 * now));
      twentieths = now;
      return true;
    };
    const auto sentences = read_sentences(o->text, NgramReader(o->ngrams), Lexicon(o->lexicon), progress);
    say(fmt::format("{} sentences", sentences.texts.size()));
    const auto weights = train_surrounding_words(sentences, training);
    save_surroundings(weights, o->out);
    say(fmt::format("{} words", weights.rarity.size()));
  });
}

}  // namespace

void add_ngram_commands(CLI::App& app) {
  add_surrounding_words_command(app);
  auto* command = app.add_subcommand(
      "ngram-reader", "Trains the linear reader of words and letters that stands beside the encoder");
  auto o = std::make_shared<Options>();
  const auto add = [&](const char* name, auto& value, const char* help) {
    command->add_option(name, value, help)->capture_default_str();
  };
  command->add_option("--data", o->data, "folder of the emotion sets")->required();
  command->add_option("--lexicon", o->lexicon, "VADER's word list")->required();
  command->add_option("--narrative", o->narrative, "running text for weak labels by word lists");
  command->add_option("--afinn", o->afinn, "AFINN's word list, to read beside");
  command->add_option("--opinions", o->opinions,
                      "folder of the opinion lexicon (positive-words.txt, negative-words.txt), likewise");
  command->add_option("--surroundings", o->training.surroundings,
                      "file of surrounding-words, to read beside");
  command->add_option("--out,-o", o->out, "file to write")->required();
  add("--seeds", o->seeds, "passages of running text a quadrant");
  add("--buckets", o->training.buckets, "that n-grams are hashed into");
  add("--fewest-texts", o->training.fewest_texts, "that a bucket must stand in");
  add("--steps", o->training.steps, "of each regression");
  add("--common-penalty", o->training.scale_penalties[0], "of the common scale");
  add("--emobank-penalty", o->training.scale_penalties[1], "of EmoBank's scale");
  add("--tales-penalty", o->training.scale_penalties[2], "of the tales' scale");
  add("--label-penalty", o->training.label_penalty, "of the labels");
  add("--common-share", o->training.shares.scales[0], "of the mean with the encoder, on the common scale");
  add("--emobank-share", o->training.shares.scales[1], "on EmoBank's scale");
  add("--tales-share", o->training.shares.scales[2], "on the tales' scale");
  add("--label-share", o->training.shares.labels, "of the labels");
  command->footer(
      "Example: story2midi-train ngram-reader --data corpora --narrative narrative.txt \\\n"
      "  --lexicon corpora/lexicons/vader/vaderSentiment/vader_lexicon.txt \\\n"
      "  --afinn corpora/lexicons/afinn/AFINN-en-165.txt --opinions "
      "corpora/lexicons/opinion-lexicon-English \\\n"
      "  --surroundings runs/surroundings.safetensors -o models/base/ngrams.safetensors");
  command->callback([o] { train(*o); });
}

}  // namespace s2m::train
