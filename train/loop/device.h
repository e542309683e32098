// The device and the precision of matrix products. Differences between LibTorch's versions are handled only here.
#pragma once

#include <c10/core/Device.h>

#include <string>

namespace s2m::train {

// Sets LibTorch's threads and checks that the device exists. Throws Error.
c10::Device open_device(const std::string& name, int threads);

// While it lives, matrix products take bfloat16 operands (autocast) if `on`.
class Autocast {
 public:
  Autocast(c10::Device device, bool on);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  c10::DeviceType type_;
  bool on_;
};

}  // namespace s2m::train
