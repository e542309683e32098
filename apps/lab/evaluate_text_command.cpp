// story2midi evaluate text: how well emotion is read, on public sets of texts.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/reports/text_report.h"
#include "story2midi/base/files.h"

namespace s2m::apps {
namespace {

struct Options {
  std::string folder, model, picture;
  ModelSource models;
  TextReportOptions report;
  bool json = false, markdown = false;
};

// "0.512 [0.47, 0.55]"; the interval is left out where none was taken.
std::string show(const std::optional<Estimate>& estimate) {
  if (!estimate) return "-";
  const auto& [low, high] = estimate->interval;
  if (low == high) return fmt::format("{:.3f}", estimate->value);
  return fmt::format("{:.3f} [{:.2f}, {:.2f}]", estimate->value, low, high);
}

// Columns of a width each on a terminal; bars between them in a document.
class Table {
 public:
  Table(const Options& options, std::vector<int> widths)
      : markdown_(options.markdown), widths_(std::move(widths)) {}

  void row(const std::vector<std::string>& cells) const {
    std::string line = markdown_ ? "|" : "";
    for (std::size_t i = 0; i < cells.size(); ++i)
      line += markdown_ ? fmt::format(" {} |", cells[i]) : fmt::format("{:<{}}", cells[i], widths_[i]);
    fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
  }
  void head(const std::vector<std::string>& cells) const {
    row(cells);
    std::string rule = "|";
    for (std::size_t i = 0; i < cells.size(); ++i) rule += "---|";
    if (markdown_) fmt::print("{}\n", rule);
  }

 private:
  bool markdown_;
  std::vector<int> widths_;
};

void print_figures(const TextReport& report, const Options& options) {
  const Table table(options, {46, 7, 25, 25, 6});
  table.head({"figure", "of", "reader", "lexicon floor", "goal"});
  for (const auto& figure : report.figures)
    if (figure.found.reader)
      table.row({figure.words, fmt::to_string(figure.count), show(figure.found.reader),
                 show(figure.found.lexicon), figure.goal ? fmt::format("{:.2f}", *figure.goal) : "-"});
}

void print_domains(const TextReport& report, const Options& options) {
  const Table table(options, {15, 20, 7, 15, 25, 25});
  table.head({"domain", "set", "texts", "measure", "reader", "lexicon floor"});
  for (const auto& domain : report.domains)
    for (const auto& [name, found] :
         {std::pair("valence, r", &domain.valence_r), std::pair("arousal, r", &domain.arousal_r),
          std::pair("quadrant", &domain.quadrant)})
      if (found->reader)
        table.row({domain.name, domain.set, fmt::to_string(domain.count), name, show(found->reader),
                   show(found->lexicon)});
}

void print_tables(const TextReport& report, const Options& options) {
  print_figures(report, options);
  fmt::print("\n");
  print_domains(report, options);
  if (const auto& speed = report.speed)
    fmt::print("\n{}: {} words in {:.1f} s ({:.0f} words a second), {:.0f} MB at most\n", speed->story,
               speed->words, speed->seconds, static_cast<double>(speed->words) / speed->seconds,
               speed->peak_megabytes);
}

bool measures_embedding(const TextReportOptions& options) {
  return options.parts.empty() || std::ranges::find(options.parts, "embedding") != options.parts.end();
}

void run(const Options& options) {
  if (options.json && options.markdown) throw UsageError("--json and --markdown exclude each other");
  if (!options.picture.empty()) {
    if (!measures_embedding(options.report)) throw UsageError("--picture needs embedding among the --sets");
    check_writable(options.picture);
  }
  const auto encoder = options.model.empty() ? options.models.path() / "encoder.safetensors"
                                             : std::filesystem::path(options.model);
  const auto reader = options.model.empty()
                          ? EmotionReader::of_models(options.models.path(), options.models.threads)
                          : EmotionReader(encoder, options.models.threads);
  auto asked = options.report;
  asked.reading = [](const std::string& label) { return show_progress("reading " + label); };
  const auto report = evaluate_text(reader, options.folder, asked);
  for (const auto& line : report.skipped) fmt::print(stderr, "{}\n", line);
  if (!options.picture.empty() && !report.planes.empty()) write_text(options.picture, embedding_svg(report));
  if (options.json) return fmt::print("{}\n", to_json(report, asked, encoder));
  print_tables(report, options);
}

}  // namespace

void add_evaluate_text_command(CLI::App& evaluate) {
  auto* command = evaluate.add_subcommand("text",
                                          "accuracy of emotion reading on EmoBank, fairy tales, GoEmotions "
                                          "and other corpora, beside a word list");
  auto options = std::make_shared<Options>();
  command
      ->add_option("data", options->folder, "folder with emobank/, tales_va/, goemotions/, ... and lexicons/")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--model", options->model, "encoder to evaluate alone (default: the shipped models)")
      ->check(CLI::ExistingFile);
  command->add_option("--sets", options->report.parts, "only these corpora, separated by commas")
      ->delimiter(',')
      ->check(CLI::IsMember(text_report_parts()));
  command->add_option("--own-texts", options->report.own_texts, "folder of the part own_texts")
      ->capture_default_str();
  command->add_option("--bootstrap", options->report.resamples, "resamples of each 95 % interval; 0: none")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  command->add_option("--seed", options->report.seed, "seed of the resamples")->capture_default_str();
  command->add_option("--every", options->report.every, "use every N-th text or tale, for a quick look")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_flag("--neighbours,!--no-neighbours", options->report.neighbours,
                    "read a tale's sentences in the context of their neighbours (default)");
  command->add_option("--picture", options->picture,
                      "SVG picture to write: embeddings of GoEmotions' test texts");
  command->add_flag("--markdown", options->markdown, "print the tables as Markdown");
  command->add_flag("--json", options->json, "print JSON; figures that could not be measured are null");
  options->models.add_to(*command);
  command->footer(
      "Examples:\n"
      "  story2midi evaluate text corpora\n"
      "  story2midi evaluate text corpora --sets emobank,tales_va --json\n"
      "  story2midi evaluate text corpora --sets embedding --picture embedding.svg\n"
      "  story2midi evaluate text corpora --model runs/encoder/best.safetensors --every 10");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
