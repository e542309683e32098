// A file in memory, with a path, for fuzz targets of what is read by path.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace s2m {

class MemoryFile {
 public:
  // With an `ending`, the path ends so: a link to the file in memory.
  MemoryFile(const std::uint8_t* data, std::size_t size, const std::string& ending = {})
      : file_(::memfd_create("model", 0)), path_("/proc/self/fd/" + std::to_string(file_)) {
    if (file_ < 0 || ::write(file_, data, size) != static_cast<ssize_t>(size)) __builtin_trap();
    if (ending.empty()) return;
    link_ = "/tmp/s2m_fuzz_" + std::to_string(::getpid()) + ending;
    ::unlink(link_.c_str());
    if (::symlink(path_.c_str(), link_.c_str()) != 0) __builtin_trap();
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    ::close(file_);
    if (!link_.empty()) ::unlink(link_.c_str());
  }
  const std::string& path() const { return link_.empty() ? path_ : link_; }

 private:
  int file_;
  std::string path_, link_;
};

}  // namespace s2m
