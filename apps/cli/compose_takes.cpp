// compose --takes: several pieces of one story, and how they differ.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "apps/cli/compose_jobs.h"
#include "apps/cli/compose_outputs.h"
#include "apps/cli/piece_labels.h"
#include "lab/judge/judge.h"
#include "story2midi/base/error.h"
#include "story2midi/compose/loop.h"
#include "story2midi/music/key.h"
#include "story2midi/music/likeness.h"

namespace s2m::apps {
namespace {

struct Take {
  ComposedPiece piece;
  PieceSummary summary;
  Likeness to_first;
  std::optional<Judgement> judged;
  double notes_per_second() const {
    return static_cast<double>(summary.notes) / std::max(1.0, summary.length_seconds);
  }
};

// tale.mid becomes tale-2.mid.
std::filesystem::path numbered(std::filesystem::path path, int take) {
  const auto name = fmt::format("{}-{}{}", path.stem().string(), take, path.extension().string());
  return path.replace_filename(name);
}

std::vector<Output> outputs_of_take(std::vector<Output> outputs, int take) {
  for (Output& output : outputs) {
    if (output.path == "-") throw UsageError("--takes writes files: -o - does not go with it");
    output.path = numbered(output.path, take);
  }
  return outputs;
}

std::vector<ComposedPiece> compose_all(const Studio& studio, const ComposeFlags& options,
                                       const Story& story) {
  auto how = with(options.compose, show_progress("composing"));
  std::vector<ComposedPiece> pieces;
  if (options.text_only) {
    for (int take = 0; take < options.takes; ++take, ++how.seed)
      pieces.push_back(compose_without_plan(studio, story, options.flags.read(), how));
    return pieces;
  }
  const auto reading = reading_of(options, story, studio);
  auto plan = plan_of(options, studio, reading);
  if (options.loop) plan = loop_plan(plan);
  std::vector<Studio::Request> requests;
  for (int take = 0; take < options.takes; ++take, ++how.seed) {
    requests.push_back({reading, plan, how});
    pieces.push_back({{}, emotion_of(options, reading), how.seed});
  }
  auto composed = studio.compose_each(requests);
  for (std::size_t i = 0; i < composed.size(); ++i)
    static_cast<Piece&>(pieces[i]) =
        options.loop ? loop_piece(std::move(composed[i])) : std::move(composed[i]);
  return pieces;
}

nlohmann::ordered_json json_of(const Take& take) {
  auto json = nlohmann::ordered_json::parse(to_json(take.summary));
  json["notes_per_second"] = take.notes_per_second();
  json["like_first"] = {{"chords", take.to_first.chords},
                        {"melody_rhythm", take.to_first.melody_rhythm},
                        {"melody_contour", take.to_first.melody_contour},
                        {"notes", take.to_first.notes}};
  json["judged"] = nullptr;
  if (take.judged) json["judged"] = {{"valence", take.judged->valence}, {"arousal", take.judged->arousal}};
  return json;
}

void print_table(const std::vector<Take>& takes) {
  fmt::print(
      "                                          shared with the first take          judge\n"
      "take  seed  key        bpm  notes/s   chords rhythm contour notes   valence arousal  file\n");
  int number = 0;
  for (const Take& take : takes) {
    const auto& [summary, like] = std::pair(take.summary, take.to_first);
    fmt::print("{:<4}  {:<4}  {:<9} {:4.0f}  {:7.1f}   {:6.2f} {:6.2f} {:7.2f} {:5.2f}   ", ++number,
               summary.seed, name_of(summary.key), summary.tempo_bpm, take.notes_per_second(), like.chords,
               like.melody_rhythm, like.melody_contour, like.notes);
    fmt::print("{:>7} {:>7}  {}\n", take.judged ? fmt::format("{:+.2f}", take.judged->valence) : "-",
               take.judged ? fmt::format("{:+.2f}", take.judged->arousal) : "-",
               summary.files.front().second);
  }
}

// Nothing where the judge's file is not there.
std::optional<Judge> judge_if_found() {
  try {
    return load_judge(find_judge());
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

void compose_takes(const ComposeFlags& options) {
  const auto outputs = outputs_of(options);
  std::vector<Output> all;
  for (int take = 1; take <= options.takes; ++take)
    for (auto& output : outputs_of_take(outputs, take)) all.push_back(std::move(output));
  check_outputs(options, all);
  const auto story = story_of(options);
  const auto studio = options.models.open();
  const auto judge = judge_if_found();
  std::vector<Take> takes;
  for (auto& piece : compose_all(studio, options, story)) {
    const int number = static_cast<int>(takes.size()) + 1;
    sign(options.models, story.title, piece);
    auto summary =
        write_outputs(options, piece, title_of(options, story, piece.plan), outputs_of_take(outputs, number));
    const auto like = likeness(takes.empty() ? piece.written : takes.front().piece.written, piece.written);
    const bool sounds = judge && end_ticks(piece.score) > 0;
    const auto judged = sounds ? std::optional(judge->judge(piece.score)) : std::nullopt;
    takes.push_back({std::move(piece), std::move(summary), like, judged});
  }
  if (options.json)
    for (const Take& take : takes) fmt::print("{}\n", json_of(take).dump());
  else if (verbosity() != Verbosity::kQuiet)
    print_table(takes);
}

}  // namespace s2m::apps
