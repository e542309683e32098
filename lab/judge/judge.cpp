#include "lab/judge/judge.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"

namespace s2m {
namespace {

constexpr const char* kFormat = "story2midi judge 1";
constexpr double kFarthest = 3;   // deviations: what lies farther out says no more
constexpr double kLargest = 1e6;  // of any number in a file
constexpr std::uint64_t kMostClips = 1'000'000;
constexpr std::uint64_t kMaxBytes = 1 << 20;

double probability(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

// Value of each input, in the order of the inputs. Names are those of `named`, in its order or any other.
double value_of(const std::vector<NamedFeature>& features, const std::string& name) {
  const auto found = std::ranges::find(features, name, &NamedFeature::name);
  if (found == features.end()) throw Error("judge", "unknown feature", "one of music_features", name);
  return found->value;
}

JudgeInput read_input(const JsonMember& member) {
  JudgeInput input;
  input.name = member.at("name").text();
  const std::string scale = member.at("scale").text();
  if (scale != "linear" && scale != "log") member.at("scale").fail("linear or log");
  input.scale = scale == "log" ? InputScale::kLogarithm : InputScale::kLinear;
  input.mean = member.at("mean").number(-kLargest, kLargest);
  input.deviation = member.at("deviation").number(1e-9, kLargest);
  input.valence = member.at("valence").number(-kLargest, kLargest);
  input.arousal = member.at("arousal").number(-kLargest, kLargest);
  return input;
}

using Json = nlohmann::ordered_json;

Json json_of(const JudgeAccuracy& accuracy) {
  const auto share = [](const Estimate& one) {
    return Json{{"value", one.value}, {"low", one.interval.low}, {"high", one.interval.high}};
  };
  return {{"music", accuracy.music},
          {"clips", accuracy.clips},
          {"songs", accuracy.songs},
          {"quadrant", share(accuracy.quadrant)},
          {"arousal", share(accuracy.arousal)},
          {"valence", share(accuracy.valence)}};
}

JudgeAccuracy read_accuracy(const JsonMember& member) {
  const auto count = [&](const char* name) {
    return static_cast<int>(std::min(kMostClips, member.at(name).count()));
  };
  const int clips = count("clips");
  const auto share = [&](const char* name) {
    const auto at = [&](const char* part) { return member.at(name).at(part).number(0, 1); };
    return Estimate{at("value"), {at("low"), at("high")}, clips};
  };
  return {member.at("music").text(), clips,           count("songs"), share("quadrant"),
          share("arousal"),          share("valence")};
}

void check_names(const std::vector<JudgeInput>& inputs, const std::string& where) {
  const auto known = named(MusicFeatures{});
  std::set<std::string> seen;
  for (const JudgeInput& input : inputs) {
    if (std::ranges::find(known, input.name, &NamedFeature::name) == known.end())
      throw Error(where, "unknown feature", "one of music_features", input.name);
    if (!seen.insert(input.name).second) throw Error(where, "a feature stands twice", {}, input.name);
  }
}

}  // namespace

Quadrant Judgement::quadrant() const {
  return kQuadrants[static_cast<std::size_t>(std::ranges::max_element(quadrants) - quadrants.begin())];
}

double input_value(double value, InputScale scale) {
  return scale == InputScale::kLogarithm ? std::log(std::max(0.01, value)) : value;
}

void standardise_by(std::span<const double> values, JudgeInput& input) {
  input.mean = mean(values);
  const double spread = deviation(values);
  input.deviation = spread > 1e-9 ? spread : 1;
}

Judgement Judge::judge(const MusicFeatures& features) const {
  const auto values = named(features);
  double valence = valence_bias, arousal = arousal_bias;
  for (const JudgeInput& input : inputs) {
    const double from_mean = input_value(value_of(values, input.name), input.scale) - input.mean;
    const double standard = std::clamp(from_mean / input.deviation, -kFarthest, kFarthest);
    valence += input.valence * standard;
    arousal += input.arousal * standard;
  }
  const double pleasant = probability(valence), excited = probability(arousal);
  return {2 * pleasant - 1,
          2 * excited - 1,
          {pleasant * excited, (1 - pleasant) * excited, (1 - pleasant) * (1 - excited),
           pleasant * (1 - excited)}};
}

Judgement Judge::judge(const Score& score) const {
  const MusicFeatures features = music_features(score);
  if (features == MusicFeatures{}) throw Error("judge", "nothing to judge", "a score with notes", "none");
  return judge(features);
}

std::string to_json(const std::vector<JudgedFile>& files) {
  auto all = nlohmann::ordered_json::array();
  for (const auto& [file, judgement] : files) {
    nlohmann::ordered_json one{{"file", file},
                               {"valence", judgement.valence},
                               {"arousal", judgement.arousal},
                               {"quadrant", name_of(judgement.quadrant())}};
    for (const Quadrant quadrant : kQuadrants)
      one["probabilities"][name_of(quadrant)] = judgement.quadrants[index_of(quadrant)];
    all.push_back(std::move(one));
  }
  return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string to_json(const JudgeAccuracy& accuracy) { return json_of(accuracy).dump(); }

std::string to_json(const Judge& judge) {
  Json all{{"format", kFormat}};
  if (judge.held_out) all["held_out"] = json_of(*judge.held_out);
  all["valence_bias"] = judge.valence_bias;
  all["arousal_bias"] = judge.arousal_bias;
  all["inputs"] = Json::array();
  for (const JudgeInput& input : judge.inputs)
    all["inputs"].push_back({{"name", input.name},
                             {"scale", input.scale == InputScale::kLogarithm ? "log" : "linear"},
                             {"mean", input.mean},
                             {"deviation", input.deviation},
                             {"valence", input.valence},
                             {"arousal", input.arousal}});
  return all.dump(1) + "\n";
}

Judge judge_from_json(std::string_view json, const std::string& where) {
  const auto value = parse_json(json, where);
  const JsonMember all(value, where);
  if (all.at("format").text() != kFormat) all.at("format").fail(kFormat);
  Judge judge;
  if (all.has("held_out")) judge.held_out = read_accuracy(all.at("held_out"));
  judge.valence_bias = all.at("valence_bias").number(-kLargest, kLargest);
  judge.arousal_bias = all.at("arousal_bias").number(-kLargest, kLargest);
  for (const JsonMember& input : all.at("inputs").items()) judge.inputs.push_back(read_input(input));
  check_names(judge.inputs, where);
  return judge;
}

Judge load_judge(const std::filesystem::path& file) {
  return judge_from_json(read_text(file, kMaxBytes), file.string());
}

void save_judge(const Judge& judge, const std::filesystem::path& file) { write_text(file, to_json(judge)); }

}  // namespace s2m
