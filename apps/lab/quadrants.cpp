#include "apps/lab/quadrants.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "apps/cli/command_line.h"
#include "apps/cli/parallel.h"
#include "story2midi/base/error.h"

namespace s2m::apps {
namespace {

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

template <class Value>
double median_of(const std::vector<QuadrantPiece>& pieces, int quadrant, Value&& value) {
  std::vector<double> values;
  for (const auto& piece : pieces)
    if (piece.asked.quadrant == quadrant) values.push_back(value(piece));
  return median(std::move(values));
}

QuadrantPiece compose_one(const Studio& studio, const QuadrantText& asked, const QuadrantRun& run,
                          std::uint64_t seed) {
  ComposeOptions options;
  options.seed = seed;
  options.progress = [](auto, auto) { return !interrupted(); };
  const auto score =
      run.text_only ? studio.compose_from_text(asked.text, run.asked, options)
                    : studio.compose(asked.text, studio.plan(studio.feel(asked.text), run.asked), options);
  return {asked, studio.read(asked.text), measure(score), major_share(score)};
}

}  // namespace

std::vector<QuadrantText> read_quadrant_texts(const std::filesystem::path& file) {
  std::vector<QuadrantText> texts;
  for (const auto& line : read_lines(file)) {
    if (line.size() < 4 || line[0] != 'Q' || line[1] < '1' || line[1] > '4' || line[2] != '\t')
      throw Error(fmt::format("{}: line {}", file.string(), texts.size() + 1), "not a labelled text",
                  "Q1 to Q4, a tab, a text", "'" + line.substr(0, 20) + "'");
    texts.push_back({line[1] - '0', line.substr(3)});
  }
  return texts;
}

std::vector<QuadrantPiece> compose_quadrants(const Studio& studio, const std::vector<QuadrantText>& texts,
                                             const QuadrantRun& run) {
  std::vector<QuadrantPiece> pieces(texts.size());
  std::mutex mutex;
  std::size_t done = 0;
  in_parallel(texts.size(), run.threads, [&](std::size_t i) {
    pieces[i] = compose_one(studio, texts[i], run, run.seed + i);
    const std::lock_guard lock(mutex);
    if (run.progress && !run.progress(++done, texts.size())) throw Error("evaluate", "interrupted");
  });
  return pieces;
}

void print_quadrants(const std::vector<QuadrantPiece>& pieces) {
  fmt::print(
      "quadrant  texts  read right  valence  arousal  major  notes/beat  length  tempo  velocity  pitch\n");
  for (int quadrant = 1; quadrant <= 4; ++quadrant) {
    const auto middle = [&](auto&& value) { return median_of(pieces, quadrant, value); };
    const auto of = [&](auto&& holds) {
      return std::count_if(pieces.begin(), pieces.end(), [&](const auto& piece) {
        return piece.asked.quadrant == quadrant && holds(piece);
      });
    };
    fmt::print(
        "Q{}        {:>5}  {:>10}  {:>+7.2f}  {:>+7.2f}  {:>5.2f}  {:>10.2f}  {:>6.2f}  {:>5.0f}  {:>8.0f}  "
        "{:>5.0f}\n",
        quadrant, of([](const auto&) { return true; }),
        of([](const auto& piece) { return quadrant_of(piece.read) == piece.asked.quadrant; }),
        middle([](const auto& piece) { return piece.read.valence; }),
        middle([](const auto& piece) { return piece.read.arousal; }),
        middle([](const auto& piece) { return piece.major_share; }),
        middle([](const auto& piece) { return piece.measures.notes_a_beat; }),
        middle([](const auto& piece) { return piece.measures.mean_length_beats; }),
        middle([](const auto& piece) { return piece.measures.tempo_bpm; }),
        middle([](const auto& piece) { return piece.measures.mean_velocity; }),
        middle([](const auto& piece) { return piece.measures.mean_pitch; }));
  }
}

nlohmann::ordered_json to_json_value(const std::vector<QuadrantPiece>& pieces) {
  nlohmann::ordered_json rows = nlohmann::json::array();
  for (const auto& piece : pieces)
    rows.push_back({{"quadrant", fmt::format("Q{}", piece.asked.quadrant)},
                    {"text", piece.asked.text},
                    {"read", to_json_value(piece.read)},
                    {"major_share", piece.major_share},
                    {"notes_a_beat", piece.measures.notes_a_beat},
                    {"mean_length_beats", piece.measures.mean_length_beats},
                    {"tempo_bpm", piece.measures.tempo_bpm},
                    {"mean_velocity", piece.measures.mean_velocity},
                    {"mean_pitch", piece.measures.mean_pitch}});
  return rows;
}

}  // namespace s2m::apps
