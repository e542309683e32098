#include "lab/corpora/abc.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "lab/corpora/abc_fields.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/limits.h"

namespace s2m {
namespace {

constexpr int kFine = 10080;  // ticks a quarter while reading
constexpr int kVelocity = 80;
constexpr int kMostDigits = 4;       // of a length
constexpr int kLongestUnits = 4096;  // of a note

bool is_field(std::string_view line) {
  return line.size() >= 2 && std::isalpha(static_cast<unsigned char>(line[0])) && line[1] == ':' &&
         (line.size() == 2 || (line[2] != '|' && line[2] != ':'));
}

// Without the comment and the blanks at its end.
std::string_view content_of(std::string_view line) {
  for (std::size_t at = 0; at < line.size(); ++at)
    if (line[at] == '%' && (at == 0 || line[at - 1] != '\\')) line = line.substr(0, at);
  const auto last = line.find_last_not_of(" \t\r");
  return last == line.npos ? std::string_view() : line.substr(0, last + 1);
}

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  for (std::size_t at = 0, number = 1; at < text.size(); ++number) {
    const auto end = std::min(text.find('\n', at), text.size());
    visit(text.substr(at, end - at), number, at);
    at = end + 1;
  }
}

// A stretch from one bar line to the next.
struct Stretch {
  std::int64_t start = 0, end = 0;
  std::optional<Metre> metre;
};

class TuneReader {
 public:
  explicit TuneReader(std::string_view name) : name_(name) {}
  Score read(std::string_view tune);

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < line_.size() ? line_[at_ + ahead] : '\0'; }
  std::string where() const { return fmt::format("{}: line {}", name_, line_number_); }
  void read_field(char field, std::string_view value);
  void read_line(std::string_view line);
  void read_symbol();
  bool skip_text();
  void read_bracket();
  void read_chord();
  void read_bar_line();
  void read_rest();
  void read_paren();
  void read_broken();
  std::optional<int> read_pitch();
  double read_length();
  void add_notes(const std::vector<int>& pitches, double units);
  std::int64_t take_time(double units);
  void check_time() const;
  void end_bar();
  std::int64_t metre_ticks() const;
  void write_metres(Score& score) const;
  Score written() const;

  std::string name_, title_, voice_;
  std::string_view line_;
  std::size_t at_ = 0, line_number_ = 0;
  bool in_music_ = false, is_other_voice_ = false;
  std::optional<Metre> metre_ = Metre{4, 4};
  std::optional<double> unit_;  // quarters
  std::array<int, 7> alteration_{};
  std::map<std::pair<int, int>, int> accidentals_;  // by letter and octave, in this bar
  std::int64_t now_ = 0, bar_start_ = 0;
  double factor_ = 1;  // of a broken rhythm, for the next note
  double tuplet_ = 1;  // factor of the tuplet
  int tuplet_left_ = 0;
  std::vector<Note> notes_;               // at kFine
  std::vector<std::size_t> last_, tied_;  // the last notes, and those of them that are tied
  std::vector<Stretch> stretches_;
  std::vector<std::pair<std::int64_t, Key>> keys_;
  std::vector<std::pair<std::int64_t, double>> tempos_;
};

std::int64_t TuneReader::metre_ticks() const {
  return metre_ ? std::int64_t{4} * kFine * metre_->numerator / metre_->denominator : 0;
}

void TuneReader::read_field(char field, std::string_view value) {
  if (field == 'M') {
    end_bar();
    metre_ = abc::parse_metre_field(value, where());
  }
  if (field == 'L') unit_ = abc::parse_unit_field(value, where());
  if (field == 'K') {
    const auto key = abc::parse_key_field(value, where());
    alteration_ = key.alteration;
    if (key.key) keys_.emplace_back(now_, *key.key);
  }
  if (field == 'T' && title_.empty() && !value.empty())
    title_ = value.substr(std::min(value.find_first_not_of(' '), value.size()));
  if (field == 'V') {
    const std::string voice(value.substr(0, value.find(' ', value.find_first_not_of(' '))));
    if (voice_.empty()) voice_ = voice;
    is_other_voice_ = voice != voice_;
  }
  // Without a field of its own the unit follows from the metre.
  if (field == 'K' && !unit_) unit_ = metre_ && 4 * metre_->numerator < 3 * metre_->denominator ? 0.25 : 0.5;
  if (field == 'Q')
    if (const auto bpm = abc::parse_tempo_field(value, unit_.value_or(0.5)))
      if (*bpm >= limits::kSlowestBpm && *bpm <= limits::kFastestBpm) tempos_.emplace_back(now_, *bpm);
}

// ---- Lengths.
// "3/2", "/", "//" in units; 1 where none stands.
double TuneReader::read_length() {
  const auto digits = [&](int otherwise) {
    int value = 0, count = 0;
    for (; std::isdigit(static_cast<unsigned char>(peek())) != 0; ++at_)
      if (++count <= kMostDigits) value = 10 * value + (peek() - '0');
    return count == 0 ? otherwise : value;
  };
  double length = digits(1);
  while (peek() == '/') {
    ++at_;
    const int below = digits(2);
    if (below == 0) throw Error(where(), "a length divides by 0");
    length /= below;
  }
  if (length <= 0 || length > kLongestUnits)
    throw Error(where(), "no length of a note", fmt::format("up to {} units", kLongestUnits),
                fmt::format("{}", length));
  return length;
}

// The ticks of the next note or rest, under broken rhythm and tuplet; the time moves on.
std::int64_t TuneReader::take_time(double units) {
  double length = units * unit_.value_or(0.5) * std::exchange(factor_, 1.0);
  if (tuplet_left_ > 0) {
    length *= tuplet_;
    --tuplet_left_;
  }
  const auto ticks = std::max<std::int64_t>(1, std::llround(length * kFine));
  now_ += ticks;
  check_time();
  return ticks;
}

void TuneReader::check_time() const {
  if (now_ > std::int64_t{limits::kMostQuarters} * kFine)
    throw Error(ErrorKind::kLimit, where(), "the music is too long",
                fmt::format("at most {} quarters", limits::kMostQuarters));
}

// "a>b": the note before is longer by half, the next shorter; ">>" by three quarters.
void TuneReader::read_broken() {
  const char sign = peek();
  double part = 1;
  for (; peek() == sign; ++at_) part /= 2;
  const double longer = 2 - part, before = sign == '>' ? longer : part;
  factor_ = sign == '>' ? part : longer;
  if (last_.empty()) return;
  Note& first = notes_[last_.front()];
  if (first.start_ticks + first.length_ticks != now_) return;  // a rest stands before
  const auto length = std::max<std::int64_t>(1, std::llround(first.length_ticks * before));
  now_ += length - first.length_ticks;
  check_time();
  for (const std::size_t index : last_) notes_[index].length_ticks = static_cast<std::int32_t>(length);
}

void TuneReader::read_paren() {
  ++at_;
  if (std::isdigit(static_cast<unsigned char>(peek())) == 0) return;  // a slur
  std::array<int, 3> values{0, 0, 0};
  for (std::size_t i = 0; i < 3; ++i) {
    if (i > 0 && peek() != ':') break;
    if (i > 0) ++at_;
    for (; std::isdigit(static_cast<unsigned char>(peek())) != 0; ++at_)
      values[i] = std::min(1000, 10 * values[i] + (peek() - '0'));
  }
  auto [notes, time, count] = values;
  const bool is_compound = metre_ && metre_->numerator % 3 == 0 && metre_->numerator > 3;
  if (notes == 0) throw Error(where(), "no tuplet", "(3, (3:2:3", "(0");
  if (time == 0)
    time = notes == 3 || notes == 6 ? 2 : notes == 2 || notes == 4 || notes == 8 ? 3 : is_compound ? 3 : 2;
  tuplet_ = static_cast<double>(time) / notes;
  tuplet_left_ = count == 0 ? notes : count;
}

// ---- Notes.
// A note's pitch without its length; nothing where no note stands.
std::optional<int> TuneReader::read_pitch() {
  const std::size_t before = at_;
  std::optional<int> sign;
  for (; peek() == '^' || peek() == '_' || peek() == '='; ++at_)
    sign = sign.value_or(0) + (peek() == '^' ? 1 : peek() == '_' ? -1 : 0);
  const auto letter = abc::letter_index(peek());
  if (!letter) {
    at_ = std::max(before, at_);
    return std::nullopt;
  }
  int octave = std::islower(static_cast<unsigned char>(peek())) != 0 ? 6 : 5;
  for (++at_; peek() == '\'' || peek() == ','; ++at_) octave += peek() == '\'' ? 1 : -1;
  const std::pair place{*letter, octave};
  if (sign) accidentals_[place] = *sign;
  const auto held = accidentals_.find(place);
  const int alteration =
      held == accidentals_.end() ? alteration_[static_cast<std::size_t>(*letter)] : held->second;
  const int pitch = 12 * octave + abc::kSemitones[static_cast<std::size_t>(*letter)] + alteration;
  if (pitch < 0 || pitch > 127)
    throw Error(where(), "a pitch is out of range", "MIDI keys from 0 to 127", fmt::format("{}", pitch));
  return pitch;
}

// Tied notes grow; the others begin.
void TuneReader::add_notes(const std::vector<int>& pitches, double units) {
  const auto start = static_cast<std::int32_t>(now_);
  const auto length = static_cast<std::int32_t>(take_time(units));
  last_.clear();
  for (const int pitch : pitches) {
    const auto before =
        std::ranges::find_if(tied_, [&](std::size_t index) { return notes_[index].pitch == pitch; });
    if (before != tied_.end()) {
      notes_[*before].length_ticks = std::max(1, start + length - notes_[*before].start_ticks);
      last_.push_back(*before);
      continue;
    }
    last_.push_back(notes_.size());
    notes_.push_back({start, length, static_cast<std::uint8_t>(pitch), kVelocity});
  }
  tied_.clear();
}

void TuneReader::read_chord() {
  std::vector<int> pitches;
  double units = 0;
  for (++at_; at_ < line_.size() && peek() != ']';) {
    const std::size_t before = at_;
    if (skip_text()) continue;
    if (const auto pitch = read_pitch()) {
      const double length = read_length();
      if (pitches.empty()) units = length;
      pitches.push_back(*pitch);
    }
    if (at_ == before) ++at_;
  }
  ++at_;
  const double factor = read_length();
  if (!pitches.empty()) add_notes(pitches, units * factor);
}

void TuneReader::read_rest() {
  const char kind = peek();
  ++at_;
  const double length = read_length();
  last_.clear();
  tied_.clear();
  if (kind != 'Z' && kind != 'X') {
    take_time(length);
    return;
  }
  for (int bar = 0; bar < static_cast<int>(length); ++bar) {
    now_ = bar_start_ + std::max<std::int64_t>(metre_ticks(), metre_ ? 0 : 4 * kFine);
    end_bar();
  }
}

// ---- Structure.
void TuneReader::end_bar() {
  accidentals_.clear();
  if (now_ > bar_start_) stretches_.push_back({bar_start_, now_, metre_});
  if (stretches_.size() > std::size_t{limits::kMostScoreBars})
    throw Error(ErrorKind::kLimit, where(), "has too many bars",
                fmt::format("at most {}", limits::kMostScoreBars));
  bar_start_ = now_;
}

void TuneReader::read_bar_line() {
  while (peek() != '\0' && std::string_view("|:]").find(peek()) != std::string_view::npos) ++at_;
  while (std::isdigit(static_cast<unsigned char>(peek())) != 0 ||
         (peek() == ',' && std::isdigit(static_cast<unsigned char>(peek(1))) != 0))
    ++at_;  // an ending: "|1", ":|2"
  end_bar();
}

// "[K:G]", "[|", "[1" or a chord.
void TuneReader::read_bracket() {
  if (std::isalpha(static_cast<unsigned char>(peek(1))) != 0 && peek(2) == ':') {
    const auto end = std::min(line_.find(']', at_), line_.size());
    read_field(peek(1), line_.substr(at_ + 3, end - std::min(end, at_ + 3)));
    at_ = end + 1;
  } else if (peek(1) == '|') {
    ++at_;
    read_bar_line();
  } else if (std::isdigit(static_cast<unsigned char>(peek(1))) != 0) {
    for (++at_; std::isdigit(static_cast<unsigned char>(peek())) != 0; ++at_) {
    }
  } else {
    read_chord();
  }
}

// Texts, decorations in signs and grace notes, all of which end with a sign of their own.
bool TuneReader::skip_text() {
  constexpr std::array<std::pair<char, char>, 3> kPairs{{{'"', '"'}, {'!', '!'}, {'{', '}'}}};
  for (const auto& [open, close] : kPairs) {
    if (peek() != open) continue;
    const auto end = line_.find(close, at_ + 1);
    // A single "!" was a line break in old tunes.
    at_ = end == line_.npos ? (open == '!' ? at_ + 1 : line_.size()) : end + 1;
    return true;
  }
  return false;
}

void TuneReader::read_symbol() {
  const char c = peek();
  if (skip_text()) return;
  if (c == '[') return read_bracket();
  if (c == '|' || c == ':') return read_bar_line();
  if (c == 'z' || c == 'x' || c == 'Z' || c == 'X') return read_rest();
  if (c == '(') return read_paren();
  if (c == '>' || c == '<') return read_broken();
  if (c == '-') tied_ = last_;
  if (c == '&') now_ = bar_start_, at_ = line_.size();
  if (std::string_view("^_=").find(c) != std::string_view::npos || abc::letter_index(c)) {
    if (const auto pitch = read_pitch()) add_notes({*pitch}, read_length());
    return;
  }
  ++at_;
}

void TuneReader::read_line(std::string_view line) {
  line_ = content_of(line);
  if (line_.starts_with("%%") || line_.empty()) return;
  if (is_field(line_)) {
    const bool is_other = is_other_voice_ && line_[0] != 'V';
    if (!is_other) read_field(line_[0], line_.substr(2));
    in_music_ |= line_[0] == 'K';
    return;
  }
  if (!in_music_ || is_other_voice_) return;
  for (at_ = 0; at_ < line_.size();) {
    const std::size_t before = at_;
    read_symbol();
    if (at_ == before) ++at_;
  }
}

// ---- The score.
// States the metre where it changes and where a bar begins that the one before does not reach.
void TuneReader::write_metres(Score& score) const {
  std::int64_t expected = 0;  // a bar line of the metre that stands last
  std::optional<Metre> shown;
  for (std::size_t i = 0; i < stretches_.size(); ++i) {
    const auto& [start, end, metre] = stretches_[i];
    const std::int64_t length = end - start;
    const Metre here = metre.value_or(metre_of_length(length, kFine, 4));
    const std::int64_t bar = std::int64_t{4} * kFine * here.numerator / here.denominator;
    const bool continues = shown == here && start < expected && end <= expected;
    if (continues) continue;
    if (shown != here || start != expected)
      score.time_signatures.push_back({static_cast<std::int32_t>(start), here});
    shown = here;
    expected = start + (length + bar - 1) / bar * bar;
    // What lacks in this bar may follow behind a bar line in its middle.
    const bool is_completed = i + 1 < stretches_.size() && stretches_[i + 1].end == expected && i > 0;
    if (!is_completed && end != expected) expected = -1;
  }
}

Score TuneReader::written() const {
  Score score;
  score.ticks_per_quarter = kFine;
  write_metres(score);
  for (const auto& [start, key] : keys_)
    score.key_signatures.push_back({static_cast<std::int32_t>(start), key});
  for (const auto& [start, bpm] : tempos_)
    score.tempos.push_back(Tempo::from_bpm(static_cast<std::int32_t>(start), bpm));
  if (!title_.empty()) score.markers.push_back({0, title_});
  Track& melody = score.tracks.emplace_back(Track{.name = "Melody", .notes = notes_, .pedal = {}});
  std::ranges::sort(melody.notes);
  constexpr int kRatio = kFine / kTicksPerQuarter;
  const bool is_coarse = std::ranges::all_of(melody.notes, [](const Note& note) {
    return note.start_ticks % kRatio == 0 && note.length_ticks % kRatio == 0;
  });
  if (!is_coarse) return score;
  score.ticks_per_quarter = kTicksPerQuarter;
  for (Note& note : melody.notes) note.start_ticks /= kRatio, note.length_ticks /= kRatio;
  for (auto& one : score.time_signatures) one.start_ticks /= kRatio;
  for (auto& one : score.key_signatures) one.start_ticks /= kRatio;
  for (auto& one : score.tempos) one.start_ticks /= kRatio;
  return score;
}

Score TuneReader::read(std::string_view tune) {
  for_each_line(tune, [&](std::string_view line, std::size_t number, std::size_t) {
    line_number_ = number;
    read_line(line);
  });
  if (!in_music_) throw Error(name_, "is no ABC tune", "a field K: before the music", "none");
  end_bar();
  return written();
}

}  // namespace

std::vector<std::string_view> abc_tunes(std::string_view book) {
  std::vector<std::size_t> starts;
  for_each_line(book, [&](std::string_view line, std::size_t, std::size_t at) {
    if (line.starts_with("X:")) starts.push_back(at);
  });
  std::vector<std::string_view> tunes;
  for (std::size_t i = 0; i < starts.size(); ++i)
    tunes.push_back(book.substr(starts[i], i + 1 < starts.size() ? starts[i + 1] - starts[i] : book.npos));
  return tunes;
}

Score read_abc(std::string_view tune, std::string_view name) {
  Score score = TuneReader(name).read(tune);
  check_length(score, name);
  return score;
}

std::filesystem::path tune_path(const std::filesystem::path& book, std::size_t number) {
  return fmt::format("{}#{}", book.string(), number);
}

Score load_abc(const std::filesystem::path& tune) {
  const std::string path = tune.string();
  const auto sign = path.rfind('#');
  const std::string book = read_text(path.substr(0, sign));
  const auto tunes = abc_tunes(book);
  const auto number = sign == path.npos ? 1 : std::strtoull(path.c_str() + sign + 1, nullptr, 10);
  if (number < 1 || number > tunes.size())
    throw Error(ErrorKind::kNotFound, path, "no such tune", fmt::format("1 to {}", tunes.size()),
                std::to_string(number));
  return read_abc(tunes[number - 1], path);
}

}  // namespace s2m
