#include "story2midi/plan/themes.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

constexpr int kThemeBars = 2 * kPhraseBars;  // statement and answer: with them a theme comes again
constexpr int kAnsweredBars = 1;             // with which an answer begins as its statement did
constexpr int kReturningBars = 2;            // of a phrase that comes again: its last bar finds another end
constexpr int kNewEnding = 2;                // bars at the end of the piece, which are its cadence
constexpr double kFeelsAlike = 0.35;         // on the plane: nearer than that a section has an earlier theme

// Writes the returns of one section after another.
class Returns {
 public:
  void add(const ThemedSection& section) {
    const auto theme = theme_of(section);
    const int first = next_;
    next_ += section.bars;
    bars_.resize(static_cast<std::size_t>(next_), 0);
    for (int phrase = 1; kPhraseBars * (phrase + 1) <= section.bars; ++phrase) shape(first, phrase);
    close_rondo(first, section.bars / kPeriodBars);
    if (theme) take_up(first, theme->first, std::min({kThemeBars, section.bars, theme->bars}));
    known_.push_back({section.mean, first, section.bars});
  }

  // The last section comes back to the theme of the first.
  void close_with(const ThemedSection& section) {
    if (!known_.empty()) known_.push_back({section.mean, known_.front().first, known_.front().bars});
    add(section);
  }

  std::vector<int> finished() && {
    for (int i = 0; i < kNewEnding && i < next_; ++i) bars_[static_cast<std::size_t>(next_ - 1 - i)] = 0;
    return std::move(bars_);
  }

 private:
  struct Known {
    Emotion mean;
    int first;  // bar, from 0
    int bars;
  };

  // The latest section that felt alike.
  std::optional<Known> theme_of(const ThemedSection& section) const {
    for (auto known = known_.rbegin(); known != known_.rend(); ++known)
      if (std::hypot(known->mean.valence - section.mean.valence, known->mean.arousal - section.mean.arousal) <
          kFeelsAlike)
        return *known;
    return {};
  }

  // A rondo of periods: its refrain is the first, and returns whole at every other.
  void shape(int first, int phrase) {
    const int start = first + kPhraseBars * phrase;
    const int period = phrase / kPhrasesPerPeriod, place = phrase % kPhrasesPerPeriod;
    const int statement = first + kPeriodBars * period;
    if (period > 0 && period % 2 == 0) return take_up(start, first + kPhraseBars * place, kPhraseBars);
    if (place == 1) take_up(start, statement, kAnsweredBars);
    if (place == 3) take_up(start, statement, kReturningBars);
  }

  // The last period of a rondo begins with the refrain's theme, whichever its place.
  void close_rondo(int first, int periods) {
    if (periods > 2) take_up(first + kPeriodBars * (periods - 1), first, kThemeBars);
  }

  void take_up(int start, int from, int count) {
    for (int i = 0; i < count; ++i) bars_[static_cast<std::size_t>(start + i)] = from + i + 1;
  }

  std::vector<int> bars_;
  std::vector<Known> known_;
  int next_ = 0;
};

}  // namespace

std::vector<int> returning_bars(std::span<const ThemedSection> sections) {
  Returns returns;
  for (const ThemedSection& section : sections)
    &section == &sections.back() ? returns.close_with(section) : returns.add(section);
  return std::move(returns).finished();
}

}  // namespace s2m
