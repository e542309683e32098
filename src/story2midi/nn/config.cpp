#include "story2midi/nn/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <type_traits>

#include "story2midi/base/error.h"
#include "story2midi/base/json_members.h"

namespace s2m {
namespace {

using Json = nlohmann::ordered_json;
using Fields = std::vector<std::pair<std::string, int>>;

constexpr int kMaxSize = 1 << 20;
constexpr int kMaxNumber = 1 << 24;
constexpr int kMaxLayers = 256;
constexpr int kMaxScales = 16;
constexpr int kFewestTokens = 3;     // <s>, a token of the text, </s>
constexpr int kMaxByteValues = 256;  // an event's values are bytes
constexpr std::size_t kMaxFields = 15;
constexpr int kMaxLists = 16;

// f(name, member) for each member of a configuration: the one list that reading and writing share.
template <class Config, class F>
requires std::is_same_v<std::remove_const_t<Config>, EncoderConfig>
void visit_members(Config& c, F&& f) {
  f("vocabulary", c.vocabulary);
  f("width", c.width);
  f("layers", c.layers);
  f("heads", c.heads);
  f("ffn", c.ffn);
  f("positions", c.positions);
  f("token_types", c.token_types);
  f("padding_id", c.padding_id);
  f("first_position", c.first_position);
  f("relative_buckets", c.relative_buckets);
  f("relative_distance", c.relative_distance);
  f("norm_epsilon", c.norm_epsilon);
  f("projection", c.projection);
  f("labels", c.labels);
  f("uncertainty", c.uncertainty);
  f("scales", c.scales);
}

template <class Config, class F>
requires std::is_same_v<std::remove_const_t<Config>, DecoderConfig>
void visit_members(Config& c, F&& f) {
  f("width", c.width);
  f("layers", c.layers);
  f("heads", c.heads);
  f("ffn", c.ffn);
  f("cross_every", c.cross_every);
  f("memory_width", c.memory_width);
  f("window", c.window);
  f("rope_base", c.rope_base);
  f("norm_epsilon", c.norm_epsilon);
  f("kinds", c.kinds);
  f("fields", c.fields);
  f("start_kind", c.start_kind);
  f("unknown_list", c.unknown_list);
}

void check(bool holds, const std::string& member, const std::string& expected, const std::string& actual) {
  if (!holds) throw Error("model configuration: " + member, "impossible value", expected, actual);
}

void check_range(const std::string& member, int value, int low, int high) {
  check(value >= low && value <= high, member, fmt::format("{} to {}", low, high), std::to_string(value));
}

void check_transformer(int width, int heads, int layers, int ffn) {
  check_range("width", width, 1, kMaxSize);
  check_range("heads", heads, 1, width);
  check(width % heads == 0, "heads", "a divisor of the width", std::to_string(heads));
  check_range("layers", layers, 1, kMaxLayers);
  check_range("ffn", ffn, 1, kMaxSize);
}

void check_positive(const std::string& member, float value) {
  check(std::isfinite(value) && value > 0, member, "a positive number", std::to_string(value));
}

void check(const EncoderConfig& c) {
  check_transformer(c.width, c.heads, c.layers, c.ffn);
  check_range("vocabulary", c.vocabulary, 1, kMaxNumber);
  check_range("padding_id", c.padding_id, 0, c.vocabulary - 1);
  check_range("first_position", c.first_position, 0, kMaxSize - 1);
  check_range("positions", c.positions, c.first_position + kFewestTokens, kMaxSize);
  check_range("token_types", c.token_types, 0, kMaxSize);
  check_range("relative_buckets", c.relative_buckets, 0, kMaxSize);
  check(c.relative_buckets % 4 == 0, "relative_buckets", "a multiple of four",
        std::to_string(c.relative_buckets));
  check_range("relative_distance", c.relative_distance, c.relative_buckets / 4 + 1, kMaxSize);
  check_range("projection", c.projection, 0, kMaxSize);
  check_range("labels", c.labels, 1, kMaxSize);
  check_range("uncertainty", c.uncertainty, 0, 1);
  check_range("scales", c.scales, 1, kMaxScales);
  check_positive("norm_epsilon", c.norm_epsilon);
}

void check_fields(const std::string& member, const Fields& fields, std::set<std::string>& names) {
  check(fields.size() <= kMaxFields, member, "at most 15 fields", std::to_string(fields.size()));
  for (const auto& [name, size] : fields) {
    check_range(member + "." + name, size, 1, kMaxByteValues);
    check(!name.empty() && names.insert(name).second, member, "names that differ", "\"" + name + "\" twice");
  }
}

void check_language(const DecoderConfig& c) {
  const auto size = [](const auto& list) { return static_cast<int>(list.size()); };
  check_range("kinds", size(c.kinds), 1, kMaxByteValues);
  check_range("fields", size(c.fields), 0, kMaxLists);
  std::set<std::string> kinds, names{"kind"};
  for (const auto& [name, list] : c.kinds) {
    check(!name.empty() && kinds.insert(name).second, "kinds", "names that differ", "\"" + name + "\" twice");
    check_range("kinds." + name, list, 0, size(c.fields));
  }
  check_range("start_kind", c.start_kind, 0, size(c.kinds) - 1);
  check_range("unknown_list", c.unknown_list, 0, size(c.fields));
  for (const auto& list : c.fields) check_fields("fields", list, names);
}

void check(const DecoderConfig& c) {
  check_transformer(c.width, c.heads, c.layers, c.ffn);
  check((c.width / c.heads) % 2 == 0, "heads", "heads of even width, which rotary positions need",
        fmt::format("{} / {}", c.width, c.heads));
  check_range("cross_every", c.cross_every, 0, kMaxLayers);
  check_range("memory_width", c.memory_width, 1, kMaxSize);
  check_range("window", c.window, 1, kMaxSize);
  check_positive("rope_base", c.rope_base);
  check_positive("norm_epsilon", c.norm_epsilon);
  check_language(c);
}

Json written(int value) { return value; }
// The shortest decimal that reads back as the same float: 1e-05, not 9.999999747378752e-06.
Json written(float value) { return std::strtod(fmt::format("{}", value).c_str(), nullptr); }
Json written(const Fields& fields) {
  Json list = Json::array();
  for (const auto& [name, size] : fields) list.push_back({name, size});
  return list;
}

Json written(const std::vector<Fields>& lists) {
  Json all = Json::array();
  for (const auto& list : lists) all.push_back(written(list));
  return all;
}

template <class Config>
std::string write(const Config& config) {
  Json json;
  visit_members(config, [&](const char* name, const auto& member) { json[name] = written(member); });
  return json.dump();
}

void read(const JsonMember& json, int& value) { value = static_cast<int>(json.count(kMaxNumber)); }

void read(const JsonMember& json, float& value) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  value = static_cast<float>(json.number(-kLargest, kLargest));
}

void read(const JsonMember& json, Fields& fields) {
  fields.clear();
  for (const JsonMember& item : json.items()) {
    const auto pair = item.items();
    if (pair.size() != 2) item.fail("[name, size]");
    read(pair[1], fields.emplace_back(pair[0].text(), 0).second);
  }
}

void read(const JsonMember& json, std::vector<Fields>& lists) {
  lists.clear();
  for (const JsonMember& item : json.items()) read(item, lists.emplace_back());
}

// Members that older files do not have: what they mean is their default.
bool came_later(std::string_view name) {
  static constexpr std::array kLater{"uncertainty", "scales", "first_position", "relative_buckets",
                                     "relative_distance"};
  return std::ranges::find(kLater, name) != kLater.end();
}

template <class Config>
Config parse(std::string_view text) {
  const auto json = parse_json(text, "model configuration");
  const JsonMember members(json, "model configuration");
  Config config;
  std::vector<std::string_view> known;
  visit_members(config, [&](const char* name, auto& member) {
    known.push_back(name);
    if (members.has(name) || !came_later(name)) read(members.at(name), member);
  });
  // A member that this version does not know may change what the network computes.
  for (const auto& [name, value] : json.items())
    if (std::ranges::find(known, name) == known.end())
      throw Error("model configuration", "has an unknown member", {}, name);
  if constexpr (std::is_same_v<Config, EncoderConfig>)
    if (!members.has("first_position")) config.first_position = config.padding_id + 1;
  check(config);
  return config;
}

}  // namespace

std::string to_json(const EncoderConfig& config) { return write(config); }
std::string to_json(const DecoderConfig& config) { return write(config); }

EncoderConfig encoder_config_from_json(std::string_view json) { return parse<EncoderConfig>(json); }
DecoderConfig decoder_config_from_json(std::string_view json) { return parse<DecoderConfig>(json); }

}  // namespace s2m
