#include "story2midi/arrange/orchestration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>

#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

constexpr double kLoud = 88;          // mean velocity, about forte: divisi, octaves, timpani
constexpr double kMostPresent = .95;  // everyone rests
// A player who has this many bars more than its share leaves a place to others, as long as there are any.
constexpr double kTooMuch = -2, kAny = -1e9;
constexpr int kMostVoices = 3;              // inner voices, undivided
constexpr int kTurnBars = kPhraseBars / 2;  // parts enter and leave at half phrases

// What is filled one after the other as more players sound.
constexpr std::array kEntries = std::to_array<std::uint16_t>(
    {kInner,       kInner,    kBassOctave, kStrokes, kUnison, kInner,       kInner,
     kOctaveAbove, kBassLine, kInner,      kInner,   kUnison, kOctaveBelow, kInner,
     kInner,       kUnison,   kBassLine,   kInner,   kInner,  kOctaveBelow});

struct PhraseFacts {
  std::span<const BarPlan> bars;
  std::string_view instrument = {};             // asked for by the theme; empty: none
  int section = 0, in_section = 0, number = 0;  // of the piece's sections, of the section's phrases, of all
  double loudness() const { return mean(&BarPlan::dynamics); }
  double arousal() const { return mean(&BarPlan::arousal); }
  double mean(double BarPlan::*level) const {
    double sum = 0;
    for (const BarPlan& bar : bars) sum += bar.*level;
    return sum / static_cast<double>(bars.size());
  }
};

// Of rows with a range of arousal the one for this turn among those that fit; where none does, the nearest.
template <class Row>
const Row* row_for(std::span<const Row* const> rows, double arousal, std::size_t turn) {
  const auto distance = [&](const Row* row) {
    return std::max({0.0, row->calmest - arousal, arousal - row->wildest});
  };
  double nearest = 2;
  for (const Row* row : rows) nearest = std::min(nearest, distance(row));
  std::vector<const Row*> fit;
  for (const Row* row : rows)
    if (distance(row) <= nearest) fit.push_back(row);
  return fit.empty() ? nullptr : fit[turn % fit.size()];
}

// A player who enters at its place in the order, and why.
struct Entry {
  int player = 0;
  std::uint16_t duty = 0;
};

// The players of one palette: who has played how much.
class Players {
 public:
  explicit Players(const Palette& palette) : palette_(&palette), wanted_(palette.players.size()) {}

  const Palette& palette() const { return *palette_; }
  const PalettePlayer& operator[](int player) const {
    return palette_->players[static_cast<std::size_t>(player)];
  }
  const Instrument& instrument(int player) const { return instrument_of((*this)[player].instrument); }
  int count() const { return static_cast<int>(palette_->players.size()); }

  // Of those with this duty who are not `taken` and need to play by at least so much, the neediest; -1: none.
  int neediest(std::uint16_t duty, double least, std::span<const int> taken) const {
    int best = -1;
    for (int player = 0; player < count(); ++player) {
      if (!((*this)[player].duties & duty) || std::ranges::find(taken, player) != taken.end()) continue;
      if (need(player) >= least && (best < 0 || need(player) > need(best))) best = player;
    }
    return best;
  }

  // So many bars go by with so many players: each should have its share of them.
  void expect(std::size_t playing, int bars) {
    double shares = 0;
    for (const PalettePlayer& player : palette_->players) shares += player.duties & kKit ? 0 : player.share;
    for (std::size_t i = 0; i < wanted_.size(); ++i)
      wanted_[i] +=
          bars * std::min(kMostPresent, palette_->players[i].share * static_cast<double>(playing) / shares);
  }
  void add(std::span<const Entry> playing, int bars) {
    for (const Entry& entry : playing) wanted_[static_cast<std::size_t>(entry.player)] -= bars;
  }

 private:
  double need(int player) const { return wanted_[static_cast<std::size_t>(player)]; }
  const Palette* palette_;
  std::vector<double> wanted_;  // bars that each should have played, less those that it has
};

// The instrument that the theme asks for where it may lead, else one after the other.
int leader_of(const Players& players, const PhraseFacts& phrase) {
  if (!phrase.instrument.empty())
    for (int player = 0; player < players.count(); ++player)
      if ((players[player].duties & kLead) && is_called(players.instrument(player), phrase.instrument))
        return player;
  const auto& leaders = players.palette().leaders;
  return leaders[static_cast<std::size_t>(phrase.number) % leaders.size()];
}

// The melody and what carries it come first, and are always there.
std::vector<Entry> order_of_entry(const Players& players, const PhraseFacts& phrase) {
  const int leader = leader_of(players, phrase);
  std::vector<Entry> order{{leader, kLead}};
  std::vector<int> taken{leader};
  const auto add = [&](std::uint16_t duty, double least) {
    const int player = players.neediest(duty, least, taken);
    if (player < 0) return false;
    order.push_back({player, duty});
    taken.push_back(player);
    return true;
  };
  if (!add(kAccompany, kAny) && !(players[leader].duties & kAccompany)) add(kBassLine, kAny);
  for (const double least : {kTooMuch, kAny})
    for (const std::uint16_t duty : kEntries)
      if (duty != kStrokes || (phrase.loudness() >= kLoud && least > kAny)) add(duty, least);
  return order;
}

// Those who always play: the melody, and the bass or an accompaniment.
std::size_t foundation(std::span<const Entry> order) {
  return order.size() > 1 && (order[1].duty & (kAccompany | kBassLine)) ? 2 : 1;
}

std::size_t players_sounding(const Palette& palette, double loudness) {
  const auto all =
      std::ranges::count_if(palette.players, [](const auto& player) { return !(player.duties & kKit); });
  const double lowest = share_sounding(0), highest = share_sounding(127);
  const double along = (share_sounding(loudness) - lowest) / (highest - lowest);
  return static_cast<std::size_t>(
      std::lround(palette.fewest + along * (static_cast<double>(all) - palette.fewest)));
}

double middle_of(const Instrument& instrument) {
  return (instrument.home.lowest + instrument.home.highest) / 2.0;
}

// Gives the inner players their voices: those of the first kMostVoices from the highest instrument down, the others double
// the nearest. Players of chords, and one who is alone, have all voices.
void give_voices(const Players& players, const std::vector<int>& inner, bool divided,
                 std::vector<PlayerRole>& roles) {
  std::vector<int> lines;
  for (const int player : inner) {
    if (players.instrument(player).most_at_once > 2)
      roles.push_back({static_cast<std::uint8_t>(player), Line::kInner, 0, kAllVoices});
    else
      lines.push_back(player);
  }
  if (lines.size() == 1) {
    roles.push_back({static_cast<std::uint8_t>(lines[0]), Line::kInner, 0, kAllVoices});
    return;
  }
  const auto middle = [&](int player) { return middle_of(players.instrument(player)); };
  const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(lines.size(), kMostVoices));
  std::ranges::stable_sort(lines.begin(), lines.begin() + count, std::greater<>(), middle);
  const std::span voices(lines.data(), static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto nearest = std::ranges::min_element(
        voices, {}, [&](int voice) { return std::abs(middle(voice) - middle(lines[i])); });
    const auto voice = i < voices.size() ? i : static_cast<std::size_t>(nearest - voices.begin());
    roles.push_back({static_cast<std::uint8_t>(lines[i]), Line::kInner, 0, static_cast<std::uint8_t>(voice)});
  }
  if (!divided) return;
  std::uint8_t next = static_cast<std::uint8_t>(count);
  for (const int player : voices)
    if (players.instrument(player).most_at_once == 2 && next < 2 * kMostVoices)
      roles.push_back({static_cast<std::uint8_t>(player), Line::kInner, 0, next++});
}

PlayerRole line_role(const Entry& entry) {
  const auto player = static_cast<std::uint8_t>(entry.player);
  switch (entry.duty) {
    case kOctaveAbove:
      return {player, Line::kMelody, 1, 0};
    case kOctaveBelow:
      return {player, Line::kMelody, -1, 0};
    case kBassLine:
      return {player, Line::kBass, 0, 0};
    case kBassOctave:
      return {player, Line::kBass, -1, 0};
    case kAccompany:
      return {player, Line::kAccompany, 0, 0};
    case kStrokes:
      return {player, Line::kStrokes, 0, 0};
    default:
      return {player, Line::kMelody, 0, 0};
  }
}

std::vector<PlayerRole> roles_of(const Players& players, std::span<const Entry> entries, double loudness) {
  std::vector<PlayerRole> roles;
  std::vector<int> inner;
  for (const Entry& entry : entries)
    entry.duty == kInner ? inner.push_back(entry.player) : roles.push_back(line_role(entry));
  const auto leader = entries.front().player;
  const std::uint16_t duties = players[leader].duties;
  const auto is_accompanied = [](const PlayerRole& role) {
    return role.line == Line::kAccompany || role.line == Line::kBass;
  };
  if (duties & kAccompany && std::ranges::none_of(roles, is_accompanied))
    roles.push_back({static_cast<std::uint8_t>(leader), Line::kAccompany, 0, 0});
  if (duties & kOctaveAbove && loudness >= kLoud && players.instrument(leader).most_at_once > 2)
    roles.push_back({static_cast<std::uint8_t>(leader), Line::kMelody, 1, 0});
  give_voices(players, inner, loudness >= kLoud, roles);
  return roles;
}

class Orchestrator {
 public:
  explicit Orchestrator(std::vector<OrchestratedBar>& bars) : bars_(bars) {}

  void write(const Palette& palette, const PhraseFacts& phrase) {
    Players& players = players_.try_emplace(palette.name, palette).first->second;
    players.expect(players_sounding(palette, phrase.loudness()), static_cast<int>(phrase.bars.size()));
    const auto order = order_of_entry(players, phrase);
    const auto start = bars_.size();
    for (std::size_t bar = 0; bar < phrase.bars.size(); bar += kTurnBars) {
      PhraseFacts half = phrase;
      half.bars = phrase.bars.subspan(bar, std::min<std::size_t>(kTurnBars, phrase.bars.size() - bar));
      const auto count =
          std::clamp(players_sounding(palette, half.loudness()), foundation(order), order.size());
      const std::span entries(order.data(), count);
      OrchestratedBar one{
          .palette = &palette, .layout = layout(palette, phrase), .phrase = phrase.number, .roles = {}};
      one.roles = roles_of(players, entries, half.loudness());
      players.add(entries, static_cast<int>(half.bars.size()));
      bars_.insert(bars_.end(), half.bars.size(), one);
    }
    add_drums(palette, phrase, std::span(bars_).subspan(start));
  }

 private:
  // The third phrase of a period contrasts.
  static std::size_t turn_of(const PhraseFacts& phrase) {
    return static_cast<std::size_t>(phrase.section + (phrase.in_section % kPhrasesPerPeriod == 2));
  }

  static const Layout* layout(const Palette& palette, const PhraseFacts& phrase) {
    std::vector<const Layout*> rows;
    for (const Layout& one : palette.layouts) rows.push_back(&one);
    return row_for<Layout>(rows, phrase.arousal(), turn_of(phrase));
  }

  // Drums wait for the first phrase of a calm piece, and rest where a phrase is still.
  static void add_drums(const Palette& palette, const PhraseFacts& phrase, std::span<OrchestratedBar> bars) {
    const double arousal = phrase.arousal();
    if (palette.patterns.empty() || arousal < -.6 || (phrase.number == 0 && arousal < .2)) return;
    std::vector<const DrumPattern*> rows;
    for (const auto name : palette.patterns) rows.push_back(&drum_pattern_of(name));
    const auto* pattern = row_for<DrumPattern>(rows, arousal, turn_of(phrase));
    const auto kit =
        std::ranges::find_if(palette.players, [](const auto& one) { return (one.duties & kKit) != 0; });
    for (std::size_t at = 0; at < bars.size(); ++at) {
      if (phrase.bars[at].density <= 0) continue;  // silence
      OrchestratedBar& bar = bars[at];
      bar.pattern = pattern;
      bar.roles.push_back({static_cast<std::uint8_t>(kit - palette.players.begin()), Line::kKit, 0, 0});
    }
    if (phrase.in_section == 0 && arousal > 0) bars.front().place = DrumPlace::kSectionStart;
    if (bars.size() > 1) bars.back().place = DrumPlace::kPhraseEnd;
  }

  std::vector<OrchestratedBar>& bars_;
  std::map<std::string_view, Players> players_;
};

// The last bar holds a chord, unless its end is written.
void end_piece(OrchestratedBar& last) {
  static constexpr Layout kLastChord{"last_chord", LayoutUnit::kBeat, "C-", 1, -1, 1};
  if (!last.layout->signs.empty()) last.layout = &kLastChord;
  last.place = DrumPlace::kLast;
}

}  // namespace

double share_sounding(double velocity) {
  struct Point {
    double velocity, share;
  };
  // ppp, pp, p, mf, f, ff, fff
  constexpr std::array<Point, 7> kPoints{
      {{16, .28}, {33, .43}, {49, .49}, {80, .55}, {96, .71}, {112, .79}, {126, .93}}};
  if (velocity <= kPoints.front().velocity) return kPoints.front().share;
  for (std::size_t i = 1; i < kPoints.size(); ++i)
    if (velocity <= kPoints[i].velocity)
      return std::lerp(
          kPoints[i - 1].share, kPoints[i].share,
          (velocity - kPoints[i - 1].velocity) / (kPoints[i].velocity - kPoints[i - 1].velocity));
  return kPoints.back().share;
}

std::vector<OrchestratedBar> orchestrate(const Plan& plan) {
  std::vector<OrchestratedBar> bars;
  Orchestrator orchestrator(bars);
  PhraseFacts phrase;
  for (const Section& section : plan.sections) {
    const Palette& palette = palette_of(section.palette);
    phrase.in_section = 0;
    for (std::span<const BarPlan> rest = section.bars; !rest.empty();) {
      // A rest of fewer bars than half a phrase joins the phrase before.
      const bool is_last = 2 * rest.size() < 3 * std::size_t{kPhraseBars};
      phrase.bars = is_last ? rest : rest.first(kPhraseBars);
      const auto theme = static_cast<std::size_t>(phrase.bars.front().theme.theme);
      phrase.instrument = theme > 0 && theme <= plan.themes.size()
                              ? std::string_view(plan.themes[theme - 1].instrument)
                              : std::string_view();
      rest = rest.subspan(phrase.bars.size());
      orchestrator.write(palette, phrase);
      ++phrase.in_section, ++phrase.number;
    }
    ++phrase.section;
  }
  if (!bars.empty()) end_piece(bars.back());
  return bars;
}

}  // namespace s2m
