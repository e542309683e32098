#include "story2midi/nn/workspace.h"

namespace s2m {

Workspace& Workspace::operator=(Workspace other) noexcept {
  std::swap(threads_, other.threads_);
  std::swap(team_, other.team_);
  std::swap(members_, other.members_);
  std::swap(floats_, other.floats_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Team& Workspace::team() {
  if (!team_) {
    team_ = std::make_unique<Team>(threads_);
    members_.resize(static_cast<std::size_t>(threads_) - 1);
  }
  return *team_;
}

Workspace& Workspace::of(int member) {
  return member == 0 ? *this : members_[static_cast<std::size_t>(member) - 1];
}

}  // namespace s2m
