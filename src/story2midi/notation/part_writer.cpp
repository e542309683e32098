#include "story2midi/notation/part_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "story2midi/music/key.h"
#include "story2midi/notation/accidentals.h"
#include "story2midi/notation/beams.h"
#include "story2midi/notation/directions.h"
#include "story2midi/notation/drum_staff.h"
#include "story2midi/notation/pitch_spelling.h"
#include "story2midi/notation/voices.h"
#include "story2midi/notation/xml_element.h"

namespace s2m::musicxml {
namespace {

using pugi::xml_node;

constexpr int kUsualVoices = 4;  // of a staff; numbers of voices go on from staff to staff
constexpr int kMostSlurs = 6;    // numbers that MusicXML 3.1 has for slurs

struct ClefSign {
  const char* sign;
  int line, octaves;
};
ClefSign sign_of(Clef clef) {
  constexpr std::array<ClefSign, 6> kSigns{
      {{"G", 2, 0}, {"F", 4, 0}, {"C", 3, 0}, {"C", 4, 0}, {"G", 2, -1}, {"percussion", 0, 0}}};
  return kSigns[static_cast<std::size_t>(clef)];
}

const char* name_of(NoteValue value) {
  constexpr std::array kNames{"breve", "whole", "half", "quarter", "eighth", "16th", "32nd"};
  return kNames[static_cast<std::size_t>(value)];
}

const char* name_of(Beam beam) {
  constexpr std::array kNames{"begin", "continue", "end", "forward hook", "backward hook"};
  return kNames[static_cast<std::size_t>(beam)];
}

const char* accidental_of(int alter) {
  constexpr std::array kNames{"flat-flat", "flat", "natural", "sharp", "double-sharp"};
  return kNames[static_cast<std::size_t>(alter + 2)];
}

// Diatonic steps of a transposition within an octave.
int steps_of(int semitones) {
  constexpr std::array kSteps{0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6};
  const int steps = kSteps[static_cast<std::size_t>(std::abs(semitones))];
  return semitones < 0 ? -steps : steps;
}

class PartWriter {
 public:
  PartWriter(xml_node node, const Sheet& sheet, const SheetPart& part, std::string id, PartPlace place);
  void write(std::span<const int> long_rests);

 private:
  struct SlurEnd {
    bool starts;
    int number;
  };
  // A note as it stands in one bar.
  struct Head {
    std::size_t note;
    bool is_first_of_chord, ties_back, ties_on;
    int marks;  // of its chord
  };
  int voice_number(const VoiceBar& voice) const;
  bool is_drums() const { return part_.clefs.front() == Clef::kPercussion; }
  void spell();
  TonalPlace place_of(const SheetNote& note) const;
  std::optional<int> next_semitone(std::size_t note) const;
  void find_accidentals(std::size_t bar);
  void find_slurs();
  void write_attributes(xml_node measure, std::size_t bar) const;
  void write_key(xml_node attributes, Key key) const;
  void write_clef(xml_node attributes, int staff, Clef clef) const;
  void write_voice(xml_node measure, const VoiceBar& voice, std::vector<TimedElement> directions);
  void write_rest(xml_node measure, const VoiceBar& voice, const Symbol& symbol);
  void write_chord(xml_node measure, const VoiceBar& voice, const Symbol& symbol);
  void write_head(xml_node measure, const Head& head, const Symbol& symbol, const VoiceBar& voice);
  void write_pitch(xml_node note, std::size_t index) const;
  void write_shape(xml_node note, const Symbol& symbol, const Head* head) const;
  void write_notations(xml_node note, const Head& head, const Symbol& symbol);
  void write_tuplet(xml_node notations, const Symbol& symbol) const;

  xml_node node_;
  const Sheet& sheet_;
  const SheetPart& part_;
  std::string id_;
  PartPlace place_;
  std::span<const int> long_rests_;               // by bar: bars that are one rest from there on
  std::vector<SpelledPitch> spelled_;             // by note
  std::map<std::size_t, ShownAccidental> shown_;  // in the open bar, by note
  std::multimap<std::size_t, SlurEnd> slurs_;     // by note
  Accidentals accidentals_;
  const SheetBar* bar_ = nullptr;  // the open one
  std::vector<Symbol> symbols_;    // of the open voice
  std::vector<std::vector<Beam>> beams_;
  int voices_per_staff_ = kUsualVoices;
  int ids_ = 0;
};

PartWriter::PartWriter(xml_node node, const Sheet& sheet, const SheetPart& part, std::string id,
                       PartPlace place)
    : node_(node), sheet_(sheet), part_(part), id_(std::move(id)), place_(place) {
  if (!is_drums()) spell();
  find_slurs();
}

TonalPlace PartWriter::place_of(const SheetNote& note) const {
  const auto bar = std::prev(std::ranges::upper_bound(sheet_.bars, note.start, {}, &SheetBar::start));
  TonalPlace place{written_key(bar->key, part_.transposition)};
  const auto after = std::ranges::upper_bound(sheet_.chords, note.start, {}, &Chord::start);
  if (after != sheet_.chords.begin()) place.chord = written_chord(*std::prev(after), part_.transposition);
  return place;
}

// A pitch a semitone away in the next chord of the note's voice, as written.
std::optional<int> PartWriter::next_semitone(std::size_t index) const {
  const SheetNote& note = part_.notes[index];
  int next = -1;
  for (std::size_t i = index + 1; i < part_.notes.size(); ++i) {
    const SheetNote& later = part_.notes[i];
    if (later.staff != note.staff || later.voice != note.voice || later.start == note.start) continue;
    if (next >= 0 && later.start != next) break;
    next = later.start;
    if (std::abs(later.pitch - note.pitch) == 1) return later.pitch - part_.transposition;
  }
  return std::nullopt;
}

// Notes outside the chord that return in a bar keep their letter.
void PartWriter::spell() {
  std::map<std::pair<int, int>, std::pair<int, SpelledPitch>> earlier;  // by staff and pitch: the bar's start
  for (std::size_t i = 0; i < part_.notes.size(); ++i) {
    const SheetNote& note = part_.notes[i];
    const TonalPlace place = place_of(note);
    const int pitch = note.pitch - part_.transposition;
    const int bar = std::prev(std::ranges::upper_bound(sheet_.bars, note.start, {}, &SheetBar::start))->start;
    const auto before = earlier.find({note.staff, pitch});
    const bool is_chord_note = place.chord && is_chord_tone(*place.chord, pitch);
    const bool returns = before != earlier.end() && before->second.first == bar && !is_chord_note;
    spelled_.push_back(returns ? before->second.second : spelled(pitch, place, next_semitone(i)));
    earlier[{note.staff, pitch}] = {bar, spelled_.back()};
  }
}

void PartWriter::find_slurs() {
  const auto note_at = [&](int start, const SheetSlur& slur) {
    auto note = std::ranges::lower_bound(part_.notes, start, {}, &SheetNote::start);
    const auto end = part_.notes.end();
    while (note != end && note->start == start && (note->staff != slur.staff || note->voice != slur.voice))
      ++note;
    return static_cast<std::size_t>((note != end && note->start == start ? note : end) - part_.notes.begin());
  };
  for (const SheetSlur& slur : part_.slurs) {
    const auto first = note_at(slur.start, slur), last = note_at(slur.end, slur);
    const auto size = part_.notes.size();
    if (first == size || last == size || slur.end <= slur.start) continue;
    const int number = ((slur.staff - 1) * kUsualVoices + slur.voice - 1) % kMostSlurs + 1;
    slurs_.emplace(last, SlurEnd{false, number});
    slurs_.emplace(first, SlurEnd{true, number});
  }
}

void PartWriter::find_accidentals(std::size_t bar) {
  shown_.clear();
  accidentals_.open_bar(written_key(sheet_.bars[bar].key, part_.transposition));
  if (is_drums()) return;
  const auto starts_before = [](const SheetNote& note, int start) { return note.start < start; };
  const int end = bar_->start + bar_->positions;
  auto at = std::lower_bound(part_.notes.begin(), part_.notes.end(), bar_->start, starts_before);
  for (; at != part_.notes.end() && at->start < end; ++at) {
    const auto index = static_cast<std::size_t>(at - part_.notes.begin());
    shown_[index] = accidentals_.pass(at->staff, spelled_[index]);
  }
}

void PartWriter::write_key(xml_node attributes, Key key) const {
  if (is_drums()) return;
  auto node = attributes.append_child("key");
  const Key written = written_key(key, part_.transposition);
  add_element(node, "fifths", sharps_of(written));
  add_element(node, "mode", written.mode == Mode::kMajor ? "major" : "minor");
}

void PartWriter::write_clef(xml_node attributes, int staff, Clef clef) const {
  const auto [sign, line, octaves] = sign_of(clef);
  auto node = attributes.append_child("clef");
  if (part_.clefs.size() > 1) node.append_attribute("number") = staff;
  add_element(node, "sign", sign);
  if (line != 0) add_element(node, "line", line);
  if (octaves != 0) add_element(node, "clef-octave-change", octaves);
}

// The last of a measure's attributes.
void write_long_rest(xml_node attributes, int bars) {
  if (bars > 1) add_element(attributes.append_child("measure-style"), "multiple-rest", bars);
}

void PartWriter::write_attributes(xml_node measure, std::size_t index) const {
  const SheetBar& bar = sheet_.bars[index];
  const SheetBar* before = index > 0 ? &sheet_.bars[index - 1] : nullptr;
  const bool new_key = before == nullptr || !(before->key == bar.key);
  const bool new_metre = before == nullptr || !(before->metre == bar.metre);
  auto clef = std::ranges::lower_bound(part_.clef_changes, bar.start, {}, &SheetClef::start);
  const auto clefs_end = std::ranges::upper_bound(part_.clef_changes, bar.start, {}, &SheetClef::start);
  const int rest = index < long_rests_.size() ? long_rests_[index] : 0;
  if (!new_key && !new_metre && clef == clefs_end && rest < 2) return;
  auto node = measure.append_child("attributes");
  if (before == nullptr) add_element(node, "divisions", kGridPerQuarter);
  if (new_key) write_key(node, bar.key);
  if (new_metre) {
    auto time = node.append_child("time");
    add_element(time, "beats", bar.metre.numerator);
    add_element(time, "beat-type", bar.metre.denominator);
  }
  if (before != nullptr) {
    for (; clef != clefs_end; ++clef) write_clef(node, clef->staff, clef->clef);
    return write_long_rest(node, rest);
  }
  if (part_.clefs.size() > 1) add_element(node, "staves", static_cast<int>(part_.clefs.size()));
  for (std::size_t i = 0; i < part_.clefs.size(); ++i)
    write_clef(node, static_cast<int>(i) + 1, part_.clefs[i]);
  if (part_.transposition == 0 || is_drums()) return write_long_rest(node, rest);
  auto transpose = node.append_child("transpose");
  add_element(transpose, "diatonic", steps_of(part_.transposition % 12));
  add_element(transpose, "chromatic", part_.transposition % 12);
  if (part_.transposition / 12 != 0) add_element(transpose, "octave-change", part_.transposition / 12);
  write_long_rest(node, rest);
}

// Value, dots, accidental, triplet and staff, in the schema's order. `head`: of a note.
void PartWriter::write_shape(xml_node note, const Symbol& symbol, const Head* head) const {
  add_element(note, "type", name_of(symbol.value));
  if (symbol.is_dotted) note.append_child("dot");
  const auto shown = head != nullptr && !head->ties_back ? shown_.find(head->note) : shown_.end();
  if (shown != shown_.end() && shown->second != ShownAccidental::kNone) {
    auto accidental = note.append_child("accidental");
    accidental.text().set(accidental_of(spelled_[head->note].alter));
    if (shown->second == ShownAccidental::kReminder) accidental.append_attribute("cautionary") = "yes";
  }
  if (!symbol.is_triplet()) return;
  auto modification = note.append_child("time-modification");
  add_element(modification, "actual-notes", 3);
  add_element(modification, "normal-notes", 2);
  add_element(modification, "normal-type", name_of(symbol.triplet_of));
}

int PartWriter::voice_number(const VoiceBar& voice) const {
  return (voice.staff - 1) * voices_per_staff_ + voice.voice;
}

void PartWriter::write_tuplet(xml_node notations, const Symbol& symbol) const {
  auto node = notations.append_child("tuplet");
  node.append_attribute("type") = symbol.edge == TupletEdge::kStart ? "start" : "stop";
  if (symbol.edge == TupletEdge::kStop) return;
  const auto first = static_cast<std::size_t>(&symbol - symbols_.data());
  bool is_beamed = true;
  for (std::size_t i = first; i < symbols_.size(); ++i) {
    is_beamed = is_beamed && !beams_[i].empty();
    if (symbols_[i].edge == TupletEdge::kStop) break;
  }
  node.append_attribute("bracket") = is_beamed ? "no" : "yes";
}

// The first voice tells the time: rests of others would crowd its notes. Those of triplets complete them.
bool is_hidden(const VoiceBar& voice, const Symbol& rest) { return voice.is_second && !rest.is_triplet(); }

void PartWriter::write_rest(xml_node measure, const VoiceBar& voice, const Symbol& symbol) {
  auto node = measure.append_child(is_hidden(voice, symbol) ? "forward" : "note");
  if (is_hidden(voice, symbol)) {
    add_element(node, "duration", symbol.length);
    add_element(node, "voice", voice_number(voice));
    if (part_.clefs.size() > 1) add_element(node, "staff", voice.staff);
    return;
  }
  auto rest = node.append_child("rest");
  const bool is_whole_bar = symbol.length == bar_->positions;
  if (is_whole_bar) rest.append_attribute("measure") = "yes";
  add_element(node, "duration", symbol.length);
  add_element(node, "voice", voice_number(voice));
  if (!is_whole_bar) write_shape(node, symbol, nullptr);
  if (part_.clefs.size() > 1) add_element(node, "staff", voice.staff);
  if (symbol.edge != TupletEdge::kNone) write_tuplet(node.append_child("notations"), symbol);
}

void PartWriter::write_pitch(xml_node note, std::size_t index) const {
  if (is_drums()) {
    const DrumLine place = drum_place(part_.notes[index].pitch);
    auto unpitched = note.append_child("unpitched");
    add_element(unpitched, "display-step", std::string(1, place.step));
    add_element(unpitched, "display-octave", place.octave);
    return;
  }
  const SpelledPitch& pitch = spelled_[index];
  auto node = note.append_child("pitch");
  add_element(node, "step", std::string(1, letter_of(pitch.step)));
  if (pitch.alter != 0) add_element(node, "alter", pitch.alter);
  add_element(node, "octave", pitch.octave);
}

void PartWriter::write_notations(xml_node note, const Head& head, const Symbol& symbol) {
  auto node = note.append_child("notations");
  if (head.ties_back) node.append_child("tied").append_attribute("type") = "stop";
  if (head.ties_on) node.append_child("tied").append_attribute("type") = "start";
  const auto [first, last] = slurs_.equal_range(head.note);
  for (auto slur = first; slur != last; ++slur) {
    const auto [starts, number] = slur->second;
    if (starts ? head.ties_back : head.ties_on) continue;
    auto element = node.append_child("slur");
    element.append_attribute("number") = number;
    element.append_attribute("type") = starts ? "start" : "stop";
  }
  if (head.is_first_of_chord && symbol.edge != TupletEdge::kNone) write_tuplet(node, symbol);
  const auto marks = head.is_first_of_chord && !head.ties_back ? head.marks : 0;
  if ((marks & (kAccent | kStaccato | kTenuto)) != 0) {
    auto articulations = node.append_child("articulations");
    if ((marks & kAccent) != 0) articulations.append_child("accent");
    if ((marks & kStaccato) != 0) articulations.append_child("staccato");
    if ((marks & kTenuto) != 0) articulations.append_child("tenuto");
  }
  if (!node.first_child()) note.remove_child(node);
}

void PartWriter::write_head(xml_node measure, const Head& head, const Symbol& symbol, const VoiceBar& voice) {
  auto node = measure.append_child("note");
  node.append_attribute("id") = fmt::format("{}-{}", id_, ++ids_).c_str();
  if (!head.is_first_of_chord) node.append_child("chord");
  write_pitch(node, head.note);
  add_element(node, "duration", symbol.length);
  if (head.ties_back) node.append_child("tie").append_attribute("type") = "stop";
  if (head.ties_on) node.append_child("tie").append_attribute("type") = "start";
  const int drum = part_.notes[head.note].pitch;
  if (is_drums()) node.append_child("instrument").append_attribute("id") = instrument_id(id_, drum).c_str();
  add_element(node, "voice", voice_number(voice));
  write_shape(node, symbol, &head);
  if (is_drums() && drum_place(drum).is_cross) add_element(node, "notehead", "x");
  if (part_.clefs.size() > 1) add_element(node, "staff", voice.staff);
  const auto& beams = beams_[static_cast<std::size_t>(&symbol - symbols_.data())];
  for (std::size_t level = 0; head.is_first_of_chord && level < beams.size(); ++level) {
    add_element(node, "beam", name_of(beams[level]));
    node.last_child().append_attribute("number") = static_cast<int>(level) + 1;
  }
  write_notations(node, head, symbol);
}

void PartWriter::write_chord(xml_node measure, const VoiceBar& voice, const Symbol& symbol) {
  const int start = bar_->start + symbol.start, end = start + symbol.length;
  const auto& notes = voice.notes[static_cast<std::size_t>(symbol.stretch)];
  int marks = 0;
  for (const std::size_t index : notes) marks |= part_.notes[index].marks;
  for (const std::size_t index : notes) {
    const SheetNote& note = part_.notes[index];
    write_head(measure,
               {index, index == notes.front(), note.start<start, note.start + note.length> end, marks},
               symbol, voice);
  }
}

void PartWriter::write_voice(xml_node measure, const VoiceBar& voice, std::vector<TimedElement> directions) {
  symbols_ = symbols_of(bar_->metre, voice.stretches);
  beams_ = beams_of(bar_->metre, symbols_, voice.stretches);
  auto waiting = directions.begin();
  for (const Symbol& symbol : symbols_) {
    const int start = bar_->start + symbol.start, end = start + symbol.length;
    for (; waiting != directions.end() && waiting->start < end; ++waiting)
      waiting->append(measure, waiting->start - start);
    const auto stretch = static_cast<std::size_t>(symbol.stretch);
    if (voice.stretches[stretch].is_rest)
      write_rest(measure, voice, symbol);
    else
      write_chord(measure, voice, symbol);
  }
  for (; waiting != directions.end(); ++waiting) waiting->append(measure, 0);
}

void PartWriter::write(std::span<const int> long_rests) {
  long_rests_ = long_rests;
  const auto voices = voices_of(part_, sheet_.bars);
  for (const auto& bar : voices)
    for (const VoiceBar& voice : bar) voices_per_staff_ = std::max(voices_per_staff_, voice.voice);
  for (std::size_t i = 0; i < sheet_.bars.size(); ++i) {
    bar_ = &sheet_.bars[i];
    auto measure = node_.append_child("measure");
    measure.append_attribute("number") = static_cast<int>(i) + 1;
    write_attributes(measure, i);
    find_accidentals(i);
    auto directions = directions_of(sheet_, part_, i, place_);
    for (std::size_t voice = 0; voice < voices[i].size(); ++voice) {
      if (voice > 0) add_element(measure.append_child("backup"), "duration", bar_->positions);
      write_voice(measure, voices[i][voice], std::exchange(directions, {}));
    }
  }
  auto barline = node_.last_child().append_child("barline");
  barline.append_attribute("location") = "right";
  add_element(barline, "bar-style", "light-heavy");
}

}  // namespace

std::string instrument_id(const std::string& part_id) { return part_id + "-I1"; }
std::string instrument_id(const std::string& part_id, int drum) {
  return fmt::format("{}-I{}", part_id, drum + 1);
}

void write_part(xml_node node, const Sheet& sheet, const SheetPart& part, const std::string& id,
                const PartOptions& options) {
  PartWriter(node, sheet, part, id, options.place).write(options.long_rests);
}

}  // namespace s2m::musicxml
