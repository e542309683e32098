#include "apps/serve/made_files.h"

#include <algorithm>

namespace s2m::serve {

std::shared_ptr<const std::string> MadeFiles::find(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(files_, name, [](const auto& file) { return file.first; });
  if (found == files_.end()) return nullptr;
  files_.splice(files_.begin(), files_, found);
  return files_.front().second;
}

void MadeFiles::keep(const std::string& name, std::shared_ptr<const std::string> bytes) {
  const std::lock_guard lock(mutex_);
  bytes_ += bytes->size();
  files_.emplace_front(name, std::move(bytes));
  for (; bytes_ > most_bytes_; files_.pop_back()) bytes_ -= files_.back().second->size();
}

}  // namespace s2m::serve
