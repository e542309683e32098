#include "story2midi/base/zip_reader.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>

#include "story2midi/base/error.h"

namespace s2m {

struct ZipReader::Impl {
  std::string name;
  std::size_t left;
  zip_t* archive = nullptr;
};

ZipReader::ZipReader(std::string_view bytes, std::string_view name, std::size_t most_total)
    : impl_(std::make_unique<Impl>(Impl{std::string(name), most_total, nullptr})) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source != nullptr) impl_->archive = zip_open_from_source(source, ZIP_RDONLY, &error);
  const std::string fault = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (impl_->archive != nullptr) return;
  if (source != nullptr) zip_source_free(source);
  throw Error(impl_->name, "cannot be opened", "a zip archive", fault);
}

ZipReader::~ZipReader() { zip_discard(impl_->archive); }

std::optional<std::string> ZipReader::read(const std::string& file, std::size_t most) {
  const auto where = impl_->name + ": " + file;
  zip_stat_t status;
  zip_stat_init(&status);
  if (zip_stat(impl_->archive, file.c_str(), 0, &status) != 0) return std::nullopt;
  if ((status.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && status.encryption_method != ZIP_EM_NONE)
    throw Error(ErrorKind::kUnsupported, where, "is encrypted", "an archive without a password");
  const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> opened(zip_fopen(impl_->archive, file.c_str(), 0),
                                                                  &zip_fclose);
  if (!opened) throw Error(where, "cannot be unpacked", {}, zip_strerror(impl_->archive));
  const std::size_t limit = std::min(most, impl_->left);
  std::string text;
  char chunk[1 << 16];
  while (const auto count = zip_fread(opened.get(), chunk, sizeof chunk)) {
    if (count < 0) throw Error(where, "cannot be unpacked", {}, "damaged data");
    text.append(chunk, static_cast<std::size_t>(count));
    if (text.size() > limit)
      throw Error(ErrorKind::kLimit, where, "too large", fmt::format("at most {} bytes", limit), "more");
  }
  impl_->left -= text.size();
  return text;
}

std::string ZipReader::find(std::string_view ending) const {
  const auto count = zip_get_num_entries(impl_->archive, 0);
  for (zip_int64_t i = 0; i < count; ++i)
    if (const char* name = zip_get_name(impl_->archive, static_cast<zip_uint64_t>(i), 0))
      if (std::string_view(name).ends_with(ending)) return name;
  return {};
}

}  // namespace s2m
