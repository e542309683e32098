#include "apps/serve/problem.h"

#include <new>
#include <nlohmann/json.hpp>

#include "apps/serve/database.h"
#include "story2midi/base/json_members.h"

namespace s2m::serve {

Problem problem_of(const Error& error) {
  const auto status = error.kind == ErrorKind::kLimit                                             ? 413
                      : error.kind == ErrorKind::kBrokenModel || error.kind == ErrorKind::kSystem ? 500
                                                                                                  : 422;
  return {status, error.where, error.fault, error.expected, error.actual};
}

Problem problem_of_exception() {
  constexpr int kRetrySeconds = 5;
  try {
    throw;
  } catch (const Refused& refused) {
    return refused.problem;
  } catch (const Cancelled&) {
    return {503, "server", "is about to end", {}, {}, kRetrySeconds};
  } catch (const StoreUnavailable& error) {
    return {503, error.where, error.fault, {}, {}, kRetrySeconds};
  } catch (const Error& error) {
    return problem_of(error);
  } catch (const std::bad_alloc&) {
    return {503, "server", "has no memory left for this", {}, {}, kRetrySeconds};
  } catch (const std::exception& error) {
    return {500, "server", error.what()};
  }
}

std::string to_json(const Problem& problem) {
  nlohmann::ordered_json error{{"where", problem.where}, {"what", problem.what}};
  if (!problem.expected.empty()) error["expected"] = problem.expected;
  if (!problem.actual.empty()) error["actual"] = problem.actual;
  error["message"] = Error(problem.where, problem.what, problem.expected, problem.actual).what();
  return write_json(nlohmann::ordered_json{{"error", error}});
}

}  // namespace s2m::serve
