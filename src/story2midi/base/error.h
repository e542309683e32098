// The one exception of the library: what went wrong, where, what was expected and what was there instead.
#pragma once

#include <stdexcept>
#include <string>

namespace s2m {

class Error : public std::runtime_error {
 public:
  // `where` names the place ("story.mid: byte 412"), `what` the fault in a few words.
  // The message reads "story.mid: byte 412: track runs past the file's end: expected 9000 bytes, got 2210".
  Error(std::string where, std::string what, std::string expected = {}, std::string actual = {});

  const std::string where;
  const std::string fault;
  const std::string expected;
  const std::string actual;
};

// What `work` returns; its Errors say that they are at `place`.
template <class Work>
auto naming(const std::string& place, Work&& work) {
  try {
    return work();
  } catch (const Error& error) {
    throw Error(place + ": " + error.where, error.fault, error.expected, error.actual);
  }
}

}  // namespace s2m
