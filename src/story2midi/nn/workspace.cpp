#include "story2midi/nn/workspace.h"

namespace s2m {

Workspace& Workspace::operator=(Workspace other) noexcept {
  std::swap(floats_, other.floats_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace s2m
