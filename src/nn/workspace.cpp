#include "nn/workspace.h"

namespace s2m {

Workspace& Workspace::operator=(Workspace other) noexcept {
  std::swap(threads_, other.threads_);
  std::swap(team_, other.team_);
  std::swap(floats_, other.floats_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Team& Workspace::team() {
  if (!team_) team_ = std::make_unique<Team>(threads_);
  return *team_;
}

}  // namespace s2m
