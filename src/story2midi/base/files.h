// Whole files in and out. A file is written under a random name beside its target, which it then replaces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

// What is read of one file where the reader states no limit of its own: 256 MiB.
inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 28;

// Devices and pipes are read to their end. Throws Error when the file cannot be read or holds more than `max_bytes`.
std::vector<std::uint8_t> read_bytes(const std::filesystem::path& path,
                                     std::uint64_t max_bytes = kMaxFileBytes);
std::string read_text(const std::filesystem::path& path, std::uint64_t max_bytes = kMaxFileBytes);

// Throws Error where a NewFile could not be opened: to be called before long work.
void check_writable(const std::filesystem::path& path);

// True where both paths name one file: by device and inode where both exist, else by the resolved path.
bool is_same_file(const std::filesystem::path& a, const std::filesystem::path& b);

// A file that grows under a random name beside `path` and replaces it by commit(); without that, nothing is left.
// - A symbolic link stays: the file that it points to is replaced. Mode and, where permitted, owner are kept.
// - Devices and pipes are written to directly. A pipe without a reader is an Error after ten seconds.
// All throw Error.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  void write(std::span<const std::uint8_t> data);
  // Replaces bytes that were written before; not for devices and pipes.
  void overwrite(std::uint64_t position, std::span<const std::uint8_t> data);
  void commit();

 private:
  void flush();

  std::filesystem::path path_;             // as given, for messages
  std::filesystem::path target_, beside_;  // both empty where `path` is written to directly
  int descriptor_ = -1;
  std::vector<std::uint8_t> buffer_;
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
