// The library's exceptions: Error for work that cannot be done, Cancelled for work that was asked to stop.
#pragma once

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>

namespace s2m {

// Who can mend it: the caller (kInvalidInput, kNotFound, kUnsupported, kLimit), whoever installed the models
// (kBrokenModel), or whoever runs the machine (kSystem).
enum class ErrorKind : std::uint8_t {
  kInvalidInput,  // a text, file, plan or option that is not as it must be
  kNotFound,      // a file or folder that does not exist
  kUnsupported,   // well-formed, but of a kind that is not read or written
  kBrokenModel,   // a model file that is damaged, or does not belong with the others
  kLimit,         // larger than base/limits.h allows
  kSystem,        // the operating system or a library underneath refused
};

// States the place, the fault, what was expected and what was found instead.
class Error : public std::runtime_error {
 public:
  // `where` names the place ("story.mid: byte 412"), `what` the fault in a few words.
  // The message reads "story.mid: byte 412: track runs past the file's end: expected 9000 bytes, got 2210".
  Error(std::string where, std::string what, std::string expected = {}, std::string actual = {});
  Error(ErrorKind kind, std::string where, std::string what, std::string expected = {},
        std::string actual = {});

  const ErrorKind kind;
  const std::string where;
  const std::string fault;
  const std::string expected;
  const std::string actual;
};

// Thrown by work whose Progress returned false. It is no Error: nothing is wrong.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "cancelled"; }
};

// Runs `work`; an Error that it throws gets `place` before its own place.
template <class Work>
auto naming(const std::string& place, Work&& work) {
  try {
    return work();
  } catch (const Error& error) {
    throw Error(error.kind, place + ": " + error.where, error.fault, error.expected, error.actual);
  }
}

// Runs `work`; an Error of kind kInvalidInput that it throws becomes one of `kind`.
template <class Work>
auto as_kind(ErrorKind kind, Work&& work) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.kind != ErrorKind::kInvalidInput) throw;
    throw Error(kind, error.where, error.fault, error.expected, error.actual);
  }
}

}  // namespace s2m
