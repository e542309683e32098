#include "lab/datasets/stretches.h"

#include <algorithm>
#include <utility>

#include "lab/analysis/music_quality.h"
#include "lab/datasets/music_datasets.h"
#include "story2midi/base/error.h"
#include "story2midi/base/parallel.h"

namespace s2m {
namespace {

std::vector<MusicFeatures> measure(const MusicDataset& dataset, const std::filesystem::path& file, int bars) {
  std::vector<MusicFeatures> measured;
  try {
    for (const Score& stretch : stretches_of(dataset.load(file), bars))
      measured.push_back(music_features(stretch));
  } catch (const Error&) {
    measured.clear();  // `dataset music` names such files
  }
  return measured;
}

bool has_notes(const Score& score) {
  return std::ranges::any_of(score.tracks, [](const Track& track) { return !track.notes.empty(); });
}

}  // namespace

std::vector<Score> stretches_of(const Score& score, int bars) {
  if (bars == 0) return {score};
  const int all = static_cast<int>(s2m::bars(score).size());
  std::vector<Score> stretches;
  for (int first = 0; all - first >= std::max(1, bars / 2); first += bars)
    if (Score stretch = bars_of(score, first, bars); has_notes(stretch))
      stretches.push_back(std::move(stretch));
  return stretches;
}

std::vector<MusicFeatures> measure_stretches(const StretchOptions& options, const Progress& progress) {
  std::vector<std::pair<const MusicDataset*, std::filesystem::path>> files;
  for (const std::string& name : options.datasets) {
    const MusicDataset& dataset = music_dataset(name);
    for (const MusicFile& file : dataset.list(options.data, dataset.folder))
      files.emplace_back(&dataset, options.data / file.path);
  }
  std::vector<std::vector<MusicFeatures>> by_file(files.size());
  in_parallel(files.size(), {std::max(1, options.threads), progress}, [&](std::size_t i, auto) {
    by_file[i] = measure(*files[i].first, files[i].second, options.bars);
  });
  std::vector<MusicFeatures> all;
  for (const auto& one : by_file) all.insert(all.end(), one.begin(), one.end());
  return all;
}

}  // namespace s2m
