#include "apps/serve/study_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "apps/serve/problem.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostSheetBytes = std::size_t{256} << 10, kMostSheets = 10'000;
constexpr std::string_view kPost = "\"post\":\"answers\"";

}  // namespace

StudyFolder::StudyFolder(const fs::path& folder, std::function<void(std::string_view)> check)
    : folder_(folder), check_(std::move(check)) {
  if (read_text(page()).find(kPost) == std::string::npos)
    throw Error(page().string(), "does not send its answers here", "a page of study make --post answers");
  for (const auto& entry : fs::directory_iterator(folder / "page" / "sounds"))
    if (entry.is_regular_file() && entry.path().extension() == ".mp3")
      sounds_[entry.path().filename().string()] = entry.path();
  fs::create_directories(folder / "answers");
}

const fs::path* StudyFolder::sound(const std::string& name) const {
  const auto found = sounds_.find(name);
  return found == sounds_.end() ? nullptr : &found->second;
}

void StudyFolder::add_answers(const std::string& json) const {
  if (json.size() > kMostSheetBytes)
    throw Refused({413, "body", "is too large for answers", fmt::format("at most {} bytes", kMostSheetBytes),
                   fmt::format("{}", json.size())});
  check_(json);
  const auto file = folder_ / "answers" / fmt::format("answers-{}.json", to_hex(checksum_of(json)));
  if (fs::exists(file)) return;
  const auto there = std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator());
  if (static_cast<std::size_t>(there) >= kMostSheets)
    throw Refused({503, "study", "takes no more answers", fmt::format("at most {} files", kMostSheets)});
  write_text(file, json);
}

}  // namespace s2m::serve
