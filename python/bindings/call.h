// Long work that is called from Python: without the GIL, with the caller's progress, and ended by Ctrl-C.
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "story2midi/base/progress.h"

namespace s2m::python {

// Objects of Python are made and used where the GIL is held alone.
class Call {
 public:
  // `progress`: None, or called with (done, all); False cancels the work.
  explicit Call(nanobind::object progress = nanobind::none()) : progress_(std::move(progress)) {}

  // What the work reports to. It looks for signals some fifty times a second. Ctrl-C works where the interpreter's main
  // thread is the caller.
  Progress progress();
  // Runs `work`, which belongs to a callback of the library, with the GIL; what it raises ends the call.
  void back_in_python(const std::function<void()>& work);

  // Runs pure C++ without the GIL. Throws Cancelled where the caller's progress said so, else what Python raised.
  template <class Work>
  auto run(Work&& work) {
    try {
      const nanobind::gil_scoped_release released;
      return work();
    } catch (const Cancelled&) {
      if (!raised_) throw;
    }
    throw nanobind::python_error(std::move(*raised_));
  }

 private:
  bool goes_on(std::uint64_t done, std::uint64_t all);

  nanobind::object progress_;
  std::optional<nanobind::python_error> raised_;
  std::chrono::steady_clock::time_point looked_ = {};
};

}  // namespace s2m::python
