#include "story2midi/nn/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
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
  check_range("vocabulary", c.vocabulary, 1, 1 << 24);
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

void read(const Json& json, const std::string& name, int& value) {
  check(json.is_number_integer(), name, "an integer", json.dump());
  const auto wide = json.get<std::int64_t>();
  check(wide >= 0 && wide <= (1 << 24), name, "0 to 16777216", json.dump());
  value = static_cast<int>(wide);
}

void read(const Json& json, const std::string& name, float& value) {
  check(json.is_number(), name, "a number", json.dump());
  value = json.get<float>();
}

void read(const Json& json, const std::string& name, Fields& fields) {
  check(json.is_array(), name, "a list of [name, size]", json.dump());
  fields.clear();
  for (const auto& item : json) {
    check(item.is_array() && item.size() == 2 && item[0].is_string(), name, "[name, size]", item.dump());
    int size = 0;
    read(item[1], name, size);
    fields.emplace_back(item[0].get<std::string>(), size);
  }
}

void read(const Json& json, const std::string& name, std::vector<Fields>& lists) {
  check(json.is_array(), name, "a list of lists of [name, size]", json.dump());
  lists.clear();
  for (const auto& item : json) read(item, name, lists.emplace_back());
}

// Members that older files do not have: what they mean is their default.
bool came_later(std::string_view name) {
  static constexpr std::array kLater{"uncertainty", "scales", "first_position", "relative_buckets",
                                     "relative_distance"};
  return std::ranges::find(kLater, name) != kLater.end();
}

template <class Config>
Config parse(std::string_view text) {
  const auto json = parse_json<Json>(text, "model configuration");
  if (!json.is_object()) throw Error("model configuration", "not a JSON object");
  Config config;
  std::size_t members = 0;
  visit_members(config, [&](const char* name, auto& member) {
    if (!json.contains(name) && came_later(name)) return;
    if (!json.contains(name)) throw Error("model configuration", std::string(name) + " is missing");
    read(json[name], name, member);
    ++members;
  });
  if constexpr (std::is_same_v<Config, EncoderConfig>)
    if (!json.contains("first_position")) config.first_position = config.padding_id + 1;
  // A member that this version does not know may change what the network computes.
  if (json.size() != members)
    throw Error("model configuration", "unknown members", std::to_string(members),
                std::to_string(json.size()));
  check(config);
  return config;
}

}  // namespace

std::string to_json(const EncoderConfig& config) { return write(config); }
std::string to_json(const DecoderConfig& config) { return write(config); }

EncoderConfig encoder_config_from_json(std::string_view json) { return parse<EncoderConfig>(json); }
DecoderConfig decoder_config_from_json(std::string_view json) { return parse<DecoderConfig>(json); }

}  // namespace s2m
