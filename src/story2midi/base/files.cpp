#include "story2midi/base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  const auto kind = errno == ENOENT ? ErrorKind::kNotFound : ErrorKind::kSystem;
  throw Error(kind, path.string(), what, {}, std::strerror(errno));
}

template <class Buffer>
Buffer read_whole(const std::filesystem::path& path, std::uint64_t max_bytes) {
  if (std::filesystem::is_directory(path)) throw Error(path.string(), "cannot read", "a file", "a folder");
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(path, "cannot open");
  Buffer buffer;
  char chunk[1 << 16];
  while (in.read(chunk, sizeof chunk) || in.gcount() > 0) {
    buffer.insert(buffer.end(), chunk, chunk + in.gcount());
    if (buffer.size() > max_bytes)
      throw Error(ErrorKind::kLimit, path.string(), "file too large",
                  "at most " + std::to_string(max_bytes) + " bytes", "more");
  }
  if (in.bad()) fail(path, "cannot read");
  return buffer;
}

}  // namespace

std::vector<std::uint8_t> read_bytes(const std::filesystem::path& path, std::uint64_t max_bytes) {
  return read_whole<std::vector<std::uint8_t>>(path, max_bytes);
}

std::string read_text(const std::filesystem::path& path, std::uint64_t max_bytes) {
  return read_whole<std::string>(path, max_bytes);
}

std::filesystem::path path_beside(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) throw Error(path.string(), "cannot write", "a file", "a folder");
  auto beside = path;
  beside += ".part" + std::to_string(::getpid());
  return beside;
}

void commit_file(const std::filesystem::path& beside, const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::rename(beside, path, error);
  if (!error) return;
  std::filesystem::remove(beside);
  throw Error(ErrorKind::kSystem, path.string(), "cannot write", {}, error.message());
}

NewFile::NewFile(std::filesystem::path path) : path_(std::move(path)), beside_(path_beside(path_)) {
  errno = 0;
  out_.open(beside_, std::ios::binary | std::ios::trunc);
  if (!out_) fail(path_, "cannot write");
}

NewFile::~NewFile() {
  std::error_code ignored;
  std::filesystem::remove(beside_, ignored);
}

void NewFile::write(std::span<const std::uint8_t> data) {
  out_.write(reinterpret_cast<const char*>(data.data()), static_cast<std::streamsize>(data.size()));
  if (!out_) fail(path_, "cannot write");
}

void NewFile::commit() {
  out_.close();
  if (!out_) fail(path_, "cannot write");
  commit_file(beside_, path_);
}

void write_bytes(const std::filesystem::path& path, std::span<const std::uint8_t> data) {
  NewFile file(path);
  file.write(data);
  file.commit();
}

void write_text(const std::filesystem::path& path, std::string_view text) {
  write_bytes(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

MappedFile::MappedFile(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail(path, "cannot open");
  struct stat status {};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(file);
    throw Error(path.string(), "cannot read", "a file", "something else");
  }
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ > 0) {
    void* address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    ::close(file);
    if (address == MAP_FAILED) fail(path, "cannot map");
    data_ = static_cast<const std::uint8_t*>(address);
  } else {
    ::close(file);
  }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::release(std::span<const std::uint8_t> part) const {
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  // Only pages that are the part's alone.
  const auto from = static_cast<std::size_t>(part.data() - data_);
  const auto begin = (from + page - 1) / page * page, end = (from + part.size()) / page * page;
  if (begin < end) ::madvise(const_cast<std::uint8_t*>(data_) + begin, end - begin, MADV_DONTNEED);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::uint8_t*>(data_), size_);
}

}  // namespace s2m
