#include "apps/cli/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "apps/cli/piece_labels.h"
#include "story2midi/formats/save.h"
#include "story2midi/plan/suite.h"

namespace s2m::apps {
namespace {

// "02-chapter-ii": ASCII letters and digits of the title, so that any file system and player takes it.
std::string stem_of(std::size_t number, const std::string& title) {
  constexpr std::size_t kLongest = 40;
  std::string stem = fmt::format("{:02}", number);
  bool gap = true;
  for (const unsigned char c : title) {
    if (!std::isalnum(c) || c >= 0x80) {
      gap = true;
      continue;
    }
    if (stem.size() > kLongest) break;
    if (gap) stem += '-';
    gap = false;
    stem += static_cast<char>(std::tolower(c));
  }
  return stem;
}

// Where a movement goes: the star of "suite/*.flac" stands for its name; a folder gets MIDI.
std::filesystem::path path_of(const std::string& output, const std::string& stem) {
  const auto star = output.find('*');
  if (star == output.npos) return std::filesystem::path(output) / (stem + ".mid");
  return output.substr(0, star) + stem + output.substr(star + 1);
}

StoryReading part_of(const StoryReading& reading, const Movement& movement) {
  StoryReading part;
  part.is_outside = reading.is_outside;
  const auto& points = reading.curve.points;
  part.curve.points.assign(points.begin() + static_cast<std::ptrdiff_t>(movement.first),
                           points.begin() + static_cast<std::ptrdiff_t>(movement.last));
  return part;
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
}

// Writes a movement and tells of it.
void finish(const SuiteJob& job, const std::string& stem, const ComposedPiece& piece) {
  auto summary = summary_of(piece.score, piece.emotion, piece.seed);
  for (const auto& output : job.outputs) {
    const auto path = path_of(output, stem);
    make_folder(path.parent_path());
    save(piece, path);
    summary.files.emplace_back(path.extension().string().substr(1), path.string());
  }
  job.json ? fmt::print("{}\n", to_json(summary)) : print_summary(summary, stdout);
}

}  // namespace

void SuiteFlags::add_to(CLI::App& command) {
  const auto group = "A book as a suite (-o DIR, or -o 'DIR/*.flac': the star stands for a piece's name)";
  command.add_option("--per", per, "chapter: a piece for each chapter; all share the book's themes")
      ->group(group)
      ->check(CLI::IsMember({"chapter"}));
  command.add_option("--interludes", interludes, "seconds of an interlude between chapters, 8 to 20")
      ->group(group);
}

void compose_suite(const SuiteJob& job) {
  if (job.suite.per.empty()) throw UsageError("--interludes stand between the pieces of --per chapter");
  if (job.outputs.empty()) throw UsageError("--per needs a folder: -o DIR, or -o 'DIR/*.flac'");
  for (const auto& output : job.outputs) piece_format(path_of(output, "01"));
  const auto asked = job.plan.read();
  const auto story = job.story.read(asked);
  const auto studio = job.models.open();
  const auto reading = job.story.reading_of(story, studio);
  const auto suite = plan_suite(story, reading.curve, {asked, job.suite.interludes});
  auto compose = job.compose;
  compose.progress = show_progress("composing");
  for (std::size_t i = 0; i < suite.size(); ++i, ++compose.seed) {
    const auto part = part_of(reading, suite[i]);
    ComposedPiece piece{studio.compose_piece(part, suite[i].plan, compose), {}, compose.seed};
    if (!suite[i].is_interlude) piece.emotion = part.curve.mean();
    sign(job.models, suite[i].title, piece);
    finish(job, stem_of(i + 1, suite[i].title), piece);
  }
}

}  // namespace s2m::apps
