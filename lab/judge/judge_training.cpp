#include "lab/judge/judge_training.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "lab/analysis/beats.h"
#include "lab/analysis/to_parts.h"
#include "lab/statistics/logistic_regression.h"
#include "story2midi/base/error.h"
#include "story2midi/base/parallel.h"
#include "story2midi/base/random.h"
#include "story2midi/events/event.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/key.h"

namespace s2m {
namespace {

// Features that tell the recording from the music or mean nothing without a grid. EMOPIA's ticks are a clock
// at 120 quarters a minute, so that its own tempo, bars and beats are none; pedal is a habit of the recording
// and events write none; how many keys are heard falls with a piece's length. `degrees` says what `scale`
// says, but turns over when the mode is misheard, and costs accuracy.
constexpr std::array<std::string_view, 7> kExcluded{
    "tempo_bpm", "notes_per_beat", "length_beats", "major_share", "pedal_share", "keys_heard", "degrees"};

// Rates, lengths and counts, which listeners compare by ratio.
constexpr std::array<std::string_view, 8> kLogarithmic{
    "found_tempo_bpm", "notes_per_found_beat", "notes_per_second", "onsets_per_second", "length_seconds",
    "legato",          "notes_per_onset",      "polyphony"};

// "scale" of "scale_11".
std::string_view family(std::string_view name) {
  const auto digits = name.find_last_not_of("0123456789");
  return digits + 1 < name.size() && name[digits] == '_' ? name.substr(0, digits) : name;
}

InputScale scale_of(std::string_view name) {
  const bool is_ratio = std::ranges::find(kLogarithmic, name) != kLogarithmic.end();
  return is_ratio ? InputScale::kLogarithm : InputScale::kLinear;
}

std::vector<JudgeInput> inputs_of(const JudgeRecipe& recipe) {
  std::set<std::string, std::less<>> excluded(kExcluded.begin(), kExcluded.end());
  const auto all = named(MusicFeatures{});
  for (const std::string& name : recipe.without) {
    if (std::ranges::none_of(all, [&](const auto& feature) { return family(feature.name) == name; }))
      throw Error("judge", "unknown feature", "one of music_features", name);
    excluded.insert(name);
  }
  std::vector<JudgeInput> inputs;
  for (const NamedFeature& feature : all)
    if (!excluded.contains(family(feature.name)))
      inputs.push_back({.name = feature.name, .scale = scale_of(feature.name)});
  return inputs;
}

// One row for each clip: its input values, not yet standardised.
std::vector<std::vector<double>> input_rows(std::span<const LabelledClip> clips,
                                            const std::vector<JudgeInput>& inputs) {
  std::vector<std::vector<double>> rows;
  for (const LabelledClip& clip : clips) {
    const auto features = named(clip.features);
    std::vector<double> row;
    for (const JudgeInput& input : inputs) {
      const auto found = std::ranges::find(features, input.name, &NamedFeature::name);
      row.push_back(input_value(found->value, input.scale));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// Standardises each column and notes its mean and deviation.
void standardise(std::vector<std::vector<double>>& rows, std::vector<JudgeInput>& inputs) {
  for (std::size_t column = 0; column < inputs.size(); ++column) {
    std::vector<double> values;
    for (const auto& row : rows) values.push_back(row[column]);
    standardise_by(values, inputs[column]);
    for (auto& row : rows)
      row[column] = std::clamp((row[column] - inputs[column].mean) / inputs[column].deviation, -3.0, 3.0);
  }
}

Estimate share_right(std::span<const Judged> judged, const std::vector<std::vector<std::size_t>>& songs,
                     bool (*right)(const Judged&)) {
  const auto share = [&](std::span<const std::size_t> chosen) {
    double hits = 0, all = 0;
    for (const std::size_t song : chosen)
      for (const std::size_t clip : songs[song]) hits += right(judged[clip]), all += 1;
    return all > 0 ? hits / all : 0;
  };
  std::vector<std::size_t> every(songs.size());
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = i;
  return {share(every), bootstrap(songs.size(), share), static_cast<int>(judged.size())};
}

}  // namespace

std::vector<JudgeFile> judge_files(const std::filesystem::path& data) {
  std::vector<JudgeFile> files;
  for (MusicFile& file : list_emopia(data)) files.push_back({JudgeSet::kEmopia, std::move(file)});
  for (MusicFile& file : list_vgmidi(data)) files.push_back({JudgeSet::kVgmidi, std::move(file)});
  return files;
}

LabelledClip labelled_clip(const JudgeFile& file, const Score& score) {
  return {file.set, file.file.song, file.file.split.value_or(Split::kTrain), file.file.quadrant.value(),
          music_features(score)};
}

Score as_written(const Score& performance) {
  const Score score = on_found_beats(performance);
  double velocity = 0, notes = 0;
  for (const Track& track : score.tracks)
    for (const Note& note : track.notes) velocity += note.velocity, ++notes;
  const PartScore piece = decode(encode(to_parts(score, find_key(score).key)));
  return to_score(piece, static_cast<int>(std::lround(velocity / std::max(1.0, notes))));
}

Judge train_judge(std::span<const LabelledClip> clips, const JudgeRecipe& recipe) {
  std::vector<LabelledClip> used;
  std::ranges::copy_if(clips, std::back_inserter(used), [&](const LabelledClip& clip) {
    return clip.set == JudgeSet::kEmopia || recipe.vgmidi_weight > 0;
  });
  if (used.empty()) throw Error("judge", "no music to learn from", "labelled clips", "none");
  Judge judge{.inputs = inputs_of(recipe)};
  LogisticProblem problem{.rows = input_rows(used, judge.inputs), .penalty = recipe.penalty};
  standardise(problem.rows, judge.inputs);
  for (const LabelledClip& clip : used)
    problem.weights.push_back(clip.set == JudgeSet::kVgmidi ? recipe.vgmidi_weight : 1);
  const auto fit = [&](bool (*holds)(Quadrant)) {
    problem.labels.clear();
    for (const LabelledClip& clip : used) problem.labels.push_back(holds(clip.quadrant) ? 1 : 0);
    return fit_logistic(problem);
  };
  const LogisticFit valence = fit(is_pleasant), arousal = fit(is_excited);
  for (std::size_t i = 0; i < judge.inputs.size(); ++i) {
    judge.inputs[i].valence = valence.weights[i];
    judge.inputs[i].arousal = arousal.weights[i];
  }
  judge.valence_bias = valence.bias;
  judge.arousal_bias = arousal.bias;
  return judge;
}

std::vector<Judged> judge_all(const Judge& judge, std::span<const LabelledClip> clips) {
  std::vector<Judged> judged;
  for (const LabelledClip& clip : clips)
    judged.push_back({clip.song, clip.quadrant, judge.judge(clip.features)});
  return judged;
}

std::vector<Judged> cross_validate(std::span<const LabelledClip> clips, const JudgeRecipe& recipe, int folds,
                                   std::uint64_t seed) {
  if (folds < 2) throw Error("judge", "too few folds", "2", std::to_string(folds));
  std::map<std::string, int> fold_of;
  for (const LabelledClip& clip : clips) fold_of[clip.song] = 0;
  std::vector<std::string> songs;
  for (const auto& [song, fold] : fold_of) songs.push_back(song);
  Random random(seed);
  for (std::size_t i = songs.size(); i > 1; --i) std::swap(songs[i - 1], songs[random.below(i)]);
  for (std::size_t i = 0; i < songs.size(); ++i) fold_of[songs[i]] = static_cast<int>(i) % folds;
  std::vector<Judged> judged(clips.size());
  for (int fold = 0; fold < folds; ++fold) {
    std::vector<LabelledClip> others;
    for (const LabelledClip& clip : clips)
      if (fold_of[clip.song] != fold) others.push_back(clip);
    const Judge judge = train_judge(others, recipe);
    for (std::size_t i = 0; i < clips.size(); ++i)
      if (fold_of[clips[i].song] == fold)
        judged[i] = {clips[i].song, clips[i].quadrant, judge.judge(clips[i].features)};
  }
  return judged;
}

JudgeAccuracy accuracy(std::span<const Judged> judged, const std::string& music) {
  std::map<std::string, std::vector<std::size_t>> by_song;
  for (std::size_t i = 0; i < judged.size(); ++i) by_song[judged[i].song].push_back(i);
  std::vector<std::vector<std::size_t>> songs;
  for (auto& [song, clips] : by_song) songs.push_back(std::move(clips));
  return {
      music,
      static_cast<int>(judged.size()),
      static_cast<int>(songs.size()),
      share_right(judged, songs, [](const Judged& one) { return one.judgement.quadrant() == one.quadrant; }),
      share_right(judged, songs,
                  [](const Judged& one) { return (one.judgement.arousal >= 0) == is_excited(one.quadrant); }),
      share_right(judged, songs, [](const Judged& one) {
        return (one.judgement.valence >= 0) == is_pleasant(one.quadrant);
      })};
}

JudgeClips read_clips(const std::filesystem::path& data, int threads, const Progress& progress) {
  const auto files = judge_files(data);
  std::vector<LabelledClip> clips(files.size()), written(files.size());
  in_parallel(files.size(), {threads, progress}, [&](std::size_t i, auto) {
    const Score score = load_midi(data / files[i].file.path);
    clips[i] = labelled_clip(files[i], score);
    if (clips[i].split == Split::kTest) written[i] = labelled_clip(files[i], as_written(score));
  });
  JudgeClips all;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    const bool test = clips[i].split == Split::kTest;
    (test ? all.test : all.training).push_back(clips[i]);
    if (test) all.test_as_written.push_back(written[i]);
  }
  return all;
}

std::vector<Judged> of_set(std::span<const Judged> judged, std::span<const LabelledClip> clips,
                           JudgeSet set) {
  std::vector<Judged> chosen;
  for (std::size_t i = 0; i < clips.size(); ++i)
    if (clips[i].set == set) chosen.push_back(judged[i]);
  return chosen;
}

}  // namespace s2m
