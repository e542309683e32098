// story2midi evaluate judge: trains the judge and says how well it judges music it has not heard.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/judge/judge_training.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m::apps {
namespace {

struct Options {
  std::string data, save, model;
  JudgeRecipe recipe;
  int folds = 10, threads = 0;
  std::uint64_t seed = 1;
  bool json = false;
};

void print(const JudgeAccuracy& figures) {
  const auto share = [](const Estimate& one) {
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", one.value, one.interval.low, one.interval.high);
  };
  fmt::print("{:<28}{:>5}  {:>5}  {:<22}{:<22}{}\n", figures.music, figures.clips, figures.songs,
             share(figures.quadrant), share(figures.arousal), share(figures.valence));
}

// Of a judge that learned nothing from these clips.
std::vector<JudgeAccuracy> figures_of(const Judge& judge, const JudgeClips& clips) {
  const auto training = judge_all(judge, clips.training);
  return {accuracy(of_set(training, clips.training, JudgeSet::kEmopia), "EMOPIA, not the test clips"),
          accuracy(of_set(training, clips.training, JudgeSet::kVgmidi), "VGMIDI"),
          accuracy(judge_all(judge, clips.test), "EMOPIA test"),
          accuracy(judge_all(judge, clips.test_as_written), "EMOPIA test, as written")};
}

std::vector<JudgeAccuracy> train(const JudgeClips& clips, const Options& options) {
  const auto crossed = cross_validate(clips.training, options.recipe, options.folds, options.seed);
  Judge judge = train_judge(clips.training, options.recipe);
  const std::vector<JudgeAccuracy> figures{
      accuracy(of_set(crossed, clips.training, JudgeSet::kEmopia), "EMOPIA cross-validated"),
      accuracy(of_set(crossed, clips.training, JudgeSet::kVgmidi), "VGMIDI cross-validated"),
      accuracy(judge_all(judge, clips.test), "EMOPIA test"),
      accuracy(judge_all(judge, clips.test_as_written), "EMOPIA test, as written")};
  judge.held_out = figures[2];
  if (!options.save.empty()) save_judge(judge, options.save);
  return figures;
}

void run(const Options& options) {
  if (!options.save.empty()) check_writable(options.save);
  const JudgeClips clips = read_clips(options.data, options.threads, show_progress("measuring"));
  const auto figures =
      options.model.empty() ? train(clips, options) : figures_of(load_judge(options.model), clips);
  auto all = nlohmann::ordered_json::array();
  for (const auto& one : figures) all.push_back(nlohmann::ordered_json::parse(to_json(one)));
  if (options.json) return fmt::print("{}\n", all.dump(2));
  fmt::print("{:<28}clips  songs  {:<22}{:<22}{}\n", "", "quadrant", "arousal", "valence");
  for (const auto& one : figures) print(one);
}

}  // namespace

void add_evaluate_judge_command(CLI::App& evaluate) {
  auto* command =
      evaluate.add_subcommand("judge", "train and test the judge, a classifier of the emotion of music");
  auto options = std::make_shared<Options>();
  command->add_option("data", options->data, "folder with emopia and vgmidi in their publishers' layout")
      ->required()
      ->check(CLI::ExistingDirectory);
  auto* save = command->add_option("--save", options->save, "write the judge to this file");
  command
      ->add_option("--model", options->model,
                   "test this judge instead of training one; it must have learned nothing from these sets")
      ->check(CLI::ExistingFile)
      ->excludes(save);
  command->add_option("--without", options->recipe.without, "features to exclude");
  command->add_option("--penalty", options->recipe.penalty, "L2 penalty of the weights")
      ->capture_default_str();
  command
      ->add_option("--vgmidi-weight", options->recipe.vgmidi_weight,
                   "weight of a VGMIDI phrase beside an EMOPIA clip; 0: without VGMIDI")
      ->check(CLI::Range(0.0, 10.0))
      ->capture_default_str();
  command->add_option("--folds", options->folds, "number of cross-validation folds over songs")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "random seed of the folds")->capture_default_str();
  command->add_option("--threads", options->threads, "threads to use (default: one a core)")
      ->check(CLI::Range(0, 256));
  command->add_flag("--json", options->json, "print JSON");
  command->footer(
      "Training and cross-validation: EMOPIA's training and validation clips, and VGMIDI's phrases.\n"
      "Test: EMOPIA's test clips, as played (the accuracy that the judge's file states) and as quantised to\n"
      "the decoder's events. Intervals: 95 %, by bootstrap over songs.\n"
      "Examples:\n  story2midi evaluate judge corpora --save models/judge/judge.json\n"
      "  story2midi evaluate judge corpora --without velocity velocity_deviation velocity_swell "
      "melody_prominence");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
