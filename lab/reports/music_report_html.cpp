#include <fmt/format.h>

#include <algorithm>

#include "lab/reports/music_pictures.h"
#include "lab/reports/music_report.h"

namespace s2m {
namespace {

constexpr const char* kStyle = R"(<style>
:root { color-scheme: light dark; --ground: #fdfdfc; --ink: #1d2126; --soft: #5d6670; --line: #d8dce0;
  --axis: #7b858f; --q0: #7b858f; --q1: #c9720a; --q2: #c0323a; --q3: #3568b8; --q4: #2a8a57;
  --here: #6b3fa0; --real: #c3cdd6; --good: #2a8a57; --bad: #c0323a; }
@media (prefers-color-scheme: dark) { :root { --ground: #15181c; --ink: #e6e9ec; --soft: #a0a9b2;
  --line: #343b43; --axis: #7b858f; --q0: #98a2ac; --q1: #f0a34a; --q2: #f0767c; --q3: #7fa8ee; --q4: #62c48f;
  --here: #b592e8; --real: #48535e; --good: #62c48f; --bad: #f0767c; } }
body { background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, "Helvetica Neue", Arial,
  "DejaVu Sans", sans-serif; max-width: 1140px; margin: 0 auto; padding: 20px 24px 60px; }
h1 { font-size: 25px; margin: 8px 0 2px; } h2 { font-size: 19px; margin: 38px 0 6px; }
h3 { font-size: 14px; margin: 0; } p { max-width: 82ch; margin: 6px 0 12px; }
.note { color: var(--soft); font-size: 13.5px; }
.row { display: flex; flex-wrap: wrap; gap: 14px 10px; align-items: flex-start; }
figure { margin: 0; } figcaption { color: var(--soft); font-size: 13px; max-width: 60ch; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
th, td { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 600; color: var(--soft); } th:first-child, td:first-child { text-align: left; }
td.picture { padding: 2px 10px; } .good { color: var(--good); } .bad { color: var(--bad); }
.key { max-width: none; } .key span { display: inline-block; width: 11px; height: 11px; border-radius: 6px; margin: 0 5px 0 14px; }
svg { max-width: 100%; height: auto; font-family: inherit; }
svg text { fill: var(--ink); font-size: 12px; } svg .tick { fill: var(--soft); font-size: 11px; }
svg .label { font-size: 12.5px; } svg .corner { fill: var(--soft); font-size: 15px; font-weight: 600; }
svg .axis { stroke: var(--axis); } svg .grid { stroke: var(--line); }
svg .frame { fill: none; stroke: var(--line); } svg .ideal { stroke: var(--axis); stroke-dasharray: 4 4; }
svg .q0 { --c: var(--q0); } svg .q1 { --c: var(--q1); } svg .q2 { --c: var(--q2); }
svg .q3 { --c: var(--q3); } svg .q4 { --c: var(--q4); }
svg .faint { fill: var(--c); opacity: .45; } svg .dot { fill: var(--c); opacity: .75; }
svg .ring { fill: none; stroke: var(--c); stroke-width: 1.5; }
svg .thread { stroke: var(--c); opacity: .25; } svg .line { stroke: var(--c); stroke-width: 1.3; }
svg .box { fill: var(--c); fill-opacity: .16; stroke: var(--c); stroke-width: 1.3; }
svg .median { stroke: var(--c); stroke-width: 3; }
svg .real { fill: var(--real); } svg .realmedian { stroke: var(--axis); stroke-width: 1.5; }
svg .realdot { fill: var(--axis); opacity: .7; }
svg .here { fill: var(--here); opacity: .7; } svg .heremedian { stroke: var(--here); stroke-width: 3; }
svg .limit { stroke: var(--axis); stroke-width: 1.5; stroke-dasharray: 4 3; }
.q1 { background: var(--q1); } .q2 { background: var(--q2); } .q3 { background: var(--q3); }
.q4 { background: var(--q4); }
</style>
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

std::string p_words(double p) { return p < .001 ? "&lt; .001" : fmt::format("{:.3f}", p); }

std::string figure_of(const std::string& svg, const std::string& caption) {
  return "<figure>" + svg + "<figcaption>" + caption + "</figcaption></figure>\n";
}

std::string row_of(const std::vector<std::string>& cells, const char* tag = "td") {
  std::string row = "<tr>";
  for (const std::string& cell : cells) row += fmt::format("<{0}>{1}</{0}>", tag, cell);
  return row + "</tr>\n";
}

std::string table_of(const std::vector<std::string>& head, const std::string& rows) {
  return "<div class=\"scroll\"><table>\n" + row_of(head, "th") + rows + "</table></div>\n";
}

std::string feature_table(const MusicReport& report) {
  std::string rows;
  for (const FeatureTest& feature : report.features) {
    std::vector<std::string> cells{escaped(feature.words)};
    for (const auto& values : feature.values)
      cells.push_back(values.empty() ? "-" : fmt::format("{:.2f}", quantile(values, 0.5)));
    cells.push_back(fmt::format("{:.1f}", feature.test.h));
    cells.push_back(p_words(feature.p_corrected));
    cells.push_back(fmt::format("{:.2f}", feature.test.epsilon_squared));
    rows += row_of(cells);
  }
  return table_of({"median", "Q1", "Q2", "Q3", "Q4", "H", "p (Holm)", "&epsilon;&sup2;"}, rows);
}

std::string pair_table(const MusicReport& report) {
  std::vector<std::string> head{"Cliff's delta"};
  for (const PairTest& pair : report.features.front().pairs)
    head.push_back(name_of(pair.first) + " : " + name_of(pair.second));
  std::string rows;
  for (const FeatureTest& feature : report.features) {
    std::vector<std::string> cells{escaped(feature.words)};
    for (const PairTest& pair : feature.pairs) {
      const char* stars = pair.p_corrected < .001  ? "***"
                          : pair.p_corrected < .01 ? "**"
                          : pair.p_corrected < .05 ? "*"
                                                   : "";
      cells.push_back(fmt::format("{:+.2f} {}", pair.test.cliffs_delta, stars));
    }
    rows += row_of(cells);
  }
  return table_of(head, rows);
}

std::string feature_section(const MusicReport& report) {
  std::string html = "<h2>Features by intended quadrant</h2>\n";
  if (report.features.empty())
    return html + "<p class=\"note\">Fewer than two quadrants were asked: nothing to compare.</p>\n";
  html +=
      "<p class=\"key\">Asked:<span class=\"q1\"></span>Q1 pleasant, excited<span class=\"q2\"></span>Q2 "
      "unpleasant, excited<span class=\"q3\"></span>Q3 unpleasant, calm<span class=\"q4\"></span>Q4 "
      "pleasant, calm</p>\n<div class=\"row\">\n";
  for (const FeatureTest& feature : report.features)
    html +=
        fmt::format("<figure><h3>{}</h3>{}<figcaption>p {}{}, &epsilon;&sup2; {:.2f}</figcaption></figure>\n",
                    escaped(feature.words), feature_boxplots(feature), feature.p_corrected < .001 ? "" : "= ",
                    p_words(feature.p_corrected), feature.test.epsilon_squared);
  html +=
      "</div>\n<p class=\"note\">Box: quartiles and median; whiskers: the furthest piece within 1.5 "
      "interquartile ranges; a dot a piece. Kruskal-Wallis over the quadrants, corrected by Holm among "
      "the features; the effect &epsilon;&sup2; is small from .01, medium from .08, large from .26.</p>\n";
  html += feature_table(report);
  html +=
      "<p class=\"note\">Below, pair by pair: positive where the first quadrant's values are the higher. "
      "Mann-Whitney, corrected by Holm among the pairs of a feature: * p &lt; .05, ** .01, *** .001. The "
      "effect is small from .15, medium from .33, large from .47.</p>\n";
  return html + pair_table(report);
}

std::string estimate_cell(const std::optional<Estimate>& estimate) {
  if (!estimate) return "-";
  return fmt::format("{:.2f} <span class=\"note\">[{:.2f}, {:.2f}] of {}</span>", estimate->value,
                     estimate->interval.low, estimate->interval.high, estimate->count);
}

std::string judge_table(const JudgeFigures& judge) {
  std::string rows;
  for (const auto& [words, here, own] : judge.lines())
    rows += row_of({words, estimate_cell(here), estimate_cell(own)});
  return table_of({"heard as asked", "this folder", "the judge on " + escaped(judge.own_words())}, rows);
}

std::string judge_section(const MusicReport& report) {
  std::string html = "<h2>Asked and heard</h2>\n";
  if (report.judge)
    html += "<p>" + escaped(report.judge->name) + "</p>\n" + judge_table(*report.judge);
  else
    html += "<p class=\"note\">No judge: its cells are left out.</p>\n";
  const bool numbers = std::ranges::any_of(report.pieces, [](const MeasuredMusic& piece) {
    return piece.intended.valence && piece.intended.arousal;
  });
  if (!report.judge && !numbers) return html;
  html += "<div class=\"row\">\n";
  html += figure_of(emotion_plane(report.pieces),
                    "Rings: asked. Dots: heard by the judge. Colour: the quadrant asked. A dot far from its "
                    "ring, or in another quadrant than its colour's, was not heard as it was meant.");
  if (report.judge && report.judge->valence_rho)
    html +=
        figure_of(asked_against_heard(report.pieces, &IntendedMusic::valence, &Judgement::valence, "valence"),
                  "Valence: the nearer the dots rise with the dashed line, the better.");
  if (report.judge && report.judge->arousal_rho)
    html +=
        figure_of(asked_against_heard(report.pieces, &IntendedMusic::arousal, &Judgement::arousal, "arousal"),
                  "Arousal, the same.");
  return html + "</div>\n";
}

std::string adherence_section(const MusicReport& report) {
  if (report.adherence.empty()) return "";
  std::string rows;
  for (const AdherenceFigure& figure : report.adherence)
    rows += row_of({escaped(figure.words), fmt::format("{} of {}", figure.kept, figure.asked),
                    fmt::format("{:.1f} %", 100.0 * figure.kept / figure.asked)});
  return "<h2>Adherence</h2>\n<p class=\"note\">What the table asks, found again in the files: the key by a "
         "key "
         "finder on the notes, the rest in the file's own tempo and metre maps.</p>\n" +
         table_of({"asked", "kept", ""}, rows);
}

std::string quality_section(const MusicReport& report) {
  std::string rows;
  int within = 0;
  for (const QualityFigure& figure : report.quality) {
    within += figure.within();
    std::vector<std::string> cells{escaped(figure.measure->words), quality_strip(figure),
                                   fmt::format("{:.2f} <span class=\"note\">[{:.2f}, {:.2f}]</span>",
                                               figure.here.median, figure.here.low, figure.here.high)};
    if (figure.real) {
      cells.push_back(fmt::format("{:.2f} <span class=\"note\">[{:.2f}, {:.2f}]</span>", figure.real->median,
                                  figure.real->low, figure.real->high));
      cells.push_back(fmt::format("{:.2f}", figure.distance));
      cells.push_back(figure.within() ? "<span class=\"good\">within</span>"
                                      : "<span class=\"bad\">outside</span>");
    }
    rows += row_of(cells);
  }
  std::string html = "<h2>Quality: nearness to real music</h2>\n";
  std::vector<std::string> head{"measure", "", "median here [quartiles]"};
  if (report.real_pieces > 0) {
    head.insert(head.end(), {"median of real music [quartiles]", "distance", ""});
    html += fmt::format(
        "<p>{} of {} medians lie within the interquartile range of {} real pieces{}; the mean "
        "distance of the distributions (Kolmogorov-Smirnov, 0 to 1) is {:.2f}.</p>\n",
        within, report.quality.size(), report.real_pieces,
        report.real_bars > 0 ? fmt::format(", cut to their first {} bars", report.real_bars) : "",
        report.quality_distance);
  }
  html += table_of(head, rows);
  return html +
         "<p class=\"note\">Grey band: the real music's interquartile range, its median a thin line. Violet: "
         "this folder's. Not the higher the better: the nearer to real music the better.</p>\n";
}

std::string originality_section(const MusicReport& report) {
  if (!report.originality) return "";
  const auto& originality = *report.originality;
  std::string html = "<h2>Originality</h2>\n";
  html += fmt::format(
      "<p>The longest run of notes, in any key and at any tempo, that each piece shares with {} "
      "training pieces.",
      originality.training_pieces);
  if (!originality.real.empty())
    html += fmt::format(
        " {:.1f} % of the pieces share no longer a run than real pieces of other songs do (95th "
        "percentile: {:.0f} notes).",
        100 * originality.within_share(), originality.limit);
  html += "</p>\n";
  return html +
         figure_of(originality_dots(originality),
                   "A dot a piece: above this folder's, below real pieces against the training music "
                   "without their own song; dashed: the latter's 95th percentile. Left of it is original.");
}

}  // namespace

std::string to_html(const MusicReport& report) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width\"><title>" +
      escaped(report.title) + "</title>\n" + kStyle + "</head><body>\n";
  html += "<h1>Music evaluated: " + escaped(report.title) + "</h1>\n";
  html += fmt::format(
      "<p class=\"note\">{} pieces. docs/research/evaluation-music.md says what each figure is.</p>\n",
      report.pieces.size());
  html += feature_section(report) + judge_section(report) + adherence_section(report) +
          quality_section(report) + originality_section(report);
  return html + "</body></html>\n";
}

}  // namespace s2m
