// A request that is not granted: an HTTP status and one clear line.
#pragma once

#include <string>

#include "story2midi/base/error.h"

namespace s2m::serve {

struct Problem {
  int status = 400;
  std::string where;
  std::string what;
  std::string expected = {};
  std::string actual = {};
  int retry_after_seconds = 0;  // 0: no such header
  std::string allow = {};       // of 405: the methods that the path has
};

// The caller's faults are 413 (kLimit) and 422, ours are 500.
Problem problem_of(const Error& error);

// {"error":{"where":...,"what":...,"expected":...,"actual":...,"message":...}}, one line.
std::string to_json(const Problem& problem);

// Thrown by handlers.
struct Refused : std::exception {
  explicit Refused(Problem why) : problem(std::move(why)) {}
  const char* what() const noexcept override { return problem.what.c_str(); }
  Problem problem;
};

// Of the exception that is being handled, whatever it is. Call it in a catch clause.
Problem problem_of_exception();

}  // namespace s2m::serve
