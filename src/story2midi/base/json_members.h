// Reading JSON that may be anything: each member is asked for by name and kind, and an Error names what is
// wrong. For sources only: no public header includes it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"

namespace s2m {

class JsonMember {
 public:
  JsonMember(const nlohmann::json& value, std::string where) : value_(value), where_(std::move(where)) {}

  JsonMember at(const char* name) const {
    if (!value_.is_object()) fail("an object");
    const auto found = value_.find(name);
    if (found == value_.end()) throw Error(where_, "a member is missing", name);
    return {*found, where_ + "." + name};
  }
  bool has(const char* name) const { return value_.is_object() && value_.contains(name); }
  // Throws Error for a member that is none of `known`.
  void has_only(std::initializer_list<std::string_view> known) const {
    if (!value_.is_object()) fail("an object");
    for (const auto& [name, value] : value_.items())
      if (std::find(known.begin(), known.end(), name) == known.end())
        throw Error(where_, "has an unknown member", {}, name);
  }
  bool is_null() const { return value_.is_null(); }
  bool is_array() const { return value_.is_array(); }

  std::vector<JsonMember> items() const {
    if (!value_.is_array()) fail("an array");
    std::vector<JsonMember> members;
    for (std::size_t i = 0; i < value_.size(); ++i)
      members.emplace_back(value_[i], where_ + "[" + std::to_string(i) + "]");
    return members;
  }

  double number(double lowest, double highest) const {
    const double number = value_.is_number() ? value_.get<double>() : std::nan("");
    if (!(number >= lowest && number <= highest))
      fail("a number from " + text_of(lowest) + " to " + text_of(highest));
    return number;
  }

  std::uint64_t count(std::uint64_t most = ~std::uint64_t{0}) const {
    if (!value_.is_number_unsigned()) fail("a whole number, not negative");
    const auto count = value_.get<std::uint64_t>();
    if (count > most) fail("at most " + std::to_string(most));
    return count;
  }

  std::string text() const {
    if (!value_.is_string()) fail("a string");
    return value_.get<std::string>();
  }

  std::string dump() const { return value_.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

  bool flag() const {
    if (!value_.is_boolean()) fail("true or false");
    return value_.get<bool>();
  }

  [[noreturn]] void fail(const std::string& expected) const {
    auto actual = value_.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (actual.size() > 60) actual = value_.type_name();
    throw Error(where_, "is not as it should be", expected, actual);
  }

 private:
  static std::string text_of(double number) { return nlohmann::json(number).dump(); }

  const nlohmann::json& value_;
  std::string where_;
};

// Throws Error naming the byte where lists and objects lie deeper within each other than limits::kDeepestJson:
// what walks through JSON does so by recursion.
inline void check_json_depth(std::string_view text, const std::string& where) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') ++i;
    if (c == '"') in_string = !in_string;
    if (in_string) continue;
    if (c == ']' || c == '}') --depth;
    if ((c == '[' || c == '{') && ++depth > limits::kDeepestJson)
      throw Error(ErrorKind::kLimit, where + ": byte " + std::to_string(i + 1), "JSON is nested too deeply",
                  "at most " + std::to_string(limits::kDeepestJson) + " levels", "more");
  }
}

// Throws Error naming the byte.
template <class Json = nlohmann::json>
Json parse_json(std::string_view text, const std::string& where) {
  check_json_depth(text, where);
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(where + ": byte " + std::to_string(error.byte), "is not JSON");
  } catch (const nlohmann::json::exception&) {
    throw Error(where, "is not JSON");
  }
}

// Malformed UTF-8 becomes the replacement character.
template <class Json>
std::string write_json(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace s2m
