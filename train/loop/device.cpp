#include "train/loop/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <torch/version.h>

#include "story2midi/base/error.h"

namespace s2m::train {
namespace {

void set_autocast(c10::DeviceType type, bool on) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  at::autocast::set_autocast_enabled(type, on);
  if (on) at::autocast::set_autocast_dtype(type, at::kBFloat16);
#else
  if (type == c10::DeviceType::CPU) {
    at::autocast::set_cpu_enabled(on);
    if (on) at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
  } else {
    at::autocast::set_enabled(on);
    if (on) at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
  }
#endif
}

}  // namespace

c10::Device open_device(const std::string& name, int threads) {
  at::set_num_threads(threads);  // the distribution's LibTorch starts with one
  try {
    const c10::Device device(name);
    if (device.is_cpu() || at::globalContext().hasCUDA()) return device;
  } catch (const c10::Error&) {
  }
  throw Error("device", "LibTorch has no such device here", "cpu or cuda[:n]", name);
}

Autocast::Autocast(c10::Device device, bool on) : type_(device.type()), on_(on) {
  if (!on_) return;
  at::autocast::increment_nesting();
  set_autocast(type_, true);
}

Autocast::~Autocast() {
  if (!on_) return;
  set_autocast(type_, false);
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
}

}  // namespace s2m::train
