#include "story2midi/base/error.h"

#include <utility>

namespace s2m {
namespace {

std::string message(const std::string& where, const std::string& what, const std::string& expected,
                    const std::string& actual) {
  std::string text = where.empty() ? what : where + ": " + what;
  if (!expected.empty()) text += ": expected " + expected;
  if (!actual.empty()) text += (expected.empty() ? ": got " : ", got ") + actual;
  return text;
}

}  // namespace

Error::Error(ErrorKind kind_, std::string where_, std::string what_, std::string expected_,
             std::string actual_)
    : std::runtime_error(message(where_, what_, expected_, actual_)),
      kind(kind_),
      where(std::move(where_)),
      fault(std::move(what_)),
      expected(std::move(expected_)),
      actual(std::move(actual_)) {}

Error::Error(std::string where_, std::string what_, std::string expected_, std::string actual_)
    : Error(ErrorKind::kInvalidInput, std::move(where_), std::move(what_), std::move(expected_),
            std::move(actual_)) {}

}  // namespace s2m
