// Changes of chord as counts: text, the table of POP909, and how unusual a piece's changes are.
#include <fmt/format.h>

#include <cmath>
#include <sstream>

#include "lab/analysis/harmony_figures.h"
#include "story2midi/base/error.h"

namespace s2m {

extern const std::string_view kChordChanges;  // chord_changes.cpp.in

namespace {

constexpr std::string_view kSuffixes[kTriadQualities] = {"", "m", "d"};
constexpr double kMoreOfEach = 0.5;  // count

std::string name_of_triad(std::size_t index) {
  return fmt::format("{}{}", index % 12, kSuffixes[index / 12]);
}

std::size_t triad_of_name(const std::string& name) {
  for (std::size_t i = 0; i < kTriads; ++i)
    if (name == name_of_triad(i)) return i;
  throw Error("triad", "is none", "0 to 11, and m or d where it is minor or diminished",
              fmt::format("'{}'", name));
}

std::size_t mode_of(const PieceView& piece) { return piece.key.mode == Mode::kMajor ? 0 : 1; }

// Calls `visit` with each half bar's triad and the one before, as indices.
template <class Visit>
void each_change(const PieceView& piece, Visit visit) {
  const auto index = [&](const Triad& triad) {
    return static_cast<std::size_t>(triad.index(piece.key.tonic));
  };
  for (std::size_t i = 1; i < piece.half_bars.size(); ++i)
    if (const auto& from = piece.half_bars[i - 1].triad, &to = piece.half_bars[i].triad; from && to)
      visit(index(*from), index(*to));
}

}  // namespace

void count_changes(const PieceView& piece, ChordChanges& counts) {
  auto& of_mode = counts[mode_of(piece)];
  each_change(piece, [&](std::size_t from, std::size_t to) { ++of_mode[from][to]; });
}

std::string to_tsv(const ChordChanges& counts) {
  std::string lines;
  for (std::size_t mode = 0; mode < 2; ++mode)
    for (std::size_t from = 0; from < kTriads; ++from)
      for (std::size_t to = 0; to < kTriads; ++to)
        if (const double count = counts[mode][from][to]; count > 0)
          lines += fmt::format("{}\t{}\t{}\t{:.0f}\n", mode ? "minor" : "major", name_of_triad(from),
                               name_of_triad(to), count);
  return lines;
}

ChordChanges parse_changes(std::string_view tsv) {
  ChordChanges counts{};
  std::istringstream lines{std::string(tsv)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    std::istringstream cells(line);
    std::string mode, from, to;
    double count = 0;
    if (!(cells >> mode >> from >> to >> count) || (mode != "major" && mode != "minor"))
      throw Error("chord changes", "cannot read a line", "mode, triad, triad, count",
                  fmt::format("'{}'", line));
    counts[mode == "major" ? 0 : 1][triad_of_name(from)][triad_of_name(to)] = count;
  }
  return counts;
}

const ChordChanges& usual_changes() {
  static const auto counts = parse_changes(kChordChanges);
  return counts;
}

std::optional<double> change_surprise(const PieceView& piece) {
  const auto& usual = usual_changes()[mode_of(piece)];
  double sum = 0;
  int count = 0;
  each_change(piece, [&](std::size_t from, std::size_t to) {
    double all = kMoreOfEach * kTriads;
    for (const double each : usual[from]) all += each;
    sum -= std::log((usual[from][to] + kMoreOfEach) / all);
    ++count;
  });
  if (count == 0) return {};
  return sum / count;
}

}  // namespace s2m
