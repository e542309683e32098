#include "story2midi/formats/player_parts.h"

#include <fmt/format.h>

#include <cctype>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/notation/write_musicxml.h"
#include "story2midi/sheets/player_sheets.h"

namespace s2m {

std::string part_file_name(std::string_view name) {
  std::string file;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte))
      file += c;
    else if (!file.empty() && file.back() != '-')
      file += '-';
  }
  while (file.ends_with('-')) file.pop_back();
  return file.empty() ? "part" : file;
}

std::vector<std::filesystem::path> save_parts(const Sheet& score, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!std::filesystem::is_directory(folder))
    throw Error(folder.string(), "is no folder and cannot be made one");
  std::vector<std::filesystem::path> files;
  for (const auto& [sheet, long_rests] : player_sheets(score)) {
    const auto name = part_file_name(sheet.parts.front().name);
    files.push_back(folder / fmt::format("{:02}-{}.musicxml", files.size() + 1, name));
    write_text(files.back(), write_musicxml(sheet, long_rests));
  }
  return files;
}

}  // namespace s2m
