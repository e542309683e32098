#include "lab/corpora/abc_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/music/key.h"

namespace s2m::abc {
namespace {

std::string_view trimmed_of(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  return first == text.npos ? std::string_view()
                            : text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

std::optional<int> integer(std::string_view& text) {
  int value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// Quarters of "3/8" at the text's start.
std::optional<double> quarters(std::string_view& text) {
  const auto above = integer(text);
  if (!above || !text.starts_with('/')) return std::nullopt;
  text.remove_prefix(1);
  const auto below = integer(text);
  if (!below || *below == 0 || *above == 0) return std::nullopt;
  return 4.0 * *above / *below;
}

struct ModeOfName {
  std::string_view letters;  // the first three of its name
  int fifths;                // against the major key of its tonic
  Mode mode;
};
constexpr std::array kModes{
    ModeOfName{"maj", 0, Mode::kMajor},  ModeOfName{"ion", 0, Mode::kMajor},
    ModeOfName{"lyd", 1, Mode::kMajor},  ModeOfName{"mix", -1, Mode::kMajor},
    ModeOfName{"dor", -2, Mode::kMinor}, ModeOfName{"min", -3, Mode::kMinor},
    ModeOfName{"aeo", -3, Mode::kMinor}, ModeOfName{"phr", -4, Mode::kMinor},
    ModeOfName{"loc", -5, Mode::kMinor},
};

// The mode that `text` begins with; major where it begins with none.
ModeOfName mode_at(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (!std::isalpha(static_cast<unsigned char>(c))) break;
    letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  // A single "m" is minor; "M" was major in old tunes.
  if (letters == "m") return kModes[text.front() == 'm' ? 5 : 0];
  for (const ModeOfName& mode : kModes)
    if (letters.starts_with(mode.letters)) return mode;
  return kModes[0];
}

void add_signature(std::array<int, 7>& alteration, int fifths) {
  constexpr std::array kSharps{3, 0, 4, 1, 5, 2, 6};  // F C G D A E B
  for (int i = 0; i < fifths; ++i)
    ++alteration[static_cast<std::size_t>(kSharps[static_cast<std::size_t>(i % 7)])];
  for (int i = 0; i < -fifths; ++i)
    --alteration[static_cast<std::size_t>(kSharps[static_cast<std::size_t>(6 - i % 7)])];
}

// Accidentals such as "^f _b =c" after the mode.
void add_accidentals(std::array<int, 7>& alteration, std::string_view text) {
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const auto letter = letter_index(text[at + 1]);
    if (!letter) continue;
    int& semitones = alteration[static_cast<std::size_t>(*letter)];
    if (text[at] == '^') semitones = 1;
    if (text[at] == '_') semitones = -1;
    if (text[at] == '=') semitones = 0;
  }
}

}  // namespace

std::optional<int> letter_index(char letter) {
  const auto place =
      std::string_view("CDEFGAB").find(static_cast<char>(std::toupper(static_cast<unsigned char>(letter))));
  if (letter == '\0' || place == std::string_view::npos) return std::nullopt;
  return static_cast<int>(place);
}

KeyField parse_key_field(std::string_view text, const std::string& where) {
  text = trimmed_of(text);
  KeyField field;
  if (text.empty() || text.starts_with("none") || text.starts_with("clef")) return field;
  if (text.starts_with("HP") || text.starts_with("Hp")) {  // the Highland pipes: A mixolydian
    add_signature(field.alteration, 2);
    field.key = Key{9, Mode::kMajor};
    return field;
  }
  const auto letter = text.front() >= 'A' && text.front() <= 'G' ? letter_index(text.front()) : std::nullopt;
  if (!letter) throw Error(where, "no key", "a key such as G, Am or Ddor", std::string(text));
  text.remove_prefix(1);
  int tonic = kSemitones[static_cast<std::size_t>(*letter)];
  constexpr std::array kFifths{0, 2, 4, -1, 1, 3, 5};  // of C, D, E, F, G, A, B major
  int fifths = kFifths[static_cast<std::size_t>(*letter)];
  if (text.starts_with('#') || text.starts_with('b')) {
    const int step = text.front() == '#' ? 1 : -1;
    tonic = (tonic + step + 12) % 12;
    fifths += 7 * step;
    text.remove_prefix(1);
  }
  text = trimmed_of(text);
  const ModeOfName mode = mode_at(text);
  add_signature(field.alteration, fifths + mode.fifths);
  for (const auto* word : {"clef", "middle", "octave", "staff", "transpose", "%"})
    text = text.substr(0, text.find(word));
  add_accidentals(field.alteration, text);
  field.key = Key{tonic, mode.mode};
  return field;
}

std::optional<Metre> parse_metre_field(std::string_view text, const std::string& where) {
  text = trimmed_of(text);
  if (text.empty() || text.starts_with("none")) return std::nullopt;
  if (text.starts_with("C|")) return Metre{2, 2};
  if (text.starts_with('C')) return Metre{4, 4};
  const auto first = text.find_first_of("0123456789");  // "FREI4/4": free, in fours
  std::string_view rest = first == text.npos ? text : text.substr(first);
  int beats = integer(rest).value_or(0);
  while (rest.starts_with('+')) {
    rest.remove_prefix(1);
    beats += integer(rest).value_or(0);
  }
  const bool has_type = rest.starts_with('/');
  if (has_type) rest.remove_prefix(1);
  const int type = has_type ? integer(rest).value_or(0) : 0;
  const bool is_power = type > 0 && (type & (type - 1)) == 0;
  if (beats < 1 || beats > 255 || !is_power || type > 64)
    throw Error(where, "no metre", "a metre such as 6/8, C or none", std::string(text));
  return Metre{beats, type};
}

double parse_unit_field(std::string_view text, const std::string& where) {
  std::string_view rest = trimmed_of(text);
  if (rest == "1") return 4;
  if (const auto value = quarters(rest)) return *value;
  throw Error(where, "no unit of length", "a fraction such as 1/8", std::string(trimmed_of(text)));
}

std::optional<double> parse_tempo_field(std::string_view text, double unit) {
  // Words stand in quotation marks before or behind.
  std::string plain;
  bool is_quoted = false;
  for (const char c : text) {
    if (c == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && c != ' ')
      plain += c;
  }
  const auto first = plain.find_first_of("0123456789");
  if (first == plain.npos) return std::nullopt;
  std::string_view rest = std::string_view(plain).substr(first);
  std::string_view behind = rest;
  const auto beat = quarters(behind);
  if (beat) rest = behind.starts_with('=') ? behind.substr(1) : std::string_view();
  const auto count = integer(rest);
  if (!count || *count == 0) return std::nullopt;
  return *count * beat.value_or(unit);
}

}  // namespace s2m::abc
