#include "lab/analysis/originality.h"

#include <algorithm>
#include <numeric>

#include "lab/analysis/pattern_compression.h"
#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr int kStepsPerQuarter = 4;

}  // namespace

std::vector<std::uint32_t> note_steps(const Score& score) {
  return note_steps(note_points(score, kStepsPerQuarter));
}

void LongestRuns::Best::add(int run, int of_song) {
  if (of_song == song) {
    length = std::max(length, run);
  } else if (run > length) {
    second_length = length, second_song = song;
    length = run, song = of_song;
  } else if (of_song == second_song || run > second_length) {
    second_length = std::max(second_length, run), second_song = of_song;
  }
}

LongestRuns::LongestRuns(std::vector<Piece> pieces) : states_(1), pieces_(std::move(pieces)) {
  for (const Piece& piece : pieces_) {
    int last = 0;
    for (const std::uint32_t step : piece.steps) last = extend(last, step);
  }
}

// A copy of `state` that holds only its strings as long as `from`'s and one step.
int LongestRuns::split(int from, int state, std::uint32_t step) {
  const int copy = static_cast<int>(states_.size());
  State clone = states_[static_cast<std::size_t>(state)];
  clone.length = states_[static_cast<std::size_t>(from)].length + 1;
  states_.push_back(std::move(clone));
  states_[static_cast<std::size_t>(state)].link = copy;
  for (; from >= 0; from = states_[static_cast<std::size_t>(from)].link) {
    auto found = states_[static_cast<std::size_t>(from)].next.find(step);
    if (found == states_[static_cast<std::size_t>(from)].next.end() || found->second != state) break;
    found->second = copy;
  }
  return copy;
}

// The state of the piece so far and one more step; pieces share states where they share strings.
int LongestRuns::extend(int last, std::uint32_t step) {
  const auto at = [this](int state) -> State& { return states_[static_cast<std::size_t>(state)]; };
  if (const auto known = at(last).next.find(step); known != at(last).next.end()) {
    const int there = known->second;
    return at(there).length == at(last).length + 1 ? there : split(last, there, step);
  }
  const int fresh = static_cast<int>(states_.size());
  states_.emplace_back().length = at(last).length + 1;
  int from = last;
  for (; from >= 0 && !at(from).next.contains(step); from = at(from).link) at(from).next[step] = fresh;
  if (from < 0) {
    at(fresh).link = 0;
  } else {
    const int there = at(from).next[step];
    const int link = at(there).length == at(from).length + 1 ? there : split(from, there, step);
    at(fresh).link = link;
  }
  return fresh;
}

int LongestRuns::song_number(const std::string& song) {
  if (song.empty()) return -2 - unnamed_++;  // like no other
  return songs_.try_emplace(song, static_cast<int>(songs_.size())).first->second;
}

void LongestRuns::show(std::span<const std::uint32_t> steps, const std::string& song) {
  const int number = song_number(song);
  int state = 0, length = 0;
  for (const std::uint32_t step : steps) {
    const auto at = [this](int i) -> State& { return states_[static_cast<std::size_t>(i)]; };
    while (state > 0 && !at(state).next.contains(step)) {
      state = at(state).link;
      length = at(state).length;
    }
    const auto next = at(state).next.find(step);
    if (next == at(state).next.end()) continue;
    state = next->second;
    at(state).best.add(++length, number);
  }
}

std::vector<int> LongestRuns::longest_notes() const {
  // What matched a state's strings matched their endings too: best runs go down the links, longest first.
  std::vector<Best> best;
  for (const State& state : states_) best.push_back(state.best);
  std::vector<std::size_t> order(states_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>{}, [&](std::size_t i) { return states_[i].length; });
  for (const std::size_t i : order) {
    if (states_[i].link <= 0) continue;
    const auto link = static_cast<std::size_t>(states_[i].link);
    if (best[i].length > 0) best[link].add(states_[link].length, best[i].song);
    if (best[i].second_length > 0) best[link].add(states_[link].length, best[i].second_song);
  }
  std::vector<int> longest;
  for (const Piece& piece : pieces_) {
    const auto named = songs_.find(piece.song);
    const int song = named == songs_.end() ? -1 : named->second;
    int state = 0, steps = 0;
    for (const std::uint32_t step : piece.steps) {
      state = states_[static_cast<std::size_t>(state)].next.at(step);
      for (int i = state; i > 0; i = states_[static_cast<std::size_t>(i)].link) {
        const int run = best[static_cast<std::size_t>(i)].without(song);
        steps = std::max(steps, run);
        if (run > 0) break;
      }
    }
    longest.push_back(steps > 0 ? steps + 1 : 0);
  }
  return longest;
}

}  // namespace s2m
