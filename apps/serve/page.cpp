#include "apps/serve/page.h"

#include <algorithm>
#include <vector>

#include "apps/serve/page_files.h"
#include "story2midi/base/checksum.h"

namespace s2m::serve {
namespace {

std::string media_type_of(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  return name.ends_with(".js") ? "text/javascript; charset=utf-8" : "text/plain; charset=utf-8";
}

PageFile page_file_of(const EmbeddedFile& file) {
  auto name = file.name;
  const bool is_gzip = name.ends_with(".gz");
  if (is_gzip) name.remove_suffix(3);
  return {name == "index.html" ? "/" : "/" + std::string(name), media_type_of(name), file.bytes, is_gzip,
          '"' + to_hex(checksum_of(file.bytes)) + '"'};
}

std::vector<PageFile> page_files() {
  std::vector<PageFile> files;
  for (const auto& file : embedded_files()) files.push_back(page_file_of(file));
  return files;
}

}  // namespace

const PageFile* page_file(std::string_view path) {
  static const auto kFiles = page_files();
  const auto found = std::ranges::find(kFiles, path, &PageFile::path);
  return found == kFiles.end() ? nullptr : &*found;
}

}  // namespace s2m::serve
