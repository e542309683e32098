// What a study shows, as JSON, a page, a table and a script.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lab/study/answers.h"
#include "story2midi/base/json_members.h"

namespace s2m {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Interval& interval) { return {interval.low, interval.high}; }

Json json_of(const StudyAccuracy& accuracy) {
  Json json{{"what", accuracy.what},
            {"right", accuracy.share.hits},
            {"trials", accuracy.share.count},
            {"accuracy", accuracy.share.value()},
            {"chance", accuracy.chance},
            {"wilson", json_of(accuracy.wilson)},
            {"clustered", json_of(accuracy.clustered)},
            {"p", accuracy.p},
            {"p_holm", accuracy.p_holm},
            {"power", accuracy.power}};
  if (accuracy.d_prime) json["d_prime"] = *accuracy.d_prime;
  return json;
}

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) html += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return html;
}

std::string csv_cell(std::string_view text) {
  std::string cell = "\"";
  for (const char c : text) cell += c == '"' ? "\"\"" : std::string(1, c);
  return cell + "\"";
}

std::string accuracy_rows(const StudySystem& system) {
  std::string rows;
  for (const auto& each : system.accuracies)
    rows += fmt::format(
        "<tr><td>{}<td>{}<td>{} of {}<td>{:.3f}<td>{:.2f} to {:.2f}<td>{:.2f} to "
        "{:.2f}<td>{:.2f}<td>{:.2g}<td>{}"
        "<td>{:.2f}</tr>\n",
        escaped(system.name), each.what, each.share.hits, each.share.count, each.share.value(),
        each.wilson.low, each.wilson.high, each.clustered.low, each.clustered.high, each.chance, each.p_holm,
        each.d_prime ? fmt::format("{:.2f}", *each.d_prime) : "", each.power);
  return rows;
}

std::string confusion_table(const StudySystem& system) {
  std::string table = fmt::format(
      "<h3>{}</h3><table><tr><th>intended<th>Q1<th>Q2<th>Q3<th>Q4<th>right</tr>\n", escaped(system.name));
  for (const auto quadrant : kQuadrants) {
    const auto& row = system.confusion[index_of(quadrant)];
    Share right{row[index_of(quadrant)], 0};
    table += fmt::format("<tr><th>{}", name_of(quadrant));
    for (const auto count : row) table += fmt::format("<td>{}", count), right.count += count;
    const auto interval = wilson_interval(right);
    table += right.count == 0 ? "<td></tr>\n"
                              : fmt::format("<td>{:.2f} [{:.2f}, {:.2f}]</tr>\n", right.value(), interval.low,
                                            interval.high);
  }
  return table + "</table>\n";
}

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Listening study</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;display:block;overflow-x:auto}td,th{padding:.25rem .7rem;text-align:right;border-bottom:1px solid #8886}
td:first-child,th:first-child{text-align:left}</style>
<h1>Listening study</h1>
)";

}  // namespace

std::string to_json(const StudyReport& report) {
  Json json{{"listeners", report.listeners},
            {"trials", report.trials},
            {"dropped_trials", report.dropped_trials},
            {"excluded", Json::array()},
            {"systems", Json::array()}};
  for (const auto& [listener, rule] : report.excluded)
    json["excluded"].push_back({{"listener", listener}, {"rule", rule}});
  for (const auto& system : report.systems) {
    Json each{{"name", system.name}, {"accuracies", Json::array()}, {"confusion", system.confusion}};
    for (const auto& accuracy : system.accuracies) each["accuracies"].push_back(json_of(accuracy));
    json["systems"].push_back(std::move(each));
  }
  json["krippendorff_alpha"] = {{"quadrant", report.quadrant_alpha},
                                {"valence", report.valence_alpha},
                                {"arousal", report.arousal_alpha}};
  json["intraclass_correlation"] = {{"valence", or_null(report.valence_icc)},
                                    {"arousal", or_null(report.arousal_icc)}};
  json["repeats"] = {{"same_quadrant", report.repeats.hits}, {"of", report.repeats.count}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_html(const StudyReport& report) {
  std::string page(kHead);
  page += fmt::format("<p>{} listeners count, {} do not; {} trials count, {} do not.</p>\n", report.listeners,
                      report.excluded.size(), report.trials, report.dropped_trials);
  page +=
      "<h2>Accuracy</h2><table><tr><th>system<th>what<th>right<th>share<th>Wilson<th>by "
      "listeners<th>chance<th>p (Holm)"
      "<th>d'<th>power</tr>\n";
  for (const auto& system : report.systems) page += accuracy_rows(system);
  page +=
      "</table>\n<p>Intervals of 95 %. Wilson's takes all trials as independent; the one by listeners draws "
      "whole "
      "listeners. p is exact, one-sided against chance, corrected over this table.</p>\n<h2>Intended and "
      "perceived</h2>\n";
  for (const auto& system : report.systems) page += confusion_table(system);
  const auto icc = [](const std::optional<double>& value) {
    return value ? fmt::format("{:.2f}", *value) : std::string("not all heard all pieces");
  };
  page += fmt::format(
      "<h2>Agreement</h2><table><tr><th><th>Krippendorff's "
      "alpha<th>ICC(A,1)</tr>\n<tr><td>quadrant<td>{:.2f}<td></tr>\n"
      "<tr><td>valence<td>{:.2f}<td>{}</tr>\n<tr><td>arousal<td>{:.2f}<td>{}</tr></table>\n",
      report.quadrant_alpha, report.valence_alpha, icc(report.valence_icc), report.arousal_alpha,
      icc(report.arousal_icc));
  page += fmt::format("<p>Pieces heard twice got the same quadrant {} of {} times.</p>\n",
                      report.repeats.hits, report.repeats.count);
  if (!report.excluded.empty()) page += "<h2>Excluded</h2><table><tr><th>listener<th>rule</tr>\n";
  for (const auto& [listener, rule] : report.excluded)
    page += fmt::format("<tr><td>{}<td>{}</tr>\n", escaped(listener), rule);
  return page + (report.excluded.empty() ? "</html>\n" : "</table></html>\n");
}

std::string study_table_csv(const std::vector<StudyListener>& listeners,
                            const std::vector<StudyPiece>& pieces, const ExclusionRules& rules) {
  std::string table =
      "listener,excluded,lessons,musician,place,repeat,piece,file,system,set,intended,perceived,right_"
      "quadrant,"
      "right_valence,right_arousal,valence,arousal,familiar,heard_seconds\n";
  for (const auto& listener : listeners)
    for (const auto& trial : listener.trials) {
      const auto& piece = pieces[trial.piece];
      table += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", listener.name,
                           csv_cell(exclusion_of(listener, rules)), listener.lessons, listener.musician,
                           trial.place, trial.is_repeat ? 1 : 0, piece.blind, csv_cell(piece.file.string()),
                           csv_cell(piece.system), csv_cell(piece.set), name_of(piece.quadrant),
                           name_of(trial.quadrant), piece.quadrant == trial.quadrant ? 1 : 0,
                           is_pleasant(piece.quadrant) == is_pleasant(trial.quadrant) ? 1 : 0,
                           is_excited(piece.quadrant) == is_excited(trial.quadrant) ? 1 : 0,
                           trial.sliders.valence, trial.sliders.arousal, trial.familiar, trial.heard_seconds);
    }
  return table;
}

std::string_view study_model_r() {
  return R"r(# Mixed models of a listening study: Rscript model.R, in the folder of trials.csv. Needs the package lme4.
# An intercept of right answers is their distance from chance, in logits.
library(lme4)
texts <- c(listener = "character", excluded = "character", piece = "character", system = "character")
trials <- read.csv("trials.csv", colClasses = texts)
trials <- subset(trials, excluded == "" & repeat. == 0 & familiar < 2 & heard_seconds >= 3)
several <- length(unique(trials$system)) > 1
for (what in c("right_quadrant", "right_valence", "right_arousal")) {
  formula <- as.formula(paste(what, if (several) "~ system" else "~ 1", "+ (1 | listener) + (1 | piece)"))
  trials$chance <- qlogis(if (what == "right_quadrant") .25 else .5)
  cat("\n", what, "\n")
  print(summary(glmer(formula, data = trials, family = binomial, offset = chance)))
}
for (what in c("valence", "arousal")) {
  formula <- as.formula(paste(what, if (several) "~ intended * system" else "~ intended", "+ (1 | listener) + (1 | piece)"))
  cat("\n", what, "\n")
  print(summary(lmer(formula, data = trials)))
}
)r";
}

}  // namespace s2m
