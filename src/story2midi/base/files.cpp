#include "story2midi/base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = 1 << 16;
constexpr int kMostLinks = 40;  // as the kernel
constexpr auto kReaderWait = std::chrono::seconds(10);

[[noreturn]] void fail(const fs::path& path, const char* what) {
  const auto kind = errno == ENOENT ? ErrorKind::kNotFound : ErrorKind::kSystem;
  throw Error(kind, path.string(), what, {}, std::strerror(errno));
}

// What `path` leads to; none where nothing is there. Throws Error where it cannot be known.
std::optional<struct stat> status_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return status;
  if (errno != ENOENT) fail(path, "cannot open");
  return std::nullopt;
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : value_(::open(path.c_str(), flags | O_CLOEXEC)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int number() const { return value_; }

 private:
  int value_;
};

[[noreturn]] void fail_too_large(const fs::path& path, std::uint64_t max_bytes) {
  throw Error(ErrorKind::kLimit, path.string(), "file too large",
              "at most " + std::to_string(max_bytes) + " bytes", "more");
}

template <class Buffer>
Buffer read_whole(const fs::path& path, std::uint64_t max_bytes) {
  const Descriptor file(path, O_RDONLY);
  struct stat status {};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) fail(path, "cannot open");
  if (S_ISDIR(status.st_mode)) throw Error(path.string(), "cannot read", "a file", "a folder");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (S_ISREG(status.st_mode) && size > max_bytes) fail_too_large(path, max_bytes);
  Buffer buffer;
  if (S_ISREG(status.st_mode)) buffer.reserve(size);
  for (std::vector<char> chunk(kBufferBytes);;) {
    const auto count = ::read(file.number(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, "cannot read");
    if (count == 0) return buffer;
    buffer.insert(buffer.end(), chunk.begin(), chunk.begin() + count);
    if (buffer.size() > max_bytes) fail_too_large(path, max_bytes);
  }
}

// `path`, or where it is a symbolic link, the path that it leads to, which need not exist.
fs::path behind_links(fs::path path) {
  for (int links = 0; links < kMostLinks; ++links) {
    std::error_code error;
    const auto next = fs::read_symlink(path, error);
    if (error) return path;
    path = path.parent_path() / next;
  }
  errno = ELOOP;
  fail(path, "cannot write");
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

bool is_plain(const std::optional<struct stat>& status) { return !status || S_ISREG(status->st_mode); }

std::string random_name() {
  std::uint64_t bits[2] = {};
  if (::getrandom(bits, sizeof bits, 0) != sizeof bits)
    throw Error(ErrorKind::kSystem, "getrandom", "gives no random bytes");
  std::string name = ".story2midi-";
  for (std::uint64_t word : bits)
    for (int digit = 0; digit < 8; ++digit, word >>= 4) name += "0123456789abcdef"[word & 15];
  return name + ".part";
}

// Without O_NONBLOCK a pipe without a reader would hold the program forever.
int open_directly(const fs::path& path) {
  const auto start = std::chrono::steady_clock::now();
  for (;;) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file >= 0) {
      ::fcntl(file, F_SETFL, ::fcntl(file, F_GETFL) & ~O_NONBLOCK);
      return file;
    }
    if (errno != ENXIO && errno != EINTR) fail(path, "cannot write");
    if (std::chrono::steady_clock::now() - start > kReaderWait)
      throw Error(ErrorKind::kSystem, path.string(), "cannot write", "a program that reads this pipe",
                  "none within 10 seconds");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void write_all(int file, std::span<const std::uint8_t> data, const fs::path& path) {
  while (!data.empty()) {
    const auto count = ::write(file, data.data(), data.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, "cannot write");
    data = data.subspan(static_cast<std::size_t>(count));
  }
}

// The new file gets what the old one had; a foreign owner only where the system permits it.
void keep_mode(int file, const struct stat& old, const fs::path& path) {
  struct stat now {};
  if (::fstat(file, &now) != 0) fail(path, "cannot write");
  auto mode = old.st_mode & 07777;
  if ((now.st_uid != old.st_uid || now.st_gid != old.st_gid) && ::fchown(file, old.st_uid, old.st_gid) != 0)
    mode &= 0777;
  if (::fchmod(file, mode) != 0) fail(path, "cannot write");
}

// Where the folder cannot be opened its entry is written when the system sees fit.
void sync_folder(const fs::path& folder) {
  const Descriptor opened(folder, O_RDONLY | O_DIRECTORY);
  if (opened.number() >= 0) ::fsync(opened.number());
}

}  // namespace

std::vector<std::uint8_t> read_bytes(const fs::path& path, std::uint64_t max_bytes) {
  return read_whole<std::vector<std::uint8_t>>(path, max_bytes);
}

std::string read_text(const fs::path& path, std::uint64_t max_bytes) {
  return read_whole<std::string>(path, max_bytes);
}

void check_writable(const fs::path& path) {
  const auto status = status_of(path);
  if (status && S_ISDIR(status->st_mode)) throw Error(path.string(), "cannot write", "a file", "a folder");
  if (status && ::access(path.c_str(), W_OK) != 0) fail(path, "cannot write");
  if (!is_plain(status)) return;
  const auto folder = folder_of(behind_links(path));
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw Error(path.string(), "cannot write", "a folder " + folder.string(), "none");
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    throw Error(path.string(), "cannot write", "a folder that may be written to", folder.string());
}

bool is_same_file(const fs::path& a, const fs::path& b) {
  struct stat first {
  }, second{};
  const bool first_exists = ::stat(a.c_str(), &first) == 0, second_exists = ::stat(b.c_str(), &second) == 0;
  if (first_exists && second_exists) return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
  if (first_exists != second_exists) return false;
  const auto target_a = behind_links(a), target_b = behind_links(b);
  if (target_a.filename() != target_b.filename()) return false;
  std::error_code error;
  return fs::equivalent(folder_of(target_a), folder_of(target_b), error) && !error;
}

NewFile::NewFile(fs::path path) : path_(std::move(path)) {
  check_writable(path_);
  const auto status = status_of(path_);
  if (!is_plain(status)) {
    descriptor_ = open_directly(path_);
    return;
  }
  target_ = behind_links(path_);
  beside_ = folder_of(target_) / random_name();
  descriptor_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    beside_.clear();
    fail(path_, "cannot write");
  }
}

NewFile::~NewFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

void NewFile::write(std::span<const std::uint8_t> data) {
  if (buffer_.size() + data.size() > kBufferBytes) flush();
  if (data.size() > kBufferBytes) return write_all(descriptor_, data, path_);
  buffer_.insert(buffer_.end(), data.begin(), data.end());
}

void NewFile::flush() {
  write_all(descriptor_, buffer_, path_);
  buffer_.clear();
}

void NewFile::overwrite(std::uint64_t position, std::span<const std::uint8_t> data) {
  flush();
  if (::pwrite(descriptor_, data.data(), data.size(), static_cast<off_t>(position)) !=
      static_cast<ssize_t>(data.size()))
    fail(path_, "cannot write");
}

void NewFile::commit() {
  flush();
  if (!beside_.empty()) {
    if (const auto old = status_of(target_)) keep_mode(descriptor_, *old, path_);
    if (::fsync(descriptor_) != 0) fail(path_, "cannot write");
  }
  if (::close(std::exchange(descriptor_, -1)) != 0) fail(path_, "cannot write");
  if (beside_.empty()) return;
  if (::rename(beside_.c_str(), target_.c_str()) != 0) fail(path_, "cannot write");
  beside_.clear();
  sync_folder(folder_of(target_));
}

void write_bytes(const fs::path& path, std::span<const std::uint8_t> data) {
  NewFile file(path);
  file.write(data);
  file.commit();
}

void write_text(const fs::path& path, std::string_view text) {
  write_bytes(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

MappedFile::MappedFile(const fs::path& path) {
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
