// Files in a zip archive that lies in memory.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace s2m {

class ZipReader {
 public:
  // `bytes` must stay. At most `most_total` bytes are unpacked in all. Throws Error for what is no zip archive.
  ZipReader(std::string_view bytes, std::string_view name, std::size_t most_total);
  ~ZipReader();
  ZipReader(const ZipReader&) = delete;
  ZipReader& operator=(const ZipReader&) = delete;

  // Nothing for a file that is not there. Throws Error for one that is encrypted, damaged or larger than `most` bytes.
  std::optional<std::string> read(const std::string& file, std::size_t most);
  // The first file whose name ends so; empty without one.
  std::string find(std::string_view ending) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace s2m
