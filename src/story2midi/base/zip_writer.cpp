#include "story2midi/base/zip_writer.h"

#include <zip.h>

#include <memory>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr zip_uint16_t kFirstDay = (1 << 5) | 1;  // 1 January 1980, the earliest date of a zip archive

void check(bool is_done, zip_t* archive) {
  if (!is_done)
    throw Error(ErrorKind::kSystem, "zip archive", "cannot be written", {}, zip_strerror(archive));
}

void add(zip_t* archive, const ZipEntry& entry) {
  zip_source_t* source = zip_source_buffer(archive, entry.text.data(), entry.text.size(), 0);
  const auto index =
      source == nullptr ? -1 : zip_file_add(archive, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) zip_source_free(source);
  check(index >= 0, archive);
  check(zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), 0, kFirstDay, 0) == 0, archive);
}

}  // namespace

std::vector<std::uint8_t> write_zip(const std::vector<ZipEntry>& entries) {
  zip_error_t error;
  zip_error_init(&error);
  const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> target(
      zip_source_buffer_create(nullptr, 0, 0, &error), &zip_source_free);
  zip_t* opened = target ? zip_open_from_source(target.get(), ZIP_TRUNCATE, &error) : nullptr;
  if (opened == nullptr)
    throw Error(ErrorKind::kSystem, "zip archive", "cannot be written", {}, zip_error_strerror(&error));
  zip_source_keep(target.get());
  std::unique_ptr<zip_t, decltype(&zip_discard)> archive(opened, &zip_discard);
  for (const ZipEntry& entry : entries) add(archive.get(), entry);
  check(zip_close(archive.get()) == 0, archive.get());
  archive.release();
  zip_source_open(target.get());
  zip_source_seek(target.get(), 0, SEEK_END);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(zip_source_tell(target.get())));
  zip_source_seek(target.get(), 0, SEEK_SET);
  const auto read = zip_source_read(target.get(), bytes.data(), bytes.size());
  zip_source_close(target.get());
  if (read != static_cast<zip_int64_t>(bytes.size()))
    throw Error(ErrorKind::kSystem, "zip archive", "cannot be read back");
  return bytes;
}

}  // namespace s2m
