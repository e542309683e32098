// Files that were made on demand, the latest ones: a browser that seeks asks for many ranges of one.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace s2m::serve {

// May be used from many threads.
class MadeFiles {
 public:
  explicit MadeFiles(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  std::shared_ptr<const std::string> find(const std::string& name);
  // The oldest give way where there are too many bytes.
  void keep(const std::string& name, std::shared_ptr<const std::string> bytes);

 private:
  std::mutex mutex_;
  std::size_t most_bytes_, bytes_ = 0;
  std::list<std::pair<std::string, std::shared_ptr<const std::string>>> files_;  // the latest first
};

}  // namespace s2m::serve
