#include "lab/study/answers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "lab/statistics/rank_tests.h"
#include "story2midi/base/error.h"
#include "story2midi/base/json_members.h"
#include "story2midi/base/random.h"

namespace s2m {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "story2midi-study-1";
constexpr double kLevel = .05;

// A trial that counts.
struct CountedTrial {
  std::size_t listener;
  const StudyTrial* trial;
  const StudyPiece* piece;
};

bool is_right(const CountedTrial& counted, const std::string& what) {
  const auto perceived = counted.trial->quadrant, intended = counted.piece->quadrant;
  if (what == "valence") return is_pleasant(perceived) == is_pleasant(intended);
  if (what == "arousal") return is_excited(perceived) == is_excited(intended);
  return perceived == intended;
}

Share share_of(const std::vector<CountedTrial>& trials, const std::string& what) {
  Share share;
  for (const auto& each : trials) share.hits += is_right(each, what), ++share.count;
  return share;
}

// "Yes" is pleasant, or excited.
double d_prime_of(const std::vector<CountedTrial>& trials, bool (*is_high)(Quadrant)) {
  Share hits, false_alarms;
  for (const auto& each : trials) {
    auto& cell = is_high(each.piece->quadrant) ? hits : false_alarms;
    cell.hits += is_high(each.trial->quadrant);
    ++cell.count;
  }
  return d_prime(hits, false_alarms);
}

bool is_high_valence(Quadrant quadrant) { return is_pleasant(quadrant); }
bool is_high_arousal(Quadrant quadrant) { return is_excited(quadrant); }

// Whole listeners are drawn: their trials hang together.
Interval clustered_interval(const std::vector<CountedTrial>& trials, const std::string& what,
                            const BootstrapOptions& options) {
  std::map<std::size_t, Share> by_listener;
  for (const auto& each : trials) {
    auto& share = by_listener[each.listener];
    share.hits += is_right(each, what);
    ++share.count;
  }
  std::vector<Share> shares;
  for (const auto& [listener, share] : by_listener) shares.push_back(share);
  return bootstrap(
      shares.size(),
      [&](std::span<const std::size_t> drawn) {
        Share all;
        for (const auto i : drawn) all.hits += shares[i].hits, all.count += shares[i].count;
        return all.value();
      },
      options);
}

StudyAccuracy accuracy_of(const std::vector<CountedTrial>& trials, const std::string& what,
                          const BootstrapOptions& options) {
  StudyAccuracy accuracy{.what = what, .share = share_of(trials, what)};
  accuracy.chance = what == "quadrant" ? .25 : .5;
  accuracy.wilson = wilson_interval(accuracy.share);
  accuracy.clustered = clustered_interval(trials, what, options);
  accuracy.p = binomial_tail(accuracy.share, accuracy.chance);
  accuracy.power = binomial_power(accuracy.share.count, accuracy.chance, accuracy.share.value(), kLevel);
  if (what == "valence") accuracy.d_prime = d_prime_of(trials, is_high_valence);
  if (what == "arousal") accuracy.d_prime = d_prime_of(trials, is_high_arousal);
  return accuracy;
}

StudySystem system_of(const std::string& name, const std::vector<CountedTrial>& trials,
                      const BootstrapOptions& options) {
  StudySystem system{.name = name};
  for (const char* what : {"quadrant", "valence", "arousal"})
    system.accuracies.push_back(accuracy_of(trials, what, options));
  for (const auto& each : trials)
    ++system.confusion[index_of(each.piece->quadrant)][index_of(each.trial->quadrant)];
  return system;
}

// Over all tests of the report.
void correct(std::vector<StudySystem>& systems) {
  std::vector<double> p;
  for (const auto& system : systems)
    for (const auto& accuracy : system.accuracies) p.push_back(accuracy.p);
  auto corrected = holm(p);
  std::size_t at = 0;
  for (auto& system : systems)
    for (auto& accuracy : system.accuracies) accuracy.p_holm = corrected[at++];
}

bool counts(const StudyTrial& trial, const ExclusionRules& rules) {
  return trial.heard_seconds >= rules.heard_seconds && trial.familiar <= rules.familiar;
}

template <class Value>
Ratings ratings_of(const std::vector<CountedTrial>& trials, std::size_t listeners, std::size_t pieces,
                   const StudyPiece* first, Value&& value) {
  Ratings ratings(listeners, std::vector<std::optional<double>>(pieces));
  std::vector<bool> is_heard(pieces);
  for (const auto& each : trials) {
    const auto piece = static_cast<std::size_t>(each.piece - first);
    ratings[each.listener][piece] = value(*each.trial);
    is_heard[piece] = true;
  }
  for (auto& row : ratings)  // pieces for training have no answers
    for (std::size_t piece = pieces; piece-- > 0;)
      if (!is_heard[piece]) row.erase(row.begin() + static_cast<std::ptrdiff_t>(piece));
  return ratings;
}

Share same_again(const StudyListener& listener) {
  Share share;
  for (const auto& again : listener.trials)
    for (const auto& first : listener.trials)
      if (again.is_repeat && !first.is_repeat && first.piece == again.piece) {
        share.hits += first.quadrant == again.quadrant;
        ++share.count;
      }
  return share;
}

StudyTrial trial_from(const JsonMember& json, const std::map<std::string, std::size_t>& pieces) {
  const auto found = pieces.find(json.at("piece").text());
  if (found == pieces.end()) json.at("piece").fail("a blind name of the key");
  const auto quadrant = quadrant_of_name(json.at("quadrant").text());
  if (!quadrant) json.at("quadrant").fail("Q1 to Q4");
  return {.piece = found->second,
          .place = static_cast<int>(json.at("place").count(1'000'000)),
          .is_repeat = json.at("repeat").flag(),
          .quadrant = *quadrant,
          .sliders = {json.at("valence").number(-1, 1), json.at("arousal").number(-1, 1)},
          .familiar = static_cast<int>(json.at("familiar").count(2)),
          .heard_seconds = json.at("heard_seconds").number(0, 1e6)};
}

}  // namespace

StudyListener listener_from_json(std::string_view text, const std::vector<StudyPiece>& pieces,
                                 const std::string& key_checksum, const std::string& where) {
  const auto parsed = parse_json(text, where);
  const JsonMember json(parsed, where);
  if (json.at("format").text() != kFormat) json.at("format").fail(kFormat);
  if (json.at("key").text() != key_checksum)
    throw Error(where, "answers a page of another key", key_checksum, json.at("key").text());
  StudyListener listener{.name = std::to_string(json.at("listener").count())};
  listener.has_consented = json.at("consent").flag();
  listener.has_finished = json.has("finished");
  if (const auto phones = json.at("headphones"); !phones.is_null())
    listener.headphones = {static_cast<int>(phones.at("right").count(100)),
                           static_cast<int>(phones.at("of").count(100))};
  if (const auto music = json.at("musicianship"); !music.is_null()) {
    listener.lessons = static_cast<int>(music.at("lessons").count(100));
    listener.musician = static_cast<int>(music.at("musician").count(5));
  }
  for (const auto& each : json.at("attention").items()) {
    listener.attention.hits += each.at("expected").count(100) == each.at("answered").count(100);
    ++listener.attention.count;
  }
  std::map<std::string, std::size_t> names;
  for (std::size_t i = 0; i < pieces.size(); ++i) names[pieces[i].blind] = i;
  for (const auto& each : json.at("trials").items()) listener.trials.push_back(trial_from(each, names));
  return listener;
}

std::string to_json(const StudyListener& listener, const std::vector<StudyPiece>& pieces,
                    const std::string& key_checksum) {
  Json json{{"format", kFormat},
            {"key", key_checksum},
            {"listener", std::stoull(listener.name)},
            {"consent", listener.has_consented},
            {"headphones", {{"right", listener.headphones.hits}, {"of", listener.headphones.count}}},
            {"musicianship", {{"lessons", listener.lessons}, {"musician", listener.musician}}},
            {"trials", Json::array()},
            {"attention", Json::array()}};
  if (listener.has_finished) json["finished"] = "";
  for (int i = 0; i < listener.attention.count; ++i)
    json["attention"].push_back({{"expected", 3}, {"answered", i < listener.attention.hits ? 3 : 1}});
  for (const auto& trial : listener.trials)
    json["trials"].push_back({{"piece", pieces[trial.piece].blind},
                              {"place", trial.place},
                              {"repeat", trial.is_repeat},
                              {"quadrant", name_of(trial.quadrant)},
                              {"valence", trial.sliders.valence},
                              {"arousal", trial.sliders.arousal},
                              {"familiar", trial.familiar},
                              {"heard_seconds", trial.heard_seconds}});
  return json.dump(1) + "\n";
}

std::string exclusion_of(const StudyListener& listener, const ExclusionRules& rules) {
  if (!listener.has_consented) return "no consent";
  if (!listener.has_finished) return "not finished";
  if (listener.headphones.hits < rules.headphones) return "headphones";
  if (listener.attention.count - listener.attention.hits > rules.attention_faults) return "attention";
  std::set<Quadrant> answers;
  for (const auto& trial : listener.trials) answers.insert(trial.quadrant);
  return listener.trials.size() >= 8 && answers.size() == 1 ? "one answer to all" : "";
}

StudyReport study_report(const std::vector<StudyListener>& listeners, const std::vector<StudyPiece>& pieces,
                         const ExclusionRules& rules, const BootstrapOptions& options) {
  StudyReport report;
  std::vector<CountedTrial> trials;
  std::map<std::string, std::vector<CountedTrial>> by_system;
  for (const auto& listener : listeners) {
    if (auto rule = exclusion_of(listener, rules); !rule.empty()) {
      report.excluded.emplace_back(listener.name, std::move(rule));
      continue;
    }
    for (const auto& trial : listener.trials) {
      if (trial.is_repeat) continue;
      if (!counts(trial, rules)) {
        ++report.dropped_trials;
        continue;
      }
      trials.push_back({report.listeners, &trial, &pieces[trial.piece]});
      by_system[pieces[trial.piece].system].push_back(trials.back());
    }
    const auto again = same_again(listener);
    report.repeats = {report.repeats.hits + again.hits, report.repeats.count + again.count};
    ++report.listeners;
  }
  report.trials = trials.size();
  report.systems.push_back(system_of("all", trials, options));
  if (by_system.size() > 1)
    for (const auto& [name, own] : by_system) report.systems.push_back(system_of(name, own, options));
  correct(report.systems);
  const auto ratings = [&](auto&& value) {
    return ratings_of(trials, report.listeners, pieces.size(), pieces.data(), value);
  };
  const auto quadrants =
      ratings([](const StudyTrial& trial) { return static_cast<double>(index_of(trial.quadrant)); });
  const auto valences = ratings([](const StudyTrial& trial) { return trial.sliders.valence; });
  const auto arousals = ratings([](const StudyTrial& trial) { return trial.sliders.arousal; });
  report.quadrant_alpha = krippendorff_alpha(quadrants, RatingScale::kNominal);
  report.valence_alpha = krippendorff_alpha(valences, RatingScale::kInterval);
  report.arousal_alpha = krippendorff_alpha(arousals, RatingScale::kInterval);
  report.valence_icc = intraclass_correlation(valences);
  report.arousal_icc = intraclass_correlation(arousals);
  return report;
}

std::vector<StudyListener> simulate_listeners(const std::vector<StudyPiece>& pieces,
                                              const SimulatedListeners& how) {
  const auto orders = listening_orders(pieces, SetHearing::kAll);
  std::vector<StudyListener> listeners;
  for (int number = 0; number < how.listeners; ++number) {
    Random random(how.seed, static_cast<std::uint64_t>(number));
    const auto normal = [&] { return normal_quantile(std::clamp(random.uniform(), 1e-9, 1 - 1e-9)); };
    const double valence = std::clamp(how.valence + how.deviation * normal(), 0., 1.);
    const double arousal = std::clamp(how.arousal + how.deviation * normal(), 0., 1.);
    StudyListener listener{.name = std::to_string(number + 1), .has_consented = true, .has_finished = true};
    listener.headphones = {6, 6};
    listener.attention = {2, 2};
    for (const auto piece : orders[static_cast<std::size_t>(number) % orders.size()]) {
      const auto intended = pieces[piece].quadrant;
      const bool pleasant = is_pleasant(intended) == (random.uniform() < valence);
      const bool excited = is_excited(intended) == (random.uniform() < arousal);
      const ValenceArousal sliders{(pleasant ? 1 : -1) * random.uniform(),
                                   (excited ? 1 : -1) * random.uniform()};
      listener.trials.push_back({.piece = piece,
                                 .place = static_cast<int>(listener.trials.size()),
                                 .quadrant = quadrant_of({pleasant ? 1. : -1., excited ? 1. : -1.}),
                                 .sliders = sliders,
                                 .heard_seconds = 30});
    }
    listeners.push_back(std::move(listener));
  }
  return listeners;
}

}  // namespace s2m
