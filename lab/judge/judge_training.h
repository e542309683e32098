// Training of the judge, and its accuracy on held-out music.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "lab/corpora/labelled_music.h"
#include "lab/judge/judge.h"
#include "story2midi/base/progress.h"

namespace s2m {

// The judge's two sets.
enum class JudgeSet : std::uint8_t { kEmopia, kVgmidi };

struct LabelledClip {
  JudgeSet set = JudgeSet::kEmopia;
  std::string song;  // clips of one song are never on both sides of a split
  Split split = Split::kTrain;
  Quadrant quadrant = Quadrant::kQ1;
  MusicFeatures features;
};

// EMOPIA's clips and VGMIDI's phrases below `data`; the latter all count as training music, since nothing
// published splits them. Throws Error where a set is not there.
struct JudgeFile {
  JudgeSet set;
  MusicFile file;
};
std::vector<JudgeFile> judge_files(const std::filesystem::path& data);
LabelledClip labelled_clip(const JudgeFile& file, const Score& score);

struct JudgeClips {
  std::vector<LabelledClip> training;
  std::vector<LabelledClip> test;
  std::vector<LabelledClip> test_as_written;  // the same clips through as_written()
};
// Reads and measures all of judge_files(). `threads` 0: one for each core.
JudgeClips read_clips(const std::filesystem::path& data, int threads = 0, const Progress& progress = {});

// A performance as the decoder could have written it: on the grid of its beats, every time and velocity in
// the steps of the events. Shows whether a judge hears the music or the playing.
Score as_written(const Score& performance);

struct JudgeRecipe {
  double penalty = 10;         // of the squared weights
  double vgmidi_weight = 0.5;  // of a phrase against an EMOPIA clip; 0 leaves VGMIDI out
  // Features, arrays as a whole, that the judge shall not hear, beside those that tell the recording from
  // the music or mean nothing without a grid (kExcluded in judge_training.cpp).
  std::vector<std::string> without;
};

// Throws Error without clips, for an unknown name in `without` and where all clips lie on one side.
Judge train_judge(std::span<const LabelledClip> clips, const JudgeRecipe& recipe = {});

struct Judged {
  std::string song;
  Quadrant quadrant = Quadrant::kQ1;  // the listeners'
  Judgement judgement;
};
std::vector<Judged> judge_all(const Judge& judge, std::span<const LabelledClip> clips);

// The judged clips of one set; `judged` and `clips` have the same order.
std::vector<Judged> of_set(std::span<const Judged> judged, std::span<const LabelledClip> clips, JudgeSet set);

// Each clip judged by a judge that heard nothing of its song: `folds` parts of the songs, drawn by `seed`.
std::vector<Judged> cross_validate(std::span<const LabelledClip> clips, const JudgeRecipe& recipe, int folds,
                                   std::uint64_t seed);

// Of `music`, as the judged clips are called.
JudgeAccuracy accuracy(std::span<const Judged> judged, const std::string& music = {});

}  // namespace s2m
