#include "train/datasets/dataset_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "train/datasets/music_datasets.h"
#include "train/datasets/music_shard.h"

namespace s2m::train {
namespace {

void print_datasets() {
  fmt::print("{:<20}{:<20}{:<24}{}\n", "name", "folder", "beats", "licence");
  for (const MusicDataset& dataset : music_datasets())
    fmt::print("{:<20}{:<20}{:<24}{}\n", dataset.name, dataset.folder, dataset.beats, dataset.licence);
}

void print_report(const ShardReport& report) {
  for (const std::string& failure : report.failures) fmt::print(stderr, "left out: {}\n", failure);
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

// A line that overwrites itself on a terminal; nothing elsewhere.
bool show_progress(std::uint64_t done, std::uint64_t total) {
  if (isatty(STDERR_FILENO) && (done % 20 == 0 || done == total))
    fmt::print(stderr, "\r{} of {} files{}", done, total, done == total ? "\n" : "");
  return true;
}

}  // namespace

void add_dataset_commands(CLI::App& app) {
  CLI::App* dataset = app.add_subcommand("dataset", "Corpora of music to shards of events");
  dataset->require_subcommand(1);
  dataset->add_subcommand("list", "The corpora it knows")->callback(print_datasets);

  auto options = std::make_shared<MusicDatasetOptions>();
  CLI::App* music = dataset->add_subcommand("music", "Encode corpora into one shard");
  music->add_option("names", options->datasets, "corpora, as `dataset list` names them")->required();
  music->add_option("--data", options->data, "folder that holds each corpus as its publisher ships it")
      ->required();
  music->add_option("--shard", options->shard, "file to write")->required();
  music->add_option("--list", options->list,
                    "TSV whose \"path\" column names the files to take, \"split\" their use");
  music
      ->add_option("--validation", options->validation_share,
                   "share of songs held out where a corpus has no split")
      ->capture_default_str();
  music->add_option("--threads", options->threads, "files encoded at once")->capture_default_str();
  music->callback([options] { print_report(build_event_shard(*options, show_progress)); });
}

}  // namespace s2m::train
