#include "story2midi/base/files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <thread>
#include <type_traits>

#include "story2midi/base/error.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (scratch_folder() / "files_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::size_t count() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

// While it lives no file of this process grows beyond `bytes`: a full disk, so to speak.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

TEST_F(Files, ComeBackAsWritten) {
  const std::vector<std::uint8_t> bytes = {0, 255, '\r', '\n', 26, 0};
  write_bytes(folder_ / "a.bin", bytes);
  EXPECT_EQ(read_bytes(folder_ / "a.bin"), bytes);
  write_text(folder_ / "a.bin", "shorter");
  EXPECT_EQ(read_text(folder_ / "a.bin"), "shorter");
  write_text(folder_ / "a.bin", "");
  EXPECT_EQ(read_text(folder_ / "a.bin"), "");
  EXPECT_EQ(count(), 1u);
}

TEST_F(Files, OfManyBytesComeBack) {
  std::string text;
  for (int i = 0; i < 300000; ++i) text += static_cast<char>(i * 31 >> 3);
  write_text(folder_ / "large", text);
  EXPECT_EQ(read_text(folder_ / "large"), text);
}

TEST_F(Files, GrowBesideAndAppearWhole) {
  const std::vector<std::uint8_t> part = {1, 2, 3};
  {
    NewFile file(folder_ / "grown");
    file.write(part);
    EXPECT_FALSE(fs::exists(folder_ / "grown"));
  }
  EXPECT_EQ(count(), 0u) << "left without commit";
  NewFile file(folder_ / "grown");
  file.write(part);
  file.write(part);
  file.commit();
  EXPECT_EQ(read_bytes(folder_ / "grown"), (std::vector<std::uint8_t>{1, 2, 3, 1, 2, 3}));
  EXPECT_EQ(count(), 1u);
  EXPECT_THROW(NewFile(folder_ / "nowhere" / "grown"), Error);
  EXPECT_THROW(NewFile{folder_}, Error);
}

TEST_F(Files, WhatAMappingGaveBackIsReadAgain) {
  std::string text;
  for (int i = 0; i < 50000; ++i) text += static_cast<char>(i * 7 >> 2);
  write_text(folder_ / "mapped", text);
  const MappedFile mapped(folder_ / "mapped");
  const auto bytes = mapped.bytes();
  for (const std::size_t from : {0, 1, 4096, 49999}) {
    mapped.release(bytes.subspan(from));
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), text.begin(),
                           [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
  }
  mapped.release({});
}

TEST_F(Files, ThatCannotBeReadAreErrorsNamingThem) {
  for (const auto& path : {folder_ / "none.txt", folder_}) {
    try {
      read_text(path);
      ADD_FAILURE() << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.where, path.string());
    }
  }
}

TEST_F(Files, AreReadUpToTheirLimit) {
  write_text(folder_ / "a.txt", "12345");
  EXPECT_EQ(read_text(folder_ / "a.txt", 5), "12345");
  EXPECT_THROW(read_text(folder_ / "a.txt", 4), Error);
  EXPECT_THROW(read_bytes(folder_ / "a.txt", 0), Error);
}

TEST_F(Files, StayWholeWhenWritingFails) {
  write_text(folder_ / "a.txt", "old");
  {
    const FileSizeLimit limit(1000);
    EXPECT_THROW(write_text(folder_ / "a.txt", std::string(100000, 'x')), Error);
  }
  EXPECT_EQ(read_text(folder_ / "a.txt"), "old");
  EXPECT_EQ(count(), 1u);
}

TEST_F(Files, AreNotWrittenWhereTheyCannotStand) {
  EXPECT_THROW(write_text(folder_ / "none" / "a.txt", "x"), Error);
  EXPECT_THROW(write_text(folder_, "x"), Error);
  EXPECT_EQ(count(), 0u);
}

TEST_F(Files, LinksStayAndTheirTargetsAreReplaced) {
  write_text(folder_ / "target", "old");
  fs::create_symlink("target", folder_ / "link");
  fs::create_symlink("not_yet", folder_ / "dangling");
  write_text(folder_ / "link", "new");
  write_text(folder_ / "dangling", "made");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link") && fs::is_symlink(folder_ / "dangling"));
  EXPECT_EQ(read_text(folder_ / "target"), "new");
  EXPECT_EQ(read_text(folder_ / "not_yet"), "made");
  EXPECT_EQ(count(), 4u);
}

// Names of temporary files that can be guessed, planted as links: nothing is written through them.
TEST_F(Files, PlantedLinksAreNotFollowed) {
  write_text(folder_ / "victim", "untouched");
  const auto id = std::to_string(::getpid());
  for (const auto& name :
       std::vector<std::string>{"a.mid.part", "a.mid.part" + id, ".a.mid.part", "a.mid.tmp"})
    fs::create_symlink("victim", folder_ / name);
  const auto before = count();
  write_text(folder_ / "a.mid", "music");
  EXPECT_EQ(read_text(folder_ / "victim"), "untouched");
  EXPECT_EQ(count(), before + 1) << "no temporary file is left";
}

TEST_F(Files, KeepTheirMode) {
  write_text(folder_ / "a.txt", "old");
  fs::permissions(folder_ / "a.txt", fs::perms{0640});
  write_text(folder_ / "a.txt", "new");
  EXPECT_EQ(fs::status(folder_ / "a.txt").permissions(), fs::perms{0640});
}

TEST_F(Files, DevicesStayDevices) {
  write_text("/dev/null", "gone");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_THROW(write_text("/dev/full", "no room"), Error);
}

TEST_F(Files, PipesAreWrittenTo) {
  const auto pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] { got = read_text(pipe); });
  write_text(pipe, "through");
  reader.join();
  EXPECT_EQ(got, "through");
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(Files, EndlessOnesAreReadUpToTheLimit) { EXPECT_THROW(read_bytes("/dev/zero", 1 << 20), Error); }

TEST_F(Files, NamesThatAreTooLongAreErrors) {
  const auto path = folder_ / std::string(300, 'a');
  EXPECT_THROW(write_text(path, "x"), Error);
  EXPECT_THROW(read_text(path), Error);
  EXPECT_THROW(check_writable(path), Error);
  write_text(folder_ / std::string(255, 'a'), "longest");
}

TEST_F(Files, AreTheSameByInodeOrPath) {
  write_text(folder_ / "a", "x");
  write_text(folder_ / "b", "x");
  fs::create_hard_link(folder_ / "a", folder_ / "hard");
  fs::create_symlink("a", folder_ / "soft");
  for (const char* name : {"a", "hard", "soft"})
    EXPECT_TRUE(is_same_file(folder_ / "a", folder_ / name)) << name;
  EXPECT_TRUE(is_same_file(folder_ / "none", folder_ / "." / "none"));
  EXPECT_FALSE(is_same_file(folder_ / "a", folder_ / "b"));
  EXPECT_FALSE(is_same_file(folder_ / "a", folder_ / "none"));
}

TEST_F(Files, AreMapped) {
  write_text(folder_ / "a.txt", "lamp");
  const MappedFile file(folder_ / "a.txt");
  EXPECT_EQ(std::string(file.bytes().begin(), file.bytes().end()), "lamp");
}

TEST_F(Files, StayMappedAfterTheyAreReplaced) {
  write_text(folder_ / "a.txt", "lamp");
  const MappedFile file(folder_ / "a.txt");
  write_text(folder_ / "a.txt", "other");
  fs::remove(folder_ / "a.txt");
  EXPECT_EQ(std::string(file.bytes().begin(), file.bytes().end()), "lamp");
}

TEST_F(Files, MappingsMoveButAreNotCopied) {
  static_assert(!std::is_copy_constructible_v<MappedFile> && !std::is_copy_assignable_v<MappedFile>);
  write_text(folder_ / "a.txt", "lamp");
  write_text(folder_ / "b.txt", "tower");
  MappedFile first(folder_ / "a.txt");
  const auto* address = first.bytes().data();
  MappedFile second(std::move(first));
  EXPECT_EQ(second.bytes().data(), address);
  second = MappedFile(folder_ / "b.txt");
  EXPECT_EQ(std::string(second.bytes().begin(), second.bytes().end()), "tower");
}

TEST_F(Files, EmptyOnesMapToNothingAndFoldersToErrors) {
  write_text(folder_ / "empty", "");
  EXPECT_TRUE(MappedFile(folder_ / "empty").bytes().empty());
  EXPECT_THROW(MappedFile{folder_}, Error);
  EXPECT_THROW(MappedFile{folder_ / "none"}, Error);
}

}  // namespace
}  // namespace s2m
