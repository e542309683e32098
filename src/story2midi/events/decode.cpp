#include <algorithm>

#include "story2midi/base/error.h"
#include "story2midi/events/event.h"

namespace s2m {
namespace {

class Decoding {
 public:
  explicit Decoding(const Key& key) : transposition_(transposition_to_c(key)) { score_.key = key; }

  void add(const Event& event) {
    grammar_.push(event);
    if (event.is_bar()) add_bar(event);
    if (event.is_chord()) add_chord(event);
    if (event.is_note()) add_note(event);
  }

  PartScore finish() {
    if (!grammar_.ended()) throw Error("events", "stop in mid-piece", "an end event");
    auto& figure = score_.part(Part::kFigure);
    std::ranges::sort(figure);
    cut_at_next_strike(figure);
    return std::move(score_);
  }

 private:
  void add_bar(const Event& event) {
    PartBar bar;
    bar.metre = metre_of(event.values[kMetre]);
    bar.positions = bar_positions(bar.metre);
    if (!score_.bars.empty()) {
      bar.start = score_.bars.back().start + score_.bars.back().positions;
      bar.tempo_bpm = score_.bars.back().tempo_bpm;
    }
    if (event.values[kTempo]) bar.tempo_bpm = tempo_of(event.values[kTempo]);
    if (event.values[kLocalKey]) bar.key = local_key_of(event.values[kLocalKey], score_.key);
    score_.bars.push_back(bar);
  }

  void add_chord(const Event& event) {
    const int root = (event.values[kDegree] + score_.key.tonic) % 12;
    score_.chords.push_back({score_.bars.back().start + event.position(), static_cast<std::uint8_t>(root),
                             static_cast<ChordQuality>(event.values[kQuality]),
                             static_cast<std::uint8_t>((root + event.values[kInversion]) % 12)});
  }

  void add_note(const Event& event) {
    const int pitch = octave_folded(event.values[kPitch] - transposition_);
    score_.part(event.part())
        .push_back(
            {score_.bars.back().start + event.position(), event.length(), static_cast<std::uint8_t>(pitch)});
  }

  static void cut_at_next_strike(std::vector<PartNote>& notes) {
    std::array<PartNote*, 128> before{};
    for (PartNote& note : notes) {
      PartNote*& earlier = before[note.pitch];
      if (earlier) earlier->length = std::min(earlier->length, std::max(1, note.start - earlier->start));
      earlier = &note;
    }
  }

  int transposition_;
  PartScore score_;
  Grammar grammar_;
};

}  // namespace

PartScore decode(const EventPiece& piece) {
  Decoding decoding(piece.key);
  for (const Event& event : piece.events) decoding.add(event);
  return decoding.finish();
}

}  // namespace s2m
