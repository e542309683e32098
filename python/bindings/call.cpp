#include "python/bindings/call.h"

namespace nb = nanobind;

namespace s2m::python {
namespace {

constexpr auto kBetweenLooks = std::chrono::milliseconds(20);

}  // namespace

Progress Call::progress() {
  return [this](std::uint64_t done, std::uint64_t all) { return goes_on(done, all); };
}

bool Call::goes_on(std::uint64_t done, std::uint64_t all) {
  const auto now = std::chrono::steady_clock::now();
  if (progress_.is_none() && now - looked_ < kBetweenLooks) return true;
  looked_ = now;
  bool wanted = true;
  back_in_python([&] {
    if (!progress_.is_none()) wanted = !progress_(done, all).is(nb::bool_(false));
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
  });
  return wanted;
}

void Call::back_in_python(const std::function<void()>& work) {
  const nb::gil_scoped_acquire held;
  try {
    work();
  } catch (nb::python_error& error) {
    raised_.emplace(std::move(error));
  }
  if (raised_) throw Cancelled();
}

}  // namespace s2m::python
