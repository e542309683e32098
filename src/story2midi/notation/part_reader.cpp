#include "story2midi/notation/part_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/notation/cursor.h"
#include "story2midi/notation/dynamics.h"
#include "story2midi/notation/xml_values.h"

namespace s2m::musicxml {
namespace {

constexpr int kMostStaves = 16, kMostSemitones = 96;
constexpr int kGracesPerQuarter = 8;   // a grace note lasts a thirty-second
constexpr double kForteVelocity = 90;  // what dynamics="100" means
constexpr double kMostMicroseconds = (1 << 24) - 1;

constexpr std::array kArticulations{
    std::pair{std::string_view("staccato"), int{kStaccato}},
    std::pair{std::string_view("staccatissimo"), int{kStaccato}},
    std::pair{std::string_view("spiccato"), int{kStaccato}},
    std::pair{std::string_view("tenuto"), int{kTenuto}},
    std::pair{std::string_view("detached-legato"), kStaccato | kTenuto},
    std::pair{std::string_view("accent"), int{kAccent}},
    std::pair{std::string_view("strong-accent"), int{kAccent}},
};

std::optional<int> velocity_of_percent(const pugi::xml_attribute& attribute) {
  const auto percent = number_of(attribute.value());
  if (!percent || *percent < 0) return std::nullopt;
  return static_cast<int>(std::clamp(std::round(*percent * kForteVelocity / 100), 1.0, 127.0));
}

// Quarters of "quarter", "eighth", ...; nothing for other words.
std::optional<double> quarters_of(std::string_view type) {
  constexpr std::array<std::string_view, 9> kTypes{"breve", "whole", "half", "quarter", "eighth",
                                                   "16th",  "32nd",  "64th", "128th"};
  const auto found = std::find(kTypes.begin(), kTypes.end(), type);
  if (found == kTypes.end()) return std::nullopt;
  return std::ldexp(8.0, -static_cast<int>(found - kTypes.begin()));
}

// Quarters per minute of "dotted quarter = 60"; the first number in "ca. 60-72" counts.
std::optional<double> metronome_bpm(const pugi::xml_node& metronome) {
  auto unit = quarters_of(single_line(metronome.child_value("beat-unit")));
  const std::string_view text = metronome.child_value("per-minute");
  const auto first = text.find_first_of("0123456789");
  if (!unit || first == text.npos) return std::nullopt;
  const auto count = number_of(text.substr(first, text.find_first_not_of("0123456789.", first) - first));
  double dot = *unit / 2;
  for (const auto& child : metronome.children()) {
    const std::string_view name = child.name();
    if (name == "per-minute") break;
    if (name == "beat-unit-dot") unit = *unit + std::exchange(dot, dot / 2);
  }
  return count ? std::optional(*unit * *count) : std::nullopt;
}

class PartReader {
 public:
  PartReader(const Timeline& timeline, const std::map<std::string, int>& drums)
      : timeline_(timeline), drums_(drums), cursor_(timeline.ticks_per_quarter) {}
  PartContent read(const pugi::xml_node& part);

 private:
  std::int32_t here() const { return measure_start_ + cursor_.start(); }
  void read_element(const pugi::xml_node& element);
  void read_attributes(const pugi::xml_node& attributes);
  void read_key(const pugi::xml_node& key);
  void read_transpose(const pugi::xml_node& transpose);
  void read_direction(const pugi::xml_node& direction);
  void read_dynamics(const pugi::xml_node& dynamics, bool has_velocity);
  void read_sound(const pugi::xml_node& sound, std::int32_t at);
  void add_tempo(std::int32_t at, std::optional<double> bpm, bool is_sound);
  void read_pedal(const pugi::xml_node& pedal);
  void read_note(const pugi::xml_node& note);
  std::optional<int> pitch_of(const pugi::xml_node& note, int staff) const;
  int drum_of(const pugi::xml_node& note) const;
  void read_notations(const pugi::xml_node& note, StaffNote& read);
  void read_lyric(const pugi::xml_node& note);
  void place_graces();
  void set_velocities();

  const Timeline& timeline_;
  const std::map<std::string, int>& drums_;
  Cursor cursor_;
  std::int32_t measure_start_ = 0;
  std::map<int, int> transposition_;           // semitones by staff; 0: of all staves
  std::map<std::int32_t, int> velocity_from_;  // in force from a tick on
  std::set<std::int32_t> accents_;             // ticks whose notes are accented by a sforzando
  std::optional<std::int32_t> pedal_start_;
  // Grace notes that wait for their main note: which notes, and their place among the graces.
  std::vector<std::pair<std::size_t, int>> graces_;
  PartContent content_;
};

void PartReader::read_key(const pugi::xml_node& key) {
  const auto fifths = child_integer(key, "fifths", cursor_.where(), {-15, 15});
  if (!fifths) return;  // a key of single accidentals
  // A written fifth more for each seven semitones that the part sounds lower, within the circle.
  const auto found = transposition_.find(0);
  int sounding = *fifths + 7 * (found == transposition_.end() ? 0 : found->second);
  if (found != transposition_.end() && found->second % 12 != 0)
    sounding = ((sounding + 6) % 12 + 12) % 12 - 6;
  if (found != transposition_.end() && found->second % 12 == 0) sounding = *fifths;
  content_.keys.push_back({here(), sounding, single_line(key.child_value("mode"))});
}

void PartReader::read_transpose(const pugi::xml_node& transpose) {
  const auto where = cursor_.where();
  const int staff = std::clamp(transpose.attribute("number").as_int(0), 0, kMostStaves);
  const int chromatic =
      child_integer(transpose, "chromatic", where, {-kMostSemitones, kMostSemitones}).value_or(0);
  const int octaves = child_integer(transpose, "octave-change", where, {-8, 8}).value_or(0);
  transposition_[staff] = chromatic + 12 * octaves;
}

void PartReader::read_attributes(const pugi::xml_node& attributes) {
  const auto staves = child_integer(attributes, "staves", cursor_.where(), {1, kMostStaves});
  content_.staves = std::max(content_.staves, staves.value_or(1));
  for (const auto& transpose : attributes.children("transpose")) read_transpose(transpose);
  if (const auto key = attributes.child("key")) read_key(key);
}

void PartReader::add_tempo(std::int32_t at, std::optional<double> bpm, bool is_sound) {
  if (!bpm || *bpm <= 0 || 60e6 / *bpm > kMostMicroseconds || 60e6 / *bpm < 1) return;
  content_.tempos.push_back({Tempo::from_bpm(at, *bpm), is_sound});
}

void PartReader::read_sound(const pugi::xml_node& sound, std::int32_t at) {
  const auto offset = child_number(sound, "offset", cursor_.where());
  if (offset) at = std::max(0, at + cursor_.ticks(*offset));
  add_tempo(at, number_of(sound.attribute("tempo").value()), true);
  if (const auto velocity = velocity_of_percent(sound.attribute("dynamics"))) velocity_from_[at] = *velocity;
}

void PartReader::read_dynamics(const pugi::xml_node& dynamics, bool has_velocity) {
  for (const auto& mark : dynamics.children()) {
    const auto dynamic = dynamic_of(mark.name());
    if (dynamic.is_accent) accents_.insert(here());
    if (!dynamic.level) continue;
    content_.dynamics.push_back({here(), *dynamic.level});
    if (!has_velocity || dynamic.is_accent) velocity_from_[here()] = velocity_of(*dynamic.level);
  }
}

void PartReader::read_pedal(const pugi::xml_node& pedal) {
  const std::string_view type = pedal.attribute("type").value();
  const bool lifts = type == "stop" || type == "change" || type == "discontinue";
  const bool presses = type == "start" || type == "change" || type == "resume";
  if (lifts && pedal_start_ && here() > *pedal_start_) content_.pedal.push_back({*pedal_start_, here()});
  if (lifts) pedal_start_.reset();
  if (presses && !pedal_start_) pedal_start_ = here();
}

void PartReader::read_direction(const pugi::xml_node& direction) {
  const auto sound = direction.child("sound");
  const auto offset = direction.child("offset");
  std::int32_t at = here();
  if (offset && std::string_view(offset.attribute("sound").value()) == "yes")
    at = std::max(0, at + cursor_.ticks(child_number(direction, "offset", cursor_.where()).value_or(0)));
  bool is_accent = false, has_level = false;
  for (const auto& type : direction.children("direction-type")) {
    for (const auto& mark : type.child("dynamics").children()) {
      is_accent |= dynamic_of(mark.name()).is_accent;
      has_level |= dynamic_of(mark.name()).level.has_value();
    }
    if (const auto pedal = type.child("pedal")) read_pedal(pedal);
    if (const auto metronome = type.child("metronome")) add_tempo(at, metronome_bpm(metronome), false);
  }
  // The velocity beside a sforzando is that of its one note.
  if (sound && !is_accent)
    read_sound(sound, at);
  else if (sound)
    add_tempo(at, number_of(sound.attribute("tempo").value()), true);
  const bool has_velocity = sound && velocity_of_percent(sound.attribute("dynamics")).has_value();
  for (const auto& type : direction.children("direction-type"))
    for (const auto& dynamics : type.children("dynamics")) read_dynamics(dynamics, has_velocity && has_level);
}

std::optional<int> PartReader::pitch_of(const pugi::xml_node& note, int staff) const {
  const auto pitch = note.child("pitch");
  if (!pitch) return std::nullopt;
  constexpr std::string_view kSteps = "C D EF G A B";
  const auto where = cursor_.where();
  const auto step = single_line(pitch.child_value("step"));
  const auto place = step.size() == 1 && step != " " ? kSteps.find(step) : kSteps.npos;
  const auto octave = child_integer(pitch, "octave", where, {-1, 10});
  if (place == kSteps.npos || !octave)
    throw Error(where, "a note without a pitch", "<step> from A to G, and <octave>",
                fmt::format("\"{}\", {}", step, pitch.child_value("octave")));
  const double alter = child_number(pitch, "alter", where).value_or(0);
  auto moved = transposition_.find(staff);
  if (moved == transposition_.end()) moved = transposition_.find(0);
  const double value = 12 * (*octave + 1) + static_cast<double>(place) + std::floor(alter + 0.5) +
                       (moved == transposition_.end() ? 0 : moved->second);
  if (value < 0 || value > 127)
    throw Error(where, "a pitch is out of range", "MIDI keys from 0 to 127", fmt::format("{}", value));
  return static_cast<int>(value);
}

int PartReader::drum_of(const pugi::xml_node& note) const {
  const auto named = drums_.find(note.child("instrument").attribute("id").value());
  if (named != drums_.end()) return named->second;
  return drums_.size() == 1 ? drums_.begin()->second : kUsualDrum;
}

namespace {

std::string_view type_of(const pugi::xml_node& node) { return node.attribute("type").value(); }

// Articulations and ends of slurs.
int marks_of(const pugi::xml_node& notations) {
  int marks = 0;
  for (const auto& articulations : notations.children("articulations"))
    for (const auto& mark : articulations.children())
      for (const auto& [name, bits] : kArticulations)
        if (name == mark.name()) marks |= bits;
  for (const auto& slur : notations.children("slur"))
    marks |= type_of(slur) == "start" ? kSlurStart : type_of(slur) == "stop" ? kSlurEnd : 0;
  return marks;
}

}  // namespace

void PartReader::read_notations(const pugi::xml_node& note, StaffNote& read) {
  int marks = 0;
  bool starts_tied = false, stops_tied = false;
  for (const auto& notations : note.children("notations")) {
    marks |= marks_of(notations);
    for (const auto& tied : notations.children("tied")) {
      starts_tied |= type_of(tied) == "start" || type_of(tied) == "continue";
      stops_tied |= type_of(tied) == "stop" || type_of(tied) == "continue";
    }
    for (const auto& dynamics : notations.children("dynamics")) read_dynamics(dynamics, false);
  }
  for (const auto& tie : note.children("tie")) {
    starts_tied |= type_of(tie) == "start";
    stops_tied |= type_of(tie) == "stop";
  }
  read.note.marks = static_cast<std::uint16_t>(read.note.marks | marks);
  read.tied_to = starts_tied;
  read.tied_from = stops_tied;
}

// The first verse.
void PartReader::read_lyric(const pugi::xml_node& note) {
  const auto lyric = note.child("lyric");
  if (!lyric || (!content_.lyrics.empty() && content_.lyrics.back().start_ticks == here())) return;
  std::string text;
  for (const auto& child : lyric.children()) {
    const std::string_view name = child.name();
    if (name == "text") text += single_line(child.child_value());
    if (name == "elision") text += " ";
  }
  std::string_view syllabic;
  for (const auto& child : lyric.children("syllabic")) syllabic = child.child_value();
  if (text.empty()) return;
  if (syllabic == "begin" || syllabic == "middle") text += "-";
  content_.lyrics.push_back({here(), std::move(text)});
}

void PartReader::read_note(const pugi::xml_node& note) {
  const bool is_grace = static_cast<bool>(note.child("grace")),
             joins_chord = static_cast<bool>(note.child("chord"));
  if (!is_grace && !joins_chord) place_graces();
  if (note.child("cue") || note.child("rest")) return;
  StaffNote read;
  read.staff = child_integer(note, "staff", cursor_.where(), {1, kMostStaves}).value_or(1);
  content_.staves = std::max(content_.staves, read.staff);
  const auto pitch = pitch_of(note, read.staff);
  if (!pitch && !note.child("unpitched")) return;
  read.is_drum = !pitch;
  if (!is_grace && cursor_.length() == 0) return;
  read.note = {here(), cursor_.length(), static_cast<std::uint8_t>(pitch ? *pitch : drum_of(note)), 0};
  if (const auto own = velocity_of_percent(note.attribute("dynamics")))
    read.note.velocity = static_cast<std::uint8_t>(*own);
  read_notations(note, read);
  if (is_grace) {
    read.note.marks |= kGrace;
    read.tied_from = read.tied_to = false;
    const int slot = graces_.empty() ? 0 : graces_.back().second + (joins_chord ? 0 : 1);
    graces_.emplace_back(content_.notes.size(), slot);
  } else {
    read_lyric(note);
  }
  content_.notes.push_back(read);
}

// Before the place where the cursor stands; at the piece's start upon it.
void PartReader::place_graces() {
  if (graces_.empty()) return;
  const std::int32_t length = timeline_.ticks_per_quarter / kGracesPerQuarter;
  const int count = graces_.back().second + 1;
  for (const auto& [index, slot] : graces_) {
    Note& note = content_.notes[index].note;
    note.length_ticks = length;
    const std::int64_t start = note.start_ticks - std::int64_t{length} * (count - slot);
    note.start_ticks = static_cast<std::int32_t>(std::max<std::int64_t>(0, start));
  }
  graces_.clear();
}

void PartReader::read_element(const pugi::xml_node& element) {
  const std::string_view name = element.name();
  if (name != "note") place_graces();
  cursor_.pass(element);
  if (name == "note") read_note(element);
  if (name == "attributes") read_attributes(element);
  if (name == "direction") read_direction(element);
  if (name == "sound") read_sound(element, here());
}

void PartReader::set_velocities() {
  for (auto& [note, staff, is_drum, from, to] : content_.notes) {
    const auto after = velocity_from_.upper_bound(note.start_ticks);
    int velocity = after == velocity_from_.begin() ? kUsualVelocity : std::prev(after)->second;
    if (accents_.contains(note.start_ticks)) note.marks |= kAccent;
    if ((note.marks & kAccent) != 0) velocity = std::min(127, velocity + kAccentVelocity);
    if (note.velocity == 0) note.velocity = static_cast<std::uint8_t>(velocity);
  }
}

// Each note joined to the one of its pitch that ends where it starts, if both are tied.
std::vector<StaffNote> joined(std::vector<StaffNote> notes, int ticks_per_quarter) {
  std::ranges::stable_sort(notes, {}, [](const StaffNote& one) { return one.note.start_ticks; });
  const int slack = ticks_per_quarter / 96;  // durations may have been rounded
  std::array<std::vector<std::size_t>, 128> open;
  std::vector<StaffNote> result;
  for (const StaffNote& one : notes) {
    auto& waiting = open[one.note.pitch];
    std::erase_if(waiting, [&](std::size_t index) {
      return result[index].note.start_ticks + result[index].note.length_ticks + slack < one.note.start_ticks;
    });
    const auto before = std::ranges::find_if(waiting, [&](std::size_t index) {
      return std::abs(result[index].note.start_ticks + result[index].note.length_ticks -
                      one.note.start_ticks) <= slack;
    });
    if (!one.tied_from || before == waiting.end()) {
      if (one.tied_to) waiting.push_back(result.size());
      result.push_back(one);
      continue;
    }
    Note& chain = result[*before].note;
    chain.length_ticks = one.note.start_ticks + one.note.length_ticks - chain.start_ticks;
    chain.marks |= one.note.marks & ~kAccent;
    if (!one.tied_to) waiting.erase(before);
  }
  return result;
}

PartContent PartReader::read(const pugi::xml_node& part) {
  std::size_t index = 0;
  for (const auto& measure : part.children("measure")) {
    measure_start_ = timeline_.starts[index++];
    cursor_.begin_measure(measure);
    for (const auto& element : measure.children()) read_element(element);
    place_graces();
  }
  set_velocities();
  content_.notes = joined(std::move(content_.notes), timeline_.ticks_per_quarter);
  return std::move(content_);
}

}  // namespace

PartContent read_part(const pugi::xml_node& part, const Timeline& timeline,
                      const std::map<std::string, int>& drums) {
  return PartReader(timeline, drums).read(part);
}

}  // namespace s2m::musicxml
