#include "story2midi/arrange/accompaniment.h"

#include <algorithm>
#include <array>
#include <set>

#include "story2midi/arrange/playing.h"

namespace s2m {
namespace {

constexpr int kChordVoices = 3;  // of a player of chords
constexpr int kChordStep = 5;    // semitones between the homes of its voices
// Fewer notes to an onset, and the figure is one line.
constexpr double kLineNotes = 1.5;

std::vector<PartNote> notes_within(const std::vector<PartNote>& notes, int start, int end) {
  std::vector<PartNote> found;
  for (auto at = std::ranges::lower_bound(notes, start, {}, &PartNote::start);
       at != notes.end() && at->start < end; ++at)
    found.push_back(*at);
  return found;
}

VoicePlace place_of(const Instrument& instrument) { return {instrument.hard, instrument.home, {}}; }

// Onsets of a figure, each with its notes from the highest.
std::map<int, std::vector<PartNote>> onsets_of(std::span<const PartNote> notes) {
  std::map<int, std::vector<PartNote>> onsets;
  for (const PartNote& note : notes) onsets[note.start].push_back(note);
  for (auto& [start, struck] : onsets) std::ranges::sort(struck, std::greater<>(), &PartNote::pitch);
  return onsets;
}

void add(ArrangedPart& part, int start, int length, int pitch) {
  part.notes.push_back(
      {start, length, static_cast<std::uint8_t>(fitted(pitch, part.instrument->hard)), Part::kFigure, 0});
}

}  // namespace

Chord Accompaniment::chord_at(int position, const BarFrame& frame) const {
  if (const Chord* chord = chord_in_force(piece_.chords, position)) return *chord;
  const Key key = frame.bar.key.value_or(piece_.key);
  const auto root = static_cast<std::uint8_t>(key.tonic);
  return {position, root, key.mode == Mode::kMajor ? ChordQuality::kMajor : ChordQuality::kMinor, root};
}

std::vector<Accompaniment::Stretch> Accompaniment::stretches(const BarFrame& frame) const {
  const int start = frame.bar.start, end = start + frame.bar.positions;
  std::set<int> starts{start};
  for (const Chord& chord : piece_.chords)
    if (chord.start > start && chord.start < end) starts.insert(chord.start);
  std::vector<Stretch> all;
  for (auto at = starts.begin(); at != starts.end(); ++at) {
    const int next = std::next(at) == starts.end() ? end : *std::next(at);
    ChordSpace space{chord_at(*at, frame), 24, 108};
    for (const PartNote& note : notes_within(piece_.part(Part::kBass), *at, next))
      space.floor = std::max(space.floor, note.pitch + frame.bass_shift);
    for (const PartNote& note : notes_within(piece_.part(Part::kMelody), *at, next))
      space.ceiling = std::min(space.ceiling, note.pitch + frame.melody_shift);
    all.push_back({*at, next, space});
  }
  return all;
}

void Accompaniment::lay_out(const Layout& layout, const BarFrame& frame, std::span<const InnerPlayer> players,
                            std::span<const VoicePlace> places,
                            std::vector<std::optional<int>>& before) const {
  const auto strikes = strikes_of(layout, frame.bar.metre);
  before.resize(std::max(before.size(), places.size()));
  for (const Stretch& stretch : stretches(frame)) {
    std::vector<VoicePlace> now(places.begin(), places.end());
    for (std::size_t i = 0; i < now.size(); ++i) now[i].before = before[i];
    const auto pitches = voice_chord(stretch.space, now);
    for (std::size_t i = 0; i < now.size(); ++i) before[i] = pitches[i];
    for (const LayoutStrike& strike : strikes) {
      const int start = std::max(frame.bar.start + strike.start, stretch.start);
      const int end = std::min(frame.bar.start + strike.start + strike.length, stretch.end);
      if (start >= end) continue;
      for (const InnerPlayer& player : players)
        for (int voice = 0; voice < static_cast<int>(pitches.size()); ++voice)
          if ((player.voice == kAllVoices || player.voice == voice) &&
              takes_part(strike.who, voice, static_cast<int>(pitches.size())))
            add(*player.part, start, end - start, pitches[static_cast<std::size_t>(voice)]);
    }
  }
}

void Accompaniment::write_chords(const Layout& layout, const BarFrame& frame, const InnerPlayer& player) {
  std::vector<VoicePlace> places(kChordVoices, place_of(*player.part->instrument));
  for (int i = 0; i < kChordVoices; ++i) {
    auto& home = places[static_cast<std::size_t>(i)].home;
    home.lowest -= kChordStep * (i - 1), home.highest -= kChordStep * (i - 1);
  }
  lay_out(layout, frame, {&player, 1}, places, before_[player.part]);
}

void Accompaniment::write_voices(const Layout& layout, const BarFrame& frame,
                                 std::span<const InnerPlayer> players) {
  // A voice lies where the first of its players is at home.
  std::vector<VoicePlace> places;
  for (int voice = 0;; ++voice) {
    const auto first = std::ranges::find(players, voice, &InnerPlayer::voice);
    if (first == players.end()) break;
    places.push_back(place_of(*first->part->instrument));
  }
  lay_out(layout, frame, players, places, voices_before_);
}

// A chord's tones from the highest voice down; a line goes to the lowest voice, whose instrument is agile and soft.
void Accompaniment::write_as_written(const BarFrame& frame, std::span<const InnerPlayer> players) const {
  const auto notes =
      notes_within(piece_.part(Part::kFigure), frame.bar.start, frame.bar.start + frame.bar.positions);
  int voices = 1;
  for (const InnerPlayer& player : players)
    if (player.voice != kAllVoices) voices = std::max(voices, player.voice + 1);
  for (const auto& [start, struck] : onsets_of(notes))
    for (const InnerPlayer& player : players) {
      if (player.voice == kAllVoices)
        for (const PartNote& note : struck) add(*player.part, start, note.length, note.pitch);
      else if (player.voice < struck.size())
        add(*player.part, start, struck[player.voice].length, struck[player.voice].pitch);
      else if (struck.size() > 1 || player.voice == voices - 1)
        add(*player.part, start, struck.back().length, struck.back().pitch);
    }
}

void Accompaniment::write(const Layout& layout, const BarFrame& frame, std::span<const InnerPlayer> players) {
  const int end = frame.bar.start + frame.bar.positions;
  const auto figure = notes_within(piece_.part(Part::kFigure), frame.bar.start, end);
  if (figure.empty() && notes_within(piece_.part(Part::kBass), frame.bar.start, end).empty()) return;
  // Under a figure of one line the other voices hold the chord.
  static constexpr Layout kHeld{"held", LayoutUnit::kBeat, "C-", 1, -1, 1};
  const bool as_written = layout.signs.empty() && !figure.empty();
  const Layout& signs = layout.signs.empty() ? kHeld : layout;
  const bool is_line =
      static_cast<double>(figure.size()) < kLineNotes * static_cast<double>(onsets_of(figure).size());
  std::vector<InnerPlayer> voices;
  for (const InnerPlayer& player : players) {
    if (player.voice != kAllVoices)
      voices.push_back(player);
    else if (as_written)
      write_as_written(frame, {&player, 1});
    else
      write_chords(signs, frame, player);
  }
  if (voices.empty()) return;
  if (!as_written) return write_voices(signs, frame, voices);
  if (!is_line) return write_as_written(frame, voices);
  // The lowest voice runs, the others hold.
  const auto lowest = std::ranges::max(voices, {}, &InnerPlayer::voice).voice;
  std::vector<InnerPlayer> running, holding;
  for (const InnerPlayer& player : voices) (player.voice == lowest ? running : holding).push_back(player);
  for (InnerPlayer player : running) {
    player.voice = kAllVoices;
    write_as_written(frame, {&player, 1});
  }
  if (!holding.empty()) write_voices(kHeld, frame, holding);
}

}  // namespace s2m
