#include "lab/reports/return_report.h"

#include <algorithm>
#include <map>
#include <set>

#include "story2midi/arrange/orchestration.h"
#include "story2midi/plan/sections.h"

namespace s2m {
namespace {

std::vector<PartNote> melody_of(const PartScore& piece, int bar) {
  const PartBar& place = piece.bars[static_cast<std::size_t>(bar)];
  std::vector<PartNote> notes;
  for (PartNote note : piece.part(Part::kMelody))
    if (note.start >= place.start && note.start < place.start + place.positions) {
      note.start -= place.start;
      notes.push_back(note);
    }
  return notes;
}

int direction(int move) { return move > 0 ? 1 : move < 0 ? -1 : 0; }

bool is_copy(const PartScore& one, int bar, const PartScore& other, int other_bar) {
  const auto a = melody_of(one, bar), b = melody_of(other, other_bar);
  return std::ranges::equal(
      a, b, {}, [](const PartNote& n) { return std::pair(n.start, n.pitch); },
      [](const PartNote& n) { return std::pair(n.start, n.pitch); });
}

struct Place {
  const Piece* piece = nullptr;
  int bar = 0;
  ThemeUse use;
};

std::vector<Place> bars_of(const Piece& piece) {
  std::vector<Place> places;
  for (const Section& section : piece.plan.sections)
    for (const BarPlan& bar : section.bars)
      places.push_back({&piece, static_cast<int>(places.size()), bar.theme});
  return places;
}

bool is_statement(const Place& place) {
  return place.use.theme > 0 && place.use.form == ThemeForm::kStatement;
}

double likeness(const Place& a, const Place& b) {
  return bar_likeness(a.piece->written, a.bar, b.piece->written, b.bar);
}

struct Pairs {
  std::vector<double> returns, changed_returns, others;
};

// The first statement of each theme against its later ones, and against the bars of other themes.
void add_pairs(const std::vector<Place>& bars, Pairs& pairs) {
  std::map<std::pair<int, int>, const Place*> first;
  for (const Place& place : bars)
    if (is_statement(place) && !melody_of(place.piece->written, place.bar).empty())
      first.try_emplace({place.use.theme, place.use.bar}, &place);
  for (const auto& [theme, stated] : first)
    for (const Place& place : bars) {
      if (&place == stated || melody_of(place.piece->written, place.bar).empty()) continue;
      const double like = likeness(*stated, place);
      if (place.use.theme != theme.first) pairs.others.push_back(like);
      if (!is_statement(place) || std::pair(place.use.theme, place.use.bar) != theme ||
          place.bar < stated->bar)
        continue;
      pairs.returns.push_back(like);
      if (!is_copy(place.piece->written, place.bar, stated->piece->written, stated->bar))
        pairs.changed_returns.push_back(like);
    }
}

// A theme until another one follows.
struct Run {
  int theme = 0, leader = 0;
  double from = 0, to = 0;  // quarters
};

std::vector<Run> runs_of(const Piece& piece) {
  const auto orchestrated = orchestrate(piece.plan);
  std::vector<Run> runs;
  double at = 0;
  std::size_t index = 0;
  for (const Section& section : piece.plan.sections)
    for (const BarPlan& bar : section.bars) {
      const double quarters = static_cast<double>(bar_length(bar.metre)) / kGridPerQuarter;
      if (bar.theme.theme > 0 && (runs.empty() || runs.back().theme != bar.theme.theme))
        runs.push_back({bar.theme.theme, orchestrated[index].roles.front().player, at, at});
      at += quarters, ++index;
      if (!runs.empty()) runs.back().to = at;
    }
  return runs;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Rates {
  double themes = 0, back = 0, phrases = 0, known = 0, returns = 0, coloured = 0, framed = 0;
  std::vector<double> spans, gaps;
};

void add_runs(const Piece& piece, Rates& rates) {
  const auto runs = runs_of(piece);
  if (runs.empty()) return;
  std::map<int, const Run*> last;
  std::set<int> returned;
  for (const Run& run : runs) {
    rates.spans.push_back(run.to - run.from);
    if (const auto before = last.find(run.theme); before != last.end()) {
      returned.insert(run.theme);
      rates.gaps.push_back(run.from - before->second->to);
      ++rates.returns, rates.coloured += run.leader != before->second->leader;
    }
    last[run.theme] = &run;
  }
  rates.themes += static_cast<double>(last.size()), rates.back += static_cast<double>(returned.size());
  rates.framed += last[runs.front().theme]->to > .8 * runs.back().to;
}

void add_phrases(const Piece& piece, Rates& rates) {
  std::set<int> heard;
  for (const Section& section : piece.plan.sections)
    for (std::size_t at = 0; at < section.bars.size(); at += kPhraseBars) {
      const int theme = section.bars[at].theme.theme;
      ++rates.phrases, rates.known += theme > 0 && heard.contains(theme);
      heard.insert(theme);
    }
}

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

double bar_likeness(const PartScore& one, int bar, const PartScore& other, int other_bar) {
  const auto a = melody_of(one, bar), b = melody_of(other, other_bar);
  std::vector<std::pair<int, int>> common;  // pitches at onsets that both have
  for (const PartNote& note : a)
    if (const auto same = std::ranges::find(b, note.start, &PartNote::start); same != b.end())
      common.emplace_back(note.pitch, same->pitch);
  if (a.empty() || b.empty()) return 0;
  const double rhythm = 2.0 * static_cast<double>(common.size()) / static_cast<double>(a.size() + b.size());
  double alike = 0;
  for (std::size_t i = 1; i < common.size(); ++i)
    alike += direction(common[i].first - common[i - 1].first) ==
             direction(common[i].second - common[i - 1].second);
  return (rhythm + share(alike, static_cast<double>(std::max(a.size(), b.size())) - 1)) / 2;
}

double area_under_curve(std::span<const double> higher, std::span<const double> lower) {
  double above = 0;
  for (const double high : higher)
    for (const double low : lower) above += high > low ? 1 : high == low ? .5 : 0;
  return share(above, static_cast<double>(higher.size()) * static_cast<double>(lower.size()));
}

ReturnFigures return_figures(std::span<const Piece> pieces) {
  ReturnFigures figures;
  Pairs pairs;
  Rates rates;
  for (const Piece& piece : pieces) {
    figures.themes += static_cast<int>(piece.plan.themes.size());
    figures.named += static_cast<int>(
        std::ranges::count_if(piece.plan.themes, [](const Motif& theme) { return !theme.name.empty(); }));
    add_pairs(bars_of(piece), pairs);
    add_runs(piece, rates);
    add_phrases(piece, rates);
  }
  figures.recognised = area_under_curve(pairs.returns, pairs.others);
  figures.not_verbatim = area_under_curve(pairs.changed_returns, pairs.others);
  figures.verbatim =
      1 - share(static_cast<double>(pairs.changed_returns.size()), static_cast<double>(pairs.returns.size()));
  figures.come_back = share(rates.back, rates.themes);
  figures.known = share(rates.known, rates.phrases);
  figures.span = median(rates.spans), figures.gap = median(rates.gaps);
  figures.last_fifth = share(rates.framed, static_cast<double>(pieces.size()));
  figures.other_colour = share(rates.coloured, rates.returns);
  return figures;
}

}  // namespace s2m
