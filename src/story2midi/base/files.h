// Whole files in and out. Writing goes to a file beside the target, which is then renamed over it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

// Throws Error when the file cannot be read or is larger than `max_bytes`.
std::vector<std::uint8_t> read_bytes(const std::filesystem::path& path,
                                     std::uint64_t max_bytes = std::uint64_t{1} << 40);
std::string read_text(const std::filesystem::path& path, std::uint64_t max_bytes = std::uint64_t{1} << 40);

// A path beside `path` to write to; `commit_file` flushes it and renames it over `path`. Throws Error.
std::filesystem::path path_beside(const std::filesystem::path& path);
void commit_file(const std::filesystem::path& beside, const std::filesystem::path& path);

// A file that grows beside `path` and is renamed over it by commit(); without that, nothing is left of it.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path);  // throws Error when it cannot be written; so do both below
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  void write(std::span<const std::uint8_t> data);
  void commit();

 private:
  std::filesystem::path path_, beside_;
  std::ofstream out_;
};

// Either the whole of `data` stands at `path` afterwards, or what was there before. Throws Error.
void write_bytes(const std::filesystem::path& path, std::span<const std::uint8_t> data);
void write_text(const std::filesystem::path& path, std::string_view text);

// A read-only memory mapping of a whole file; movable, unmapped on destruction. Throws Error.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::uint8_t> bytes() const { return {data_, size_}; }
  // Gives back the memory of a part of it; what looks there again reads the file again.
  void release(std::span<const std::uint8_t> part) const;

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace s2m
