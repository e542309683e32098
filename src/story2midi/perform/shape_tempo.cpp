#include <algorithm>
#include <cmath>
#include <numeric>

#include "story2midi/perform/noise.h"
#include "story2midi/perform/shape.h"
#include "story2midi/perform/streams.h"

namespace s2m {
namespace {

double asked_seconds(const PartBar& bar, int positions) {
  return positions * 60.0 / (bar.tempo_bpm * kGridPerQuarter);
}

// Natural logarithm of how much longer a beat lasts than asked.
double lengthening(const Performance& performance, const BeatFeatures& beat, std::uint64_t index) {
  const auto emotion = performance.asked(beat.bar).emotion;
  double sum = kTempoDrift * pink_noise(performance.options.seed, kTempoStream, index);
  for (std::size_t rule = 0; rule < kTempoRuleCount; ++rule)
    sum += coloured_weight(kTempoRules[rule], emotion) * beat.tempo[rule];
  return performance.options.humanise * sum;
}

// Whether a beat falls where the bars' tempos say: the first of a phrase, and a hit.
bool keeps_its_time(const Performance& performance, const BeatFeatures& beat) {
  const auto& bar = performance.asked(beat.bar);
  const int into_bar = beat.start - performance.bar(beat.bar).start;
  return (into_bar == 0 && bar.starts_phrase) || std::ranges::find(bar.hits, into_bar) != bar.hits.end();
}

// Writes tempos one after the other, so that their sum never strays from what is asked by more than one rounding.
class TempoWriter {
 public:
  void write(int start, int positions, double seconds) {
    asked_ += seconds;
    const double quarters = double(positions) / kGridPerQuarter;
    const auto tempo = static_cast<std::int32_t>(std::lround((asked_ - written_) * 1e6 / quarters));
    written_ += tempo * quarters / 1e6;
    if (tempos_.empty() || tempos_.back().microseconds_per_quarter != tempo)
      tempos_.push_back({start * kTicksPerPosition, tempo});
  }
  std::vector<Tempo> take() { return std::move(tempos_); }

 private:
  double asked_ = 0, written_ = 0;  // seconds
  std::vector<Tempo> tempos_;
};

// One tempo where it stays, whatever its fraction of a microsecond.
std::vector<Tempo> written_tempos(const PartScore& piece) {
  std::vector<Tempo> tempos;
  for (const PartBar& bar : piece.bars) {
    const auto tempo = Tempo::from_bpm(bar.start * kTicksPerPosition, bar.tempo_bpm);
    if (tempos.empty() || tempos.back().microseconds_per_quarter != tempo.microseconds_per_quarter)
      tempos.push_back(tempo);
  }
  return tempos;
}

}  // namespace

std::vector<Tempo> shape_tempo(const Performance& performance) {
  if (performance.options.humanise == 0) return written_tempos(performance.piece);
  TempoWriter writer;
  const auto beats = beat_features(performance.piece, performance.phrases);
  for (std::size_t first = 0; first < beats.size();) {
    std::vector<double> seconds;
    double asked = 0;
    auto at = first;
    do {
      const double even = asked_seconds(performance.bar(beats[at].bar), beats[at].length);
      seconds.push_back(even * std::exp(lengthening(performance, beats[at], at)));
      asked += even;
    } while (++at < beats.size() && !keeps_its_time(performance, beats[at]));
    const double times = asked / std::accumulate(seconds.begin(), seconds.end(), 0.0);
    for (const double one : seconds)
      writer.write(beats[first].start, beats[first].length, one * times), ++first;
  }
  return writer.take();
}

}  // namespace s2m
