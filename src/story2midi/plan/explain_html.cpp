#include <fmt/format.h>

#include <string_view>

#include "story2midi/plan/explain.h"

namespace s2m {
namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --ink: #1d2330; --quiet: #556070; --line: #d8dde6; --ground: #fbfbf9; --card: #fff;
  --valence: #0b6e4f; --arousal: #b3421b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9ecf2; --quiet: #a9b3c4; --line: #3a4252; --ground: #14171d;
  --card: #1c2028; --valence: #5fd3a8; --arousal: #ff9d73; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.05rem/1.6 Georgia, serif; }
main { max-width: 56rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; } h2 { font-size: 1.3rem; margin: 0 0 .25rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.25rem 1.5rem;
  margin: 1.5rem 0; }
.where { color: var(--quiet); margin: 0; font-size: .95rem; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: .25rem solid var(--line); font-style: italic; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
caption { text-align: left; color: var(--quiet); padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-top: 1px solid var(--line); }
td.rule { color: var(--quiet); }
.chords { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; padding: 0; margin: .75rem 0 0; }
.chords li { border: 1px solid var(--line); border-radius: .3rem; padding: .1rem .55rem; font-size: .92rem; }
svg { width: 100%; height: auto; } svg text { fill: var(--quiet); font-size: 13px; }
.valence { stroke: var(--valence); } .arousal { stroke: var(--arousal); stroke-dasharray: 7 4; }
)";

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else if (static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t')
      result += c;
  }
  return result;
}

std::string table_of(const std::vector<ExplainedChoice>& choices, std::string_view caption) {
  std::string rows;
  for (const auto& [what, value, rule] : choices)
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"rule\">{}</td></tr>\n",
                        escaped(what), escaped(value), escaped(rule));
  return fmt::format(
      "<table><caption>{}</caption><thead><tr><th scope=\"col\">what</th><th scope=\"col\">chosen</th>"
      "<th scope=\"col\">rule</th></tr></thead><tbody>\n{}</tbody></table>\n",
      escaped(caption), rows);
}

// Steps of valence and arousal over the bars.
std::string curve_of(const PlanExplanation& all) {
  constexpr double kWidth = 800, kHeight = 180;
  const double bars = all.sections.empty() ? 1 : all.sections.back().last_bar;
  const auto steps = [&](double ValenceArousal::*level) {
    std::string points;
    for (const ExplainedSection& one : all.sections) {
      const double y = kHeight / 2 - one.emotion.*level * (kHeight / 2 - 10);
      points += fmt::format("{:.1f},{:.1f} {:.1f},{:.1f} ", (one.first_bar - 1) / bars * kWidth, y,
                            one.last_bar / bars * kWidth, y);
    }
    return points;
  };
  return fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" role=\"img\" aria-labelledby=\"curve\"><title id=\"curve\">Valence "
      "(solid) and "
      "arousal (dashed) of each section, from -1 below to 1 above</title>\n"
      "<line x1=\"0\" y1=\"{2}\" x2=\"{0}\" y2=\"{2}\" stroke=\"currentColor\" opacity=\".3\"/>\n"
      "<polyline class=\"valence\" fill=\"none\" stroke-width=\"3\" points=\"{3}\"/>\n"
      "<polyline class=\"arousal\" fill=\"none\" stroke-width=\"3\" points=\"{4}\"/>\n"
      "<text x=\"4\" y=\"14\">solid: valence, dashed: arousal</text></svg>\n",
      kWidth, kHeight, kHeight / 2, steps(&ValenceArousal::valence), steps(&ValenceArousal::arousal));
}

std::string section_of(const ExplainedSection& one, int number) {
  std::string html = fmt::format(
      "<section aria-labelledby=\"s{0}\"><h2 id=\"s{0}\">{0}. {1}</h2>\n<p class=\"where\">bars {2} to {3}, "
      "{4:.1f} to "
      "{5:.1f} s; valence {6:+.2f}, arousal {7:+.2f}{8}</p>\n",
      number, escaped(one.title), one.first_bar, one.last_bar, one.start_seconds, one.end_seconds,
      one.emotion.valence, one.emotion.arousal, one.feelings.empty() ? "" : "; " + escaped(one.feelings));
  if (!one.sentence.empty()) html += "<blockquote>" + escaped(one.sentence) + "</blockquote>\n";
  html += table_of(one.choices, "Choices of this section and their rules");
  html += "<ol class=\"chords\" aria-label=\"chords of each bar\">";
  for (const auto& chords : one.chords) html += "<li>" + escaped(chords) + "</li>";
  return html + "</ol></section>\n";
}

}  // namespace

std::string to_html(const PlanExplanation& all) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      escaped(all.title) + "</title>\n<style>" + kStyle + "</style></head>\n<body><main>\n<h1>" +
      escaped(all.title) + "</h1>\n" + curve_of(all) + table_of(all.choices, "The whole piece");
  int number = 0;
  for (const ExplainedSection& one : all.sections) html += section_of(one, ++number);
  return html + "</main></body></html>\n";
}

}  // namespace s2m
