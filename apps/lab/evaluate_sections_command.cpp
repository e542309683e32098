// story2midi evaluate sections: whether the music of each section feels as its text does.
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/reports/plan_arcs.h"
#include "lab/reports/section_agreement.h"
#include "story2midi/base/error.h"
#include "story2midi/compose/finish.h"
#include "story2midi/plan/palette_names.h"

namespace s2m::apps {
namespace {

struct Options {
  std::vector<std::string> stories, palettes{std::string(kPianoPalette)};
  std::string tales;
  int bars = 128;
  std::uint64_t seed = 1;
  ModelSource models;
};

// A story, and what its music should feel like.
struct WantedStory {
  std::string name;
  StoryReading reading;
  EmotionCurve wanted;                             // as it is read, or as a tale's annotators say
  std::vector<const EmotionText*> sentences = {};  // of a tale
};

// As planned and with the plan shuffled, of one story or of several together.
struct StorySections {
  std::vector<JudgedSection> planned, shuffled;
  int tales = 0;
  ArcsFollowed music = {}, shuffled_music = {}, plan = {};  // sums over tales

  void add(const StorySections& other) {
    planned.insert(planned.end(), other.planned.begin(), other.planned.end());
    shuffled.insert(shuffled.end(), other.shuffled.begin(), other.shuffled.end());
    tales += other.tales;
    for (auto arcs : {&StorySections::music, &StorySections::shuffled_music, &StorySections::plan}) {
      (this->*arcs).valence += (other.*arcs).valence;
      (this->*arcs).arousal += (other.*arcs).arousal;
    }
  }
};

// Which instruments play does not change what is written.
Piece played_by(Piece piece, const std::string& palette, std::uint64_t seed) {
  for (Section& section : piece.plan.sections) section.palette = palette;
  piece.score = played(piece.written, piece.plan, orchestration_of(piece.plan), {.seed = seed});
  return piece;
}

class SectionsReport {
 public:
  explicit SectionsReport(const Options& options)
      : options_(options), studio_(options.models.open()), judge_(load_judge(find_judge())) {}

  void run() {
    print_head();
    for (const auto& file : options_.stories) {
      const auto reading = studio_.read(read_story(file));
      add({std::filesystem::path(file).stem().string(), reading, reading.curve});
    }
    if (!options_.tales.empty()) add_tales();
    for (const auto& palette : options_.palettes) print_row("all sections", palette, all_[palette]);
  }

 private:
  void add_tales() {
    std::vector<EmotionText> texts;
    if (!read_emotion_set(options_.tales, "tales_va", texts))
      throw Error(ErrorKind::kNotFound, options_.tales, "has no folder tales_va");
    for (const auto& tale : tales_of(texts, Split::kValidation))
      add({tale.front()->group, studio_.read(story_of(tale_story(tale))), tale_curve(tale), tale});
  }

  void add(const WantedStory& story) {
    const auto plan = studio_.plan(story.reading, {.bars = options_.bars});
    const auto composed = [&](const Plan& asked) {
      return studio_.compose_piece(story.reading, asked, {.seed = options_.seed});
    };
    const Piece planned = composed(plan);
    const Piece shuffled = composed(with_shuffled_sections(plan, options_.seed));
    for (const auto& palette : options_.palettes) {
      const auto own = compare(story, played_by(planned, palette, options_.seed),
                               played_by(shuffled, palette, options_.seed));
      print_row(story.name, palette, own);
      all_[palette].add(own);
    }
  }

  StorySections compare(const WantedStory& story, const Piece& planned, const Piece& shuffled) const {
    StorySections own{judged_sections(story.wanted, planned, judge_),
                      judged_sections(story.wanted, shuffled, judge_)};
    if (story.sentences.empty()) return own;
    own.tales = 1;
    own.music = arcs_followed(story.sentences, judged_plan(planned, judge_));
    own.shuffled_music = arcs_followed(story.sentences, judged_plan(shuffled, judge_));
    own.plan = arcs_followed(story.sentences, planned.plan);
    return own;
  }

  void print_head() const {
    fmt::print("{:<36}{:<17}{:>9}{:>9}{:>9}{:>12}{:>7}", "Spearman, text and judge, by section", "palette",
               "sections", "valence", "arousal", "shuffled: v", "a");
    if (!options_.tales.empty())
      fmt::print("{:>12}{:>7}{:>13}{:>7}{:>9}{:>7}", "arcs, r: v", "a", "shuffled: v", "a", "plan: v", "a");
    fmt::print("\n");
  }

  void print_row(const std::string& name, const std::string& palette, const StorySections& sections) const {
    const auto planned = section_agreement(sections.planned), shuffled = section_agreement(sections.shuffled);
    fmt::print("{:<36}{:<17}{:>9}{:>9.2f}{:>9.2f}{:>12.2f}{:>7.2f}", name, palette, planned.sections,
               planned.valence, planned.arousal, shuffled.valence, shuffled.arousal);
    for (const auto& [arcs, width] :
         {std::pair(sections.music, 12), {sections.shuffled_music, 13}, {sections.plan, 9}})
      if (sections.tales > 0)
        fmt::print("{:>{}.2f}{:>7.2f}", arcs.valence / sections.tales, width, arcs.arousal / sections.tales);
    fmt::print("\n");
    std::fflush(stdout);
  }

  const Options& options_;
  Studio studio_;
  Judge judge_;
  std::map<std::string, StorySections> all_;  // by palette
};

}  // namespace

void add_evaluate_sections_command(CLI::App& evaluate) {
  auto* command = evaluate.add_subcommand(
      "sections", "whether the music of each section feels as its text does, by the judge");
  auto options = std::make_shared<Options>();
  command->add_option("stories", options->stories, "stories of several sections")->check(CLI::ExistingFile);
  command
      ->add_option("--tales", options->tales,
                   "folder that holds tales_va: also its validation tales, beside their annotators' emotion")
      ->check(CLI::ExistingDirectory);
  command->add_option("--bars", options->bars, "length of each piece")
      ->capture_default_str()
      ->check(CLI::Range(8, 4096));
  command->add_option("--palette", options->palettes, "instruments, a row each; may be given several times")
      ->check(CLI::IsMember(std::vector<std::string>(palette_names().begin(), palette_names().end()))
                  .description(""))
      ->allow_extra_args(false);
  command->add_option("--seed", options->seed, "of the pieces and of the shuffled plans")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber)
      ->transform(whole_number());
  options->models.add_to(*command);
  command->footer(
      "Examples:\n  story2midi evaluate sections tale.txt another.txt --bars 256\n"
      "  story2midi evaluate sections --tales corpora --palette piano --palette orchestra");
  command->callback([options] {
    if (options->stories.empty() && options->tales.empty())
      throw UsageError("name a story, --tales, or both");
    SectionsReport(*options).run();
  });
}

}  // namespace s2m::apps
