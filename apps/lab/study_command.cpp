// story2midi study: a listening study from a table of pieces to its page.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/study/answers.h"
#include "lab/study/study.h"
#include "story2midi/audio/audio.h"
#include "story2midi/audio/loudness.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/formats/load.h"

namespace s2m::apps {
namespace {

namespace fs = std::filesystem;

struct MakeOptions {
  fs::path pieces, output;
  std::string soundfont;
  double loudness = -18, seconds = 0;
  bool one_per_set = false;
  StudyPageOptions page;
};

bool is_sound_file(const fs::path& file) {
  const auto ending = file.extension();
  return ending == ".wav" || ending == ".flac" || ending == ".ogg" || ending == ".mp3";
}

// As all systems' music is heard: through our renderer where the file has notes, at one loudness.
Audio sound_of(const fs::path& file, const MakeOptions& options) {
  RenderOptions how{.soundfont = options.soundfont, .loudness = options.loudness};
  if (!is_sound_file(file)) return render(load_music_file(file), how);
  auto audio = read_sound(file, how.sample_rate);
  const double loudness = integrated_loudness(audio);
  if (!std::isfinite(loudness)) throw Error(file.string(), "is silent", "music of half a second or more");
  set_level(audio, std::pow(10, (options.loudness - loudness) / 20));
  return audio;
}

// The first `seconds`, faded out in the last one.
void shorten(Audio& audio, double seconds) {
  const auto frames = static_cast<std::size_t>(seconds * audio.sample_rate);
  const auto channels = static_cast<std::size_t>(audio.channels);
  if (seconds <= 0 || audio.samples.size() <= frames * channels) return;
  audio.samples.resize(frames * channels);
  const std::size_t fade = std::min<std::size_t>(frames, static_cast<std::size_t>(audio.sample_rate));
  for (std::size_t i = 0; i < fade; ++i)
    for (std::size_t channel = 0; channel < channels; ++channel)
      audio.samples[(frames - fade + i) * channels + channel] *=
          1 - static_cast<float>(i) / static_cast<float>(fade);
}

void make(MakeOptions options) {
  options.page.hearing = options.one_per_set ? SetHearing::kOnePerSet : SetHearing::kAll;
  const auto pieces = read_study_pieces(options.pieces, options.page.seed);
  for (const auto& piece : pieces)
    if (!fs::exists(piece.file)) throw Error(ErrorKind::kNotFound, piece.file.string(), "does not exist");
  if (fs::exists(options.output) && !fs::is_empty(options.output))
    throw Error(options.output.string(), "is not empty", "a new folder");
  fs::create_directories(options.output / "page" / "sounds");
  const auto progress = show_progress("sounds");
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    auto audio = sound_of(pieces[i].file, options);
    shorten(audio, options.seconds);
    write_bytes(options.output / "page" / "sounds" / (pieces[i].blind + ".mp3"),
                write_sound(audio, SoundFormat::kMp3));
    report_progress(progress, i + 1, pieces.size());
  }
  write_text(options.output / "key.json", study_key_json(pieces, options.page));
  write_text(options.output / "page" / "index.html", study_page(pieces, options.page));
  fmt::print("{} pieces in {}\nkey, which no listener may see: {}\n", pieces.size(),
             (options.output / "page" / "index.html").string(), (options.output / "key.json").string());
}

void add_make_command(CLI::App& study) {
  auto* command = study.add_subcommand("make", "write the page of a listening study, its sounds and its key");
  auto options = std::make_shared<MakeOptions>();
  command
      ->add_option(
          "pieces", options->pieces,
          "table with the columns file, quadrant (or valence and arousal), and where wished system, set and "
          "role; or a folder of MIDI files with intended.jsonl or names such as Q1_0001.mid")
      ->required()
      ->check(CLI::ExistingPath);
  command->add_option("-o,--output", options->output, "new folder: page/ for listeners, and key.json")
      ->required();
  command->add_option("--title", options->page.title, "what listeners read above it")->capture_default_str();
  command->add_option("--contact", options->page.contact, "whom listeners may ask");
  command->add_option("--post", options->page.post,
                      "URL that gets the answers (default: listeners save a file)");
  command
      ->add_option("--repeats", options->page.repeats,
                   "pieces heard again at the end, at most a fifth of them")
      ->check(CLI::Range(0, 20))
      ->capture_default_str();
  command->add_flag("--one-per-set", options->one_per_set,
                    "each listener hears one piece of each set; neighbouring listeners hear different ones");
  command->add_option("--loudness,--lufs", options->loudness, "integrated loudness of every sound in LUFS")
      ->check(CLI::Range(kSoftestLufs, kLoudestLufs))
      ->capture_default_str();
  command
      ->add_option("--seconds", options->seconds,
                   "longest sound, faded out in its last second; 0: as long as it is")
      ->check(CLI::Range(0.0, 600.0))
      ->capture_default_str();
  command->add_option("--soundfont", options->soundfont, "a SoundFont (default: the distribution's)");
  command->add_option("--seed", options->page.seed, "seed of the blind names")->capture_default_str();
  command->footer(
      "Sound files (.wav, .flac, .ogg, .mp3) are taken as they are, but for their loudness; notes are played "
      "by the\n"
      "program. Pieces whose role is `training` come first and do not count. Listener 7 opens "
      "index.html?listener=7.\n"
      "Example:\n  story2midi study make pieces.tsv -o study --title \"Music and emotion\" --seconds 30");
  command->callback([options] { make(*options); });
}

struct ReadOptions {
  std::vector<fs::path> answers;
  fs::path key, output;
  ExclusionRules rules;
  BootstrapOptions bootstrap{.resamples = 2000};
};

void read(const ReadOptions& options) {
  const auto text = read_text(options.key);
  const auto pieces = study_key_from_json(text, options.key.string());
  std::vector<fs::path> files;
  for (const auto& path : options.answers)
    if (fs::is_directory(path))
      for (const auto& entry : fs::directory_iterator(path))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
  for (const auto& path : options.answers)
    if (!fs::is_directory(path)) files.push_back(path);
  std::ranges::sort(files);
  std::vector<StudyListener> listeners;
  for (const auto& file : files)
    listeners.push_back(
        listener_from_json(read_text(file), pieces, to_hex(checksum_of(text)), file.string()));
  if (listeners.empty()) throw Error("answers", "none found", "files that the study's page saved");
  const auto report = study_report(listeners, pieces, options.rules, options.bootstrap);
  fs::create_directories(options.output);
  write_text(options.output / "trials.csv", study_table_csv(listeners, pieces, options.rules));
  write_text(options.output / "report.json", to_json(report));
  write_text(options.output / "report.html", to_html(report));
  write_text(options.output / "model.R", study_model_r());
  fmt::print("{} listeners, {} excluded, {} trials\n", report.listeners, report.excluded.size(),
             report.trials);
  fmt::print("{:<12} {:<9} {:>9}  {:>5}  {:<14} {:<14} {:>8} {:>6}\n", "system", "what", "right", "share",
             "Wilson", "by listeners", "p (Holm)", "power");
  for (const auto& system : report.systems)
    for (const auto& each : system.accuracies)
      fmt::print("{:<12} {:<9} {:>4}/{:<4}  {:.3f}  [{:.3f}, {:.3f}] [{:.3f}, {:.3f}] {:>8.2g} {:>6.2f}\n",
                 system.name, each.what, each.share.hits, each.share.count, each.share.value(),
                 each.wilson.low, each.wilson.high, each.clustered.low, each.clustered.high, each.p_holm,
                 each.power);
}

void add_read_command(CLI::App& study) {
  auto* command = study.add_subcommand("read", "who is excluded, and what the others' answers show");
  auto options = std::make_shared<ReadOptions>();
  command->add_option("answers", options->answers, "files that the page saved, or folders with them")
      ->required()
      ->check(CLI::ExistingPath);
  command->add_option("--key", options->key, "the key.json that `study make` wrote")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("-o,--output", options->output, "folder: trials.csv, report.json, report.html, model.R")
      ->required();
  const auto group = "Who and what counts";
  command->add_option("--headphones", options->rules.headphones, "right answers needed of six")
      ->check(CLI::Range(0, 6))
      ->group(group)
      ->capture_default_str();
  command->add_option("--attention-faults", options->rules.attention_faults, "wrong answers permitted of two")
      ->check(CLI::Range(0, 2))
      ->group(group)
      ->capture_default_str();
  command->add_option("--heard-seconds", options->rules.heard_seconds, "of a piece, needed")
      ->check(CLI::Range(0.0, 600.0))
      ->group(group)
      ->capture_default_str();
  command
      ->add_option("--familiar", options->rules.familiar,
                   "0: only unknown pieces, 1: perhaps known ones too, 2: all")
      ->check(CLI::Range(0, 2))
      ->group(group)
      ->capture_default_str();
  command->footer("Example:\n  story2midi study read answers/ --key study/key.json -o study/report");
  command->callback([options] { read(*options); });
}

struct SimulateOptions {
  SimulatedListeners how;
  int pieces = 15, studies = 200;
  fs::path key, output;
};

// As many of each quadrant as can be.
std::vector<StudyPiece> example_pieces(int count) {
  std::vector<StudyPiece> pieces;
  for (int i = 0; i < count; ++i)
    pieces.push_back({.file = fmt::format("{}.mid", i + 1),
                      .quadrant = kQuadrants[static_cast<std::size_t>(i) % kQuadrants.size()],
                      .blind = fmt::format("{:08x}", i + 1)});
  return pieces;
}

void print_recovery(const SimulateOptions& options, const std::vector<StudyPiece>& pieces) {
  const auto& how = options.how;
  const std::vector<double> truth{how.valence * how.arousal, how.valence, how.arousal};
  std::vector<std::vector<double>> found(3);
  std::vector<int> wilson(3), clustered(3), significant(3);
  for (int study = 0; study < options.studies; ++study) {
    auto one = how;
    one.seed = how.seed + static_cast<std::uint64_t>(study);
    const auto accuracies = study_report(simulate_listeners(pieces, one), pieces).systems.front().accuracies;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const auto holds = [&](const Interval& interval) {
        return interval.low <= truth[i] && truth[i] <= interval.high;
      };
      found[i].push_back(accuracies[i].share.value());
      wilson[i] += holds(accuracies[i].wilson);
      clustered[i] += holds(accuracies[i].clustered);
      significant[i] += accuracies[i].p_holm < .05;
    }
  }
  fmt::print("{} studies of {} listeners and {} pieces; accuracies vary between listeners by {:.2f}\n",
             options.studies, how.listeners, pieces.size(), how.deviation);
  fmt::print("{:<9} {:>5} {:>9} {:>9} {:>14} {:>20} {:>12}\n", "what", "true", "recovered", "deviation",
             "Wilson covers", "listeners' covers", "significant");
  for (std::size_t i = 0; i < truth.size(); ++i)
    fmt::print("{:<9} {:>5.3f} {:>9.3f} {:>9.3f} {:>14.3f} {:>20.3f} {:>12.3f}\n",
               std::vector{"quadrant", "valence", "arousal"}[i], truth[i], mean(found[i]),
               deviation(found[i]), 1. * wilson[i] / options.studies, 1. * clustered[i] / options.studies,
               1. * significant[i] / options.studies);
}

void simulate(const SimulateOptions& options) {
  const auto key =
      options.key.empty() ? study_key_json(example_pieces(options.pieces), {}) : read_text(options.key);
  const auto pieces = study_key_from_json(key, options.key.empty() ? "key" : options.key.string());
  if (options.output.empty()) return print_recovery(options, pieces);
  fs::create_directories(options.output / "answers");
  write_text(options.output / "key.json", key);
  for (const auto& listener : simulate_listeners(pieces, options.how))
    write_text(options.output / "answers" / fmt::format("answers-{}.json", listener.name),
               to_json(listener, pieces, to_hex(checksum_of(key))));
}

void add_simulate_command(CLI::App& study) {
  auto* command = study.add_subcommand(
      "simulate", "listeners of known accuracy: what a design recovers, or their answers as files");
  auto options = std::make_shared<SimulateOptions>();
  const auto add = [&]<class Number>(const char* name, Number& value, const char* help, Number low,
                                     Number high) {
    command->add_option(name, value, help)->check(CLI::Range(low, high))->capture_default_str();
  };
  add("--listeners", options->how.listeners, "listeners of a study", 2, 10'000);
  add("--pieces", options->pieces, "pieces of a study, where no --key names them", 2, 1000);
  add("--valence", options->how.valence, "true accuracy of valence", 0., 1.);
  add("--arousal", options->how.arousal, "true accuracy of arousal", 0., 1.);
  add("--deviation", options->how.deviation, "standard deviation of the accuracies between listeners", 0.,
      .5);
  add("--studies", options->studies, "studies of the table", 1, 100'000);
  command->add_option("--seed", options->how.seed, "seed of the first study")->capture_default_str();
  command->add_option("--key", options->key, "pieces of this key.json")->check(CLI::ExistingFile);
  command->add_option("-o,--output", options->output, "folder: key.json and answers/ of one study; no table");
  command->footer(
      "The usual design is that of the Story2MIDI paper: 21 listeners and 15 pairs of a text and its music.\n"
      "Examples:\n  story2midi study simulate --studies 500\n"
      "  story2midi study simulate -o simulated && story2midi study read simulated/answers --key "
      "simulated/key.json "
      "-o simulated/report");
  command->callback([options] { simulate(*options); });
}

}  // namespace

void add_study_command(CLI::App& app) {
  auto* command =
      app.add_subcommand("study", "listening studies: whether listeners hear the intended emotion");
  command->require_subcommand(1);
  add_make_command(*command);
  add_read_command(*command);
  add_simulate_command(*command);
}

}  // namespace s2m::apps
