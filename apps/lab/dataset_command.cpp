// story2midi dataset: corpora as their publishers ship them become what training reads.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/corpora/corpus_table.h"
#include "lab/datasets/held_out_texts.h"
#include "lab/datasets/music_datasets.h"
#include "lab/datasets/music_shard.h"
#include "lab/datasets/stretches.h"
#include "lab/datasets/text_music_pairs.h"
#include "lab/datasets/text_passages.h"
#include "lab/judge/published_cues.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"

namespace s2m::apps {
namespace {

void print_datasets() {
  fmt::print("{:<20}{:<20}{:<24}{}\n", "name", "folder", "beats", "licence");
  for (const MusicDataset& dataset : music_datasets())
    fmt::print("{:<20}{:<20}{:<24}{}\n", dataset.name, dataset.folder, dataset.beats,
               corpus(dataset.folder).licence);
}

void print(const std::vector<CorpusCheck>& checks) {
  fmt::print("{:<34}{:<12}{:<28}{}\n", "corpus", "state", "licence", "title");
  for (const CorpusCheck& check : checks) {
    fmt::print("{:<34}{:<12}{:<28}{}\n", check.corpus->folder, to_string(check.state), check.corpus->licence,
               check.corpus->title);
    for (const std::string& fault : check.faults) fmt::print("  {}\n", fault);
  }
  fmt::print("docs/corpora.md names the files that each corpus needs.\n");
}

void add_check(CLI::App& dataset) {
  struct Options {
    std::string data;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  auto* command =
      dataset.add_subcommand("check", "check which corpora a folder holds, and which files are missing");
  command->add_option("data", options->data, "folder with the corpora in their publishers' layout")
      ->required();
  command->add_flag("--json", options->json, "print JSON");
  command->footer("Example:\n  story2midi dataset check corpora");
  command->callback([options] {
    const auto checks = check_corpora(options->data);
    options->json ? fmt::print("{}\n", to_json(checks)) : print(checks);
  });
}

// Files that were left out, one a line: all of them to a file, or the first to standard error.
void tell_left_out(const ShardReport& report, const std::string& file) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> lines = report.failures;
  lines.insert(lines.end(), report.doubles.begin(), report.doubles.end());
  if (!file.empty()) write_text(file, fmt::format("{}\n", fmt::join(lines, "\n")));
  for (std::size_t i = 0; i < std::min(kShown, lines.size()); ++i)
    fmt::print(stderr, "left out: {}\n", lines[i]);
  if (lines.size() > kShown)
    fmt::print(stderr, "left out: {} more files{}\n", lines.size() - kShown,
               file.empty() ? "; --left-out FILE lists all of them" : "");
}

void print_report(const ShardReport& report) {
  fmt::print("{:<20}{:>7}{:>7}{:>8}{:>7}{:>7}{:>9}{:>10}{:>8}{:>9}\n", "dataset", "files", "failed",
             "doubles", "pieces", "valid", "bars", "notes", "kept", "timing");
  for (const DatasetReport& row : report.datasets)
    fmt::print(
        "{:<20}{:>7}{:>7}{:>8}{:>7}{:>7}{:>9}{:>10}{:>8.4f}{:>9.4f}\n", row.name, row.files, row.failed,
        row.doubles, row.pieces, row.validation_pieces, row.bars, row.notes,
        static_cast<double>(row.notes_kept) / static_cast<double>(std::max<std::int64_t>(1, row.notes)),
        row.timing_error_quarters);
  fmt::print(
      "kept: share of notes that are no doubles on the grid; timing: mean distance from it, quarters\n");
}

void add_music(CLI::App& dataset) {
  auto options = std::make_shared<MusicDatasetOptions>();
  auto left_out = std::make_shared<std::string>();
  auto* music = dataset.add_subcommand("music", "encode corpora of music into one event shard");
  music->add_option("names", options->datasets, "names of corpora, as `dataset list` prints them")
      ->required();
  music->add_option("--data", options->data, "folder with the corpora in their publishers' layout")
      ->required()
      ->check(CLI::ExistingDirectory);
  music->add_option("--shard", options->shard, "file to write")->required();
  music
      ->add_option("--apart-from", options->apart_from,
                   "corpora whose pieces must not be in it under any name, separated by commas")
      ->delimiter(',');
  music->add_option("--list", options->list,
                    "table (.tsv, .csv, .jsonl) of the files to use: columns \"path\" and \"split\"");
  music
      ->add_option("--validation", options->validation_share,
                   "share of songs held out where a corpus has no split")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  music->add_option("--left-out", *left_out,
                    "file to write the files that are left out to, with the reason, one a line");
  music
      ->add_option("--stretch-bars", options->stretch_bars,
                   "cut pieces into stretches of so many bars; 0: pieces as they are")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  music
      ->add_option(
          "--label-by", options->judge,
          "judge whose valence and arousal label the pieces, from `dataset cues` or `evaluate judge`")
      ->check(CLI::ExistingFile);
  music->add_flag("--absolute-pitch", options->absolute_pitch,
                  "keep absolute pitches instead of transposing to C (an ablation)");
  music->add_flag("--without-chords", options->without_chords, "leave the chords out (an ablation)");
  music
      ->add_option("--order", options->order,
                   "order of a bar's events: part by part, or by time whatever the part (an ablation)")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, EventOrder>{{"parts", EventOrder::kParts}, {"time", EventOrder::kTime}}))
      ->default_str("parts");
  music->add_option("--threads", options->threads, "number of files encoded at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  music->footer(
      "Examples:\n  story2midi dataset music pop1k7 pop909 --data corpora --apart-from emopia,vgmidi \\\n"
      "    --shard runs/music.events\n"
      "  story2midi dataset music emopia vgmidi --data corpora --shard runs/labelled.events");
  music->callback([options, left_out] {
    check_writable(options->shard);
    if (!left_out->empty()) check_writable(*left_out);
    const auto report = build_event_shard(*options, show_progress("encoding"));
    tell_left_out(report, *left_out);
    print_report(report);
  });
}

void add_cues(CLI::App& dataset) {
  auto options = std::make_shared<StretchOptions>();
  auto output = std::make_shared<std::string>();
  auto* cues = dataset.add_subcommand(
      "cues", "make a judge from published findings on musical cues, with the means of these corpora");
  cues->add_option("names", options->datasets, "names of corpora, as `dataset list` prints them")->required();
  cues->add_option("--data", options->data, "folder with the corpora in their publishers' layout")
      ->required()
      ->check(CLI::ExistingDirectory);
  cues->add_option("-o,--output", *output, "file to write, for `dataset music --label-by`")->required();
  cues->add_option("--stretch-bars", options->bars,
                   "bars of the stretches that are measured; 0: whole pieces")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  cues->add_option("--threads", options->threads, "number of files measured at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  cues->footer(
      "It uses no listener's labels. `evaluate judge corpora --model FILE` tells how often it is right.\n"
      "Example:\n  story2midi dataset cues openscore_lieder freedoom --data corpora -o runs/cues.json");
  cues->callback([options, output] {
    check_writable(*output);
    const auto music = measure_stretches(*options, show_progress("measuring"));
    save_judge(judge_by_cues(music), *output);
    fmt::print("{} stretches measured, in {}\n", music.size(), *output);
  });
}

struct PassageOptions {
  std::string data, narrative, encoder, output;
  ModelSource models;
  std::size_t candidates = 24000;
};

void write_pool(const PassageOptions& options) {
  check_writable(options.output);
  auto passages = labelled_passages(read_emotion_texts(options.data));
  const std::size_t labelled = passages.size();
  if (!options.narrative.empty()) {
    const auto reader = options.encoder.empty()
                            ? EmotionReader::of_models(options.models.path(), options.models.threads)
                            : EmotionReader(options.encoder, options.models.threads);
    for (auto& passage : most_certain(narrative_candidates(options.narrative, options.candidates), reader,
                                      show_progress("reading")))
      passages.push_back(std::move(passage));
  }
  write_passages(pool_passages(passages), options.output);
  fmt::print("{} passages of labelled sets, {} that the encoder judged, in {}\n", labelled,
             passages.size() - labelled, options.output);
}

void add_passages(CLI::App& dataset) {
  auto options = std::make_shared<PassageOptions>();
  auto* command = dataset.add_subcommand("passages", "make the pool of passages that are paired with music");
  command->add_option("data", options->data, "folder with the emotion corpora in their publishers' layout")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("-o,--output", options->output, "file of JSON lines to write")->required();
  command
      ->add_option("--narrative", options->narrative,
                   "stories, one paragraph on each line, to add with emotions predicted by the encoder")
      ->check(CLI::ExistingFile);
  command->add_option("--candidates", options->candidates, "number of paragraphs to predict")
      ->capture_default_str();
  command->add_option("--encoder", options->encoder, "encoder for the predictions (default: the shipped one)")
      ->check(CLI::ExistingFile);
  options->models.add_to(*command);
  command->footer(
      "Example:\n  story2midi dataset passages corpora --narrative narrative.txt \\\n"
      "    --encoder runs/encoder/best.safetensors -o runs/passages.jsonl");
  command->callback([options] { write_pool(*options); });
}

struct PairOptions {
  std::string labelled, passages, output;
  PairDraw draw;
  bool json = false;
};

void print(const PairStatistics& found) {
  const auto counts = [](const char* of, const std::map<std::string, std::size_t>& all) {
    fmt::print("{:<12}", of);
    for (const auto& [name, count] : all) fmt::print("{} {}  ", name, count);
    fmt::print("\n");
  };
  fmt::print("pairs       {}\n", found.pairs);
  counts("split", found.by_split);
  counts("quadrant", found.by_quadrant);
  counts("texts", found.by_source);
  counts("music", found.by_dataset);
  fmt::print("different   {} pieces of {} songs, {} passages, {} of them from {} named stories\n",
             found.pieces, found.songs, found.passages, found.passages_of_stories, found.stories);
  fmt::print("two sides   {} songs, {} stories\n", found.songs_on_two_sides, found.stories_on_two_sides);
  fmt::print("distance    median {:.3f}, most {:.3f}\n", found.median_distance, found.largest_distance);
  fmt::print("size        {:.1f} words, {:.1f} bars, {:.0f} notes at the mean\n", found.mean_words,
             found.mean_bars, found.mean_notes);
}

void write_pairs(const PairOptions& options) {
  check_writable(options.output);
  const EventShard shard(options.labelled);
  const PassagePool pool(options.passages);
  const auto pairs = draw_pairs(shard, pool, options.draw);
  std::string table;
  for (const TextMusicPair& pair : pairs) table += to_jsonl(pair, shard) + '\n';
  write_text(options.output, table);
  const auto found = statistics(pairs, shard);
  options.json ? fmt::print("{}\n", to_json(found)) : print(found);
}

void add_pairs(CLI::App& dataset) {
  auto options = std::make_shared<PairOptions>();
  auto* command = dataset.add_subcommand(
      "pairs", "make a table of text-music pairs of the same emotion (docs/research/pairs.md)");
  command->add_option("--labelled", options->labelled, "shard of labelled music, from `dataset music`")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--passages", options->passages, "the pool, from `dataset passages`")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("-o,--output", options->output, "file of JSON lines to write")->required();
  command->add_option("--per-piece,--a-piece", options->draw.per_piece, "number of passages for each piece")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--epoch", options->draw.epoch, "number of the epoch: each draws other passages")
      ->capture_default_str();
  command->add_option("--seed", options->draw.seed, "random seed of the draw")->capture_default_str();
  command->add_flag("--json", options->json, "print the statistics as JSON");
  command->footer(
      "Example:\n  story2midi dataset pairs --labelled runs/labelled.events --passages runs/passages.jsonl "
      "\\\n"
      "    -o runs/pairs.jsonl");
  command->callback([options] { write_pairs(*options); });
}

struct HeldOutOptions {
  std::string passages, output;
  HeldOutTexts texts;
  std::string split = "test";
};

void add_held_out(CLI::App& dataset) {
  auto options = std::make_shared<HeldOutOptions>();
  auto* command = dataset.add_subcommand(
      "held-out", "make a table of held-out texts of known quadrant, for `compose --lines`");
  command->add_option("passages", options->passages, "the pool, from `dataset passages`")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("-o,--output", options->output, "table to write (.jsonl): text, quadrant, id, source")
      ->required();
  command->add_option("--each", options->texts.per_quadrant, "number of texts for each quadrant")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("--split", options->split, "validation or test")
      ->check(CLI::IsMember({"validation", "test"}))
      ->capture_default_str();
  command->add_option("--words", options->texts.fewest_words, "minimum length of a text in words")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  command->add_flag("--emotion", options->texts.states_emotion,
                    "include the labelled valence and arousal, so that `compose` does not predict them");
  command->add_option("--seed", options->texts.seed, "random seed of the draw")->capture_default_str();
  command->footer(
      "Example:\n  story2midi dataset held-out runs/passages.jsonl --each 50 -o runs/texts.jsonl\n"
      "  story2midi compose --lines runs/texts.jsonl --bars 16 -o runs/pieces");
  command->callback([options] {
    options->texts.split = split_of_name(options->split, "--split");
    const PassagePool pool(options->passages);
    write_text(options->output, held_out_texts(pool, options->texts));
  });
}

}  // namespace

void add_dataset_command(CLI::App& app) {
  auto* dataset = app.add_subcommand("dataset", "make training data from published corpora");
  dataset->require_subcommand(1);
  dataset->add_subcommand("list", "list the corpora of music")->callback(print_datasets);
  add_check(*dataset);
  add_music(*dataset);
  add_cues(*dataset);
  add_passages(*dataset);
  add_pairs(*dataset);
  add_held_out(*dataset);
}

}  // namespace s2m::apps
