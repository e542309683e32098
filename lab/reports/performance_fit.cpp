#include "lab/reports/performance_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>

#include "lab/analysis/follow_score.h"
#include "lab/analysis/phrases.h"
#include "lab/analysis/to_parts.h"
#include "lab/corpora/known_beats.h"
#include "lab/statistics/least_squares.h"
#include "story2midi/base/error.h"
#include "story2midi/base/parallel.h"
#include "story2midi/midi/midi.h"
#include "story2midi/music/key.h"
#include "story2midi/perform/features.h"
#include "story2midi/perform/perform.h"

namespace s2m {
namespace fs = std::filesystem;
namespace {

// What is fitted: the table of rules, the unit of its weights, and what the means are taken over.
enum Group { kPiece, kPhrase, kBar, kChord };
struct Aspect {
  const char *name, *unit, *about;
  Group group;
  std::span<const PerformanceRule> rules;
};
enum AspectIndex {
  kVelocity,
  kVelocityInPhrase,
  kVelocityInBar,
  kTempoAspect,
  kTempoInPhrase,
  kOnset,
  kShort,
  kLength
};
const std::array<Aspect, 8> kAspects{{
    {"velocity", "steps", "piece", kPiece, kVelocityRules},
    {"velocity", "steps", "phrase", kPhrase, kVelocityRules},
    {"velocity", "steps", "bar", kBar, kVelocityRules},
    {"beat length", "ln", "piece", kPiece, kTempoRules},
    {"beat length", "ln", "phrase", kPhrase, kTempoRules},
    {"onset in chord", "ms", "chord", kChord, kOnsetRules},
    {"onset in beat", "ms", "piece", kPiece, kOnsetRules},
    {"length", "ln", "piece", kPiece, kArticulationRules},
}};

struct Row {
  int group = 0;
  int place = 0;  // the same in every performance of a piece
  double target = 0;
  std::vector<double> features;
};
using Rows = std::array<std::vector<Row>, kAspects.size()>;

// What the pianists of one piece do at the same places: the covariance of two of them, and the variance.
class Agreement {
 public:
  void add(int place, double value) {
    auto& [sum, squares, count] = places_[place];
    sum += value, squares += value * value, ++count;
  }
  void close() {
    for (const auto& [place, one] : places_) {
      const auto& [sum, squares, count] = one;
      if (count < 2) continue;
      common_ += (sum * sum - squares) / (count - 1);
      squares_ += squares;
    }
    places_.clear();
  }
  Agreement& operator+=(const Agreement& other) {
    common_ += other.common_, squares_ += other.squares_;
    return *this;
  }
  double share() const { return squares_ > 0 ? common_ / squares_ : 0; }

 private:
  struct Place {
    double sum = 0, squares = 0;
    int count = 0;
  };
  std::map<int, Place> places_;
  double common_ = 0, squares_ = 0;
};

struct AspectSums {
  LeastSquares rules;
  Agreement pianists;
  double own_squares = 0;  // of our own performances
  std::size_t own_rows = 0;
};
using Sums = std::array<AspectSums, kAspects.size()>;

Sums empty_sums() {
  Sums sums;
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i].rules = LeastSquares(kAspects[i].rules.size());
  return sums;
}

// Rows of features and targets about the means of their groups; a group of one row tells nothing and goes.
void centre(std::vector<Row>& rows) {
  std::map<int, std::vector<Row>> groups;
  for (Row& row : rows) groups[row.group].push_back(std::move(row));
  rows.clear();
  for (auto& [group, members] : groups) {
    if (members.size() < 2) continue;
    const auto count = static_cast<double>(members.size());
    double mean = 0;
    std::vector<double> means(members.front().features.size());
    for (const Row& row : members) {
      mean += row.target / count;
      for (std::size_t i = 0; i < means.size(); ++i) means[i] += row.features[i] / count;
    }
    for (Row& row : members) {
      row.target -= mean;
      for (std::size_t i = 0; i < means.size(); ++i) row.features[i] -= means[i];
      rows.push_back(std::move(row));
    }
  }
}

void add_pianist(const std::vector<Row>& rows, AspectSums& sums) {
  for (const Row& row : rows) {
    sums.rules.add(row.features, row.target);
    sums.pianists.add(row.place, row.target);
  }
}

void add_own(const std::vector<Row>& rows, AspectSums& sums) {
  sums.own_rows += rows.size();
  for (const Row& row : rows) sums.own_squares += row.target * row.target;
}

// A score as a written piece, and what the rules see in it.
struct WrittenPiece {
  PartScore parts;
  Score grid;
  std::vector<Phrase> phrases;
  std::vector<int> phrase_of_bar;
  std::vector<NoteFeatures> notes;
  std::vector<BeatFeatures> beats;
};

WrittenPiece written_piece(const Score& score) {
  WrittenPiece piece;
  piece.parts = to_parts(score, find_key(score).key);
  piece.grid = to_score(piece.parts);
  const auto starts = find_phrases(piece.parts);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const int end = i + 1 < starts.size() ? starts[i + 1] : static_cast<int>(piece.parts.bars.size());
    piece.phrases.push_back({starts[i], end - starts[i]});
    piece.phrase_of_bar.insert(piece.phrase_of_bar.end(), static_cast<std::size_t>(end - starts[i]),
                               static_cast<int>(i));
  }
  piece.notes = note_features(piece.parts, piece.phrases);
  piece.beats = beat_features(piece.parts, piece.phrases);
  return piece;
}

template <std::size_t kRules>
std::vector<double> row_of(const std::array<double, kRules>& features) {
  return {features.begin(), features.end()};
}

int place_of(const PartNote& note) { return note.start * 128 + note.pitch; }

// One performance beside its score.
class Played {
 public:
  Played(const WrittenPiece& piece, const Score& performance) : piece_(piece) {
    for (const MatchedNote& note : match_notes(performance, piece.grid)) {
      matched_[{note.score_ticks / kTicksPerPosition, note.pitch}] = note;
      chords_[note.score_ticks / kTicksPerPosition].push_back(note);
    }
    std::vector<std::int32_t> ticks;
    for (const BeatFeatures& beat : piece.beats) ticks.push_back(beat.start * kTicksPerPosition);
    if (!matched_.empty()) beat_seconds_ = follow_score(performance, piece.grid, ticks);
  }
  bool followed() const { return !beat_seconds_.empty(); }
  std::size_t matched() const { return matched_.size(); }

  // What was played, about the means of each aspect's groups.
  Rows gather() const {
    Rows rows;
    for (const NoteFeatures& one : piece_.notes) {
      const auto found = matched_.find({one.note.start, one.note.pitch});
      if (found != matched_.end()) add_note(one, found->second, rows);
    }
    for (std::size_t beat = 0; beat + 1 < beat_seconds_.size(); ++beat) add_beat(beat, rows);
    for (auto& of_aspect : rows) centre(of_aspect);
    return rows;
  }

 private:
  static constexpr double kLateMost = 0.1;  // seconds; beyond it a chord is broken
  static constexpr double kStretchMost =
      1.1;  // ln 3; beyond it a beat is a pause or a mistake of the matching

  int group(Group group, int bar, int start) const {
    switch (group) {
      case kPhrase:
        return piece_.phrase_of_bar[static_cast<std::size_t>(bar)];
      case kBar:
        return bar;
      case kChord:
        return start;
      case kPiece:
        break;
    }
    return 0;
  }

  // Nothing beyond the beats.
  std::optional<double> seconds_at(double position) const {
    const auto after = std::ranges::upper_bound(piece_.beats, position, {}, &BeatFeatures::start);
    if (after == piece_.beats.begin() || after == piece_.beats.end()) return {};
    const auto i = static_cast<std::size_t>(after - piece_.beats.begin()) - 1;
    const double along = (position - piece_.beats[i].start) / piece_.beats[i].length;
    return beat_seconds_[i] + along * (beat_seconds_[i + 1] - beat_seconds_[i]);
  }

  void add_note(const NoteFeatures& one, const MatchedNote& played, Rows& rows) const {
    for (const auto aspect : {kVelocity, kVelocityInPhrase, kVelocityInBar})
      rows[aspect].push_back({group(kAspects[aspect].group, one.bar, one.note.start), place_of(one.note),
                              double(played.velocity), row_of(one.velocity)});
    const auto start = seconds_at(one.note.start), end = seconds_at(one.note.start + one.note.length);
    if (start && end && *end > *start && played.key_seconds > 0) {
      const double share = std::clamp(played.key_seconds / (*end - *start), 0.1, 3.0);
      rows[kLength].push_back({0, place_of(one.note), std::log(share), row_of(one.articulation)});
    }
    add_onset(one, played, rows);
  }

  void add_onset(const NoteFeatures& one, const MatchedNote& played, Rows& rows) const {
    const auto& chord = chords_.at(one.note.start);
    auto features = one.onset;
    if (chord.size() > 1) {
      double seconds = 0, velocity = 0;
      for (const MatchedNote& note : chord) {
        seconds += note.seconds / static_cast<double>(chord.size());
        velocity += note.velocity / static_cast<double>(chord.size());
      }
      features[kLoudLead] = (played.velocity - velocity) / 10;
      if (std::abs(played.seconds - seconds) < kLateMost)
        rows[kOnset].push_back(
            {one.note.start, place_of(one.note), 1000 * (played.seconds - seconds), row_of(features)});
    }
    const auto even = seconds_at(one.note.start);
    const bool on_beat = std::ranges::binary_search(piece_.beats, one.note.start, {}, &BeatFeatures::start);
    if (!even || on_beat || one.part != Part::kMelody || std::abs(played.seconds - *even) >= kLateMost)
      return;
    std::array<double, kOnsetRuleCount> alone{};
    alone[kShortAfterLong] = features[kShortAfterLong];
    rows[kShort].push_back({0, place_of(one.note), 1000 * (played.seconds - *even), row_of(alone)});
  }

  void add_beat(std::size_t index, Rows& rows) const {
    const BeatFeatures &beat = piece_.beats[index], &next = piece_.beats[index + 1];
    if (!chords_.contains(beat.start) || !chords_.contains(next.start)) return;
    const double per_quarter = (beat_seconds_[index + 1] - beat_seconds_[index]) / (next.start - beat.start);
    const double usual = (beat_seconds_.back() - beat_seconds_.front()) /
                         (piece_.beats.back().start - piece_.beats.front().start);
    const double stretch = std::log(per_quarter / usual);
    if (!(std::abs(stretch) < kStretchMost)) return;
    for (const auto aspect : {kTempoAspect, kTempoInPhrase})
      rows[aspect].push_back(
          {group(kAspects[aspect].group, beat.bar, beat.start), beat.start, stretch, row_of(beat.tempo)});
  }

  const WrittenPiece& piece_;
  std::map<std::pair<int, int>, MatchedNote> matched_;  // by grid position and pitch
  std::map<int, std::vector<MatchedNote>> chords_;      // by grid position
  std::vector<double> beat_seconds_;
};

struct PieceResult {
  std::string composer;
  Sums sums = empty_sums();
  int performances = 0, not_followed = 0;
  std::size_t notes = 0, matched = 0;
};

// As perform() plays the score where every bar is asked to be alike.
Score own_performance(const WrittenPiece& piece) {
  PerformancePlan plan{std::vector<PerformedBar>(piece.parts.bars.size())};
  for (const Phrase& phrase : piece.phrases)
    plan.bars[static_cast<std::size_t>(phrase.first_bar)].starts_phrase = true;
  return perform(piece.parts, plan);
}

PieceResult fit_piece(const fs::path& score_file, const std::vector<fs::path>& performances) {
  PieceResult result;
  const WrittenPiece piece = written_piece(load_midi(score_file));
  for (const fs::path& file : performances) {
    const Played played(piece, load_midi(file));
    if (!played.followed()) {
      ++result.not_followed;
      continue;
    }
    ++result.performances;
    result.notes += piece.notes.size();
    result.matched += played.matched();
    const Rows rows = played.gather();
    for (std::size_t i = 0; i < rows.size(); ++i) add_pianist(rows[i], result.sums[i]);
  }
  for (AspectSums& sums : result.sums) sums.pianists.close();
  if (result.performances == 0) return result;
  const Rows own = Played(piece, own_performance(piece)).gather();
  for (std::size_t i = 0; i < own.size(); ++i) add_own(own[i], result.sums[i]);
  return result;
}

// By composer.
using ComposerSums = std::map<std::string, Sums>;

// The share of variance explained where each composer's music is foretold from that of the others.
double held_out_share(const ComposerSums& composers, std::size_t aspect,
                      std::size_t without = static_cast<std::size_t>(-1)) {
  double error = 0, squares = 0;
  for (const auto& [name, own] : composers) {
    LeastSquares others(kAspects[aspect].rules.size());
    for (const auto& [other, sums] : composers)
      if (other != name) others += sums[aspect].rules;
    error += own[aspect].rules.error(others.fit(without));
    squares += own[aspect].rules.squares();
  }
  return squares > 0 ? 1 - error / squares : 0;
}

AspectFit fit_aspect(const ComposerSums& composers, std::size_t index) {
  const Aspect& aspect = kAspects[index];
  LeastSquares all(aspect.rules.size());
  Agreement pianists;
  double own_squares = 0, own_rows = 0;
  for (const auto& [name, sums] : composers) {
    all += sums[index].rules, pianists += sums[index].pianists;
    own_squares += sums[index].own_squares, own_rows += static_cast<double>(sums[index].own_rows);
  }
  AspectFit fit{aspect.name, aspect.unit, aspect.about, all.rows(), 0, 0, 0, 0, 0, 0, {}};
  if (all.rows() == 0) return fit;
  const auto rows = static_cast<double>(all.rows());
  const auto weights = all.fit();
  std::vector<double> own;
  for (const PerformanceRule& rule : aspect.rules) own.push_back(rule.weight);
  fit.deviation = std::sqrt(all.squares() / rows);
  fit.own_deviation = own_rows > 0 ? std::sqrt(own_squares / own_rows) : 0;
  fit.training = 1 - all.error(weights) / all.squares();
  fit.held_out = held_out_share(composers, index);
  fit.own = 1 - all.error(own) / all.squares();
  fit.shared = pianists.share();
  for (std::size_t rule = 0; rule < weights.size(); ++rule)
    if (all.squares_of(rule) > 0)
      fit.rules.push_back({std::string(aspect.rules[rule].name), weights[rule], own[rule],
                           std::sqrt(all.squares_of(rule) / rows),
                           fit.held_out - held_out_share(composers, index, rule)});
  return fit;
}

}  // namespace

PerformanceFit fit_performances(const fs::path& folder, int threads, const Progress& progress) {
  std::map<fs::path, std::vector<fs::path>> performances;  // by score
  for (const fs::path& file : midi_files(folder))
    if (file.filename() != kAsapScore && fs::exists(file.parent_path() / kAsapScore))
      performances[file.parent_path() / kAsapScore].push_back(file);
  if (performances.empty())
    throw Error(ErrorKind::kNotFound, folder.string(), "no scores beside performances",
                "ASAP's " + std::string(kAsapScore));
  std::vector<PieceResult> results(performances.size());
  const std::vector<std::pair<fs::path, std::vector<fs::path>>> work(performances.begin(),
                                                                     performances.end());
  in_parallel(work.size(), {threads, progress}, [&](std::size_t i, std::size_t) {
    results[i] = fit_piece(work[i].first, work[i].second);
    results[i].composer = work[i].first.lexically_relative(folder).begin()->string();
  });
  PerformanceFit fit;
  ComposerSums composers;
  std::size_t notes = 0, matched = 0;
  for (const PieceResult& result : results) {
    fit.pieces += result.performances > 0;
    fit.performances += result.performances;
    fit.not_followed += result.not_followed;
    notes += result.notes, matched += result.matched;
    auto& sums = composers.try_emplace(result.composer, empty_sums()).first->second;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i].rules += result.sums[i].rules;
      sums[i].pianists += result.sums[i].pianists;
      sums[i].own_squares += result.sums[i].own_squares;
      sums[i].own_rows += result.sums[i].own_rows;
    }
  }
  fit.composers = static_cast<int>(composers.size());
  fit.matched_share = notes > 0 ? static_cast<double>(matched) / static_cast<double>(notes) : 0;
  for (std::size_t i = 0; i < kAspects.size(); ++i) fit.aspects.push_back(fit_aspect(composers, i));
  return fit;
}

std::string to_json(const PerformanceFit& fit) {
  nlohmann::ordered_json all{{"pieces", fit.pieces},
                             {"composers", fit.composers},
                             {"performances", fit.performances},
                             {"not_followed", fit.not_followed},
                             {"matched_share", fit.matched_share},
                             {"aspects", nlohmann::ordered_json::array()}};
  for (const AspectFit& aspect : fit.aspects) {
    nlohmann::ordered_json one{{"name", aspect.name},
                               {"unit", aspect.unit},
                               {"about", aspect.about},
                               {"rows", aspect.rows},
                               {"deviation", aspect.deviation},
                               {"own_deviation", aspect.own_deviation},
                               {"training", aspect.training},
                               {"held_out", aspect.held_out},
                               {"own", aspect.own},
                               {"shared", aspect.shared},
                               {"rules", nlohmann::ordered_json::array()}};
    for (const RuleFit& rule : aspect.rules)
      one["rules"].push_back({{"name", rule.name},
                              {"fitted", rule.fitted},
                              {"own", rule.own},
                              {"deviation", rule.deviation},
                              {"share", rule.share}});
    all["aspects"].push_back(std::move(one));
  }
  return all.dump(2);
}

}  // namespace s2m
