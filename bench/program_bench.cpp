// What a user of the program waits for, measured on the program itself and beside its goals; medians of five,
// all from one run. Prints a table and, where a file is named, writes JSON into it. An empty word stands for
// an argument that is left out.
//
//   program_bench PROGRAM [JSON [MUSIC [STORY]]]
//     PROGRAM   story2midi
//     MUSIC     a folder of MIDI files; without it, the pieces that were composed for the other figures
//     STORY     a long text; without it, one of 67,000 words is generated
//
// With S2M_BENCH_BRIEF in the environment everything runs once, on short inputs: a test.
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "bench/figures.h"
#include "bench/generated_story.h"
#include "bench/measure.h"
#include "bench/midi_rates.h"
#include "bench/run_program.h"
#include "story2midi/base/files.h"

namespace s2m::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNovelWords = 67'000, kBriefWords = 300;
constexpr double kMidoMegabytes = 1;  // it reads about one a second

struct Options {
  std::string program, json, music, story;
};

// Gone with what is in it when this ends.
struct Folder {
  Folder() { fs::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
  const fs::path path = fs::temp_directory_path() / fmt::format("s2m_program_bench_{}", ::getpid());
};

// Each field is the median of rounds() runs, after one that warms up; the output is the last one's.
ProgramRun median_run(const std::vector<std::string>& words) {
  run_program(words);
  std::vector<ProgramRun> runs;
  for (int round = 0; round < rounds(); ++round) runs.push_back(run_program(words));
  ProgramRun all = runs.back();
  for (double ProgramRun::*const field : {&ProgramRun::wall_seconds, &ProgramRun::processor_seconds,
                                          &ProgramRun::first_line_seconds, &ProgramRun::peak_megabytes}) {
    std::vector<double> values;
    for (const auto& run : runs) values.push_back(run.*field);
    all.*field = median(std::move(values));
  }
  return all;
}

// Composes a story of four short paragraphs into `output`.
std::vector<std::string> compose_words(const Options& options, const fs::path& output,
                                       std::initializer_list<std::string> more) {
  std::vector<std::string> words{options.program, "compose", S2M_SOURCE_DIR "/docs/samples/harbour.txt", "-o",
                                 output.string()};
  words.insert(words.end(), more);
  return words;
}

void measure_minute(const Options& options, const fs::path& folder, FigureTable& table) {
  const auto piece = median_run(compose_words(options, folder / "minute.mid", {"--duration", "60"}));
  table.add({"a minute of music: exec to exit", piece.wall_seconds, "s", 0.4});
  table.add({"a minute of music: processor time", piece.processor_seconds, "s"});
  table.add({"a minute of music: peak memory", piece.peak_megabytes, "MB", 250});
  const auto stream =
      median_run(compose_words(options, folder / "minute.mid", {"--duration", "60", "--stream"}));
  table.add(
      {"a minute of music: exec to the first bar of --stream", 1e3 * stream.first_line_seconds, "ms", 100});
}

struct PieceCost {
  double seconds, processor_seconds;
  double notes, events;  // an event is a note or a bar
};

PieceCost cost_of(const Options& options, const fs::path& folder, int bars) {
  const auto file = folder / fmt::format("{}_bars.mid", bars);
  const auto run = median_run(compose_words(options, file, {"--bars", fmt::to_string(bars), "--json"}));
  const auto notes = nlohmann::json::parse(run.output)["notes"].get<double>();
  return {run.wall_seconds, run.processor_seconds, notes, notes + bars};
}

// What the start costs is taken off by a piece of one bar: time an event is the slope from there. By the
// processor's time, which other programs disturb less.
void measure_lengths(const Options& options, const fs::path& folder, FigureTable& table) {
  const auto start = cost_of(options, folder, 1);
  std::vector<double> event_seconds;
  const std::vector<int> lengths = is_brief() ? std::vector{4, 8} : std::vector{16, 64, 256, 1024};
  for (const int bars : lengths) {
    const auto piece = cost_of(options, folder, bars);
    event_seconds.push_back((piece.processor_seconds - start.processor_seconds) /
                            (piece.events - start.events));
    table.add({fmt::format("{} bars, {:.0f} notes: exec to exit", bars, piece.notes), piece.seconds, "s"});
    table.add({fmt::format("{} bars: notes a second", bars), piece.notes / piece.seconds, "notes/s"});
    table.add({fmt::format("{} bars: processor time an event", bars), 1e6 * event_seconds.back(), "us"});
  }
  table.add({fmt::format("{} bars over {}: time an event", lengths.back(), lengths.front()),
             event_seconds.back() / event_seconds.front(), "times", 1.3});
}

struct Novel {
  fs::path file;
  std::size_t words;
  const char* origin;
};

Novel novel(const std::string& given, const fs::path& folder) {
  if (!given.empty()) return {given, count_words(read_text(given)), ""};
  const auto story = generated_story(is_brief() ? kBriefWords : kNovelWords);
  write_text(folder / "novel.txt", story);
  return {folder / "novel.txt", count_words(story), " (generated)"};
}

// The goal of a text of another length is in proportion.
void measure_novel(const Options& options, const Novel& story, FigureTable& table) {
  const auto run = median_run({options.program, "feel", story.file.string(), "--threads", "2", "--json"});
  const double goal = 10.0 * static_cast<double>(story.words) / kNovelWords;
  table.add({fmt::format("emotion curve, {} words{}, 2 threads: exec to exit", story.words, story.origin),
             run.wall_seconds, "s", goal});
  table.add({"emotion curve: processor time", run.processor_seconds, "s"});
  table.add({"emotion curve: peak memory", run.peak_megabytes, "MB"});
}

void add_rates(const std::string& who, const MidiFiles& files, const MidiRates& rates, FigureTable& table) {
  const auto what = fmt::format("{} MIDI files, {:.1f} MB", files.paths.size(), files.megabytes);
  table.add({fmt::format("{}: read to notes by {}", what, who), rates.read, "MB/s"});
  table.add({fmt::format("{}: written by {}", what, who), rates.write, "MB/s"});
  if (rates.save > 0) table.add({fmt::format("{}: saved to a file by {}", what, who), rates.save, "MB/s"});
}

void measure_midi(const fs::path& music, const fs::path& scratch, FigureTable& table) {
  if (!fs::is_directory(music))
    return table.leave_out(fmt::format("MIDI files: there is no folder {}", music.string()));
  const auto files = midi_files(music);
  add_rates("story2midi", files, our_rates(files, scratch), table);
  const auto some = some_of(files, kMidoMegabytes);
  const auto mido = mido_rates(some);
  if (!mido) return table.leave_out("MIDI files by mido: python3-mido is not installed");
  const auto ours = our_rates(some, scratch);
  add_rates("mido", some, *mido, table);
  table.add({"the same files read: story2midi over mido", ours.read / mido->read, "times", {}, 300});
  table.add({"the same files written: story2midi over mido", ours.write / mido->write, "times"});
}

void run(const Options& options) {
  const Folder folder;
  double load = 0;
  ::getloadavg(&load, 1);
  FigureTable table(fmt::format("medians of {}, at a load of {:.1f} when this began", rounds(), load));
  const auto story = novel(options.story, folder.path);
  measure_minute(options, folder.path, table);
  measure_lengths(options, folder.path, table);
  measure_novel(options, story, table);
  // Last: a program's peak memory counts from what this process held when it was started (run_program.h).
  measure_midi(options.music.empty() ? folder.path : fs::path(options.music), folder.path, table);
  if (!options.json.empty()) write_text(options.json, table.json().dump(2) + "\n");
}

}  // namespace
}  // namespace s2m::bench

int main(int count, char** arguments) {
  const auto word = [&](int i) { return std::string(i < count ? arguments[i] : ""); };
  if (word(1).empty() || count > 5)
    return fmt::print(stderr, "usage: program_bench PROGRAM [JSON [MUSIC [STORY]]]\n"), 2;
  try {
    s2m::bench::run({word(1), word(2), word(3), word(4)});
  } catch (const std::exception& error) {
    return fmt::print(stderr, "program_bench: {}\n", error.what()), 1;
  }
}
