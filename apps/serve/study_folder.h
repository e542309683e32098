// A listening study that the service shows, and its listeners' answers (docs/guide/study.md).
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace s2m::serve {

// The folder of `study make`. Its page and sounds are found once: no request names a path.
class StudyFolder {
 public:
  // `check` throws Error for answers that `study read` would refuse. Throws Error for a folder without a page that posts to
  // this service.
  StudyFolder(const std::filesystem::path& folder, std::function<void(std::string_view)> check);

  std::filesystem::path page() const { return folder_ / "page" / "index.html"; }
  // None: no such sound.
  const std::filesystem::path* sound(const std::string& name) const;
  // Kept as a file in answers/, under a name made of its bytes: what is sent again is the same file. Throws Refused.
  void add_answers(const std::string& json) const;

 private:
  std::filesystem::path folder_;
  std::function<void(std::string_view)> check_;
  std::map<std::string, std::filesystem::path> sounds_;
};

}  // namespace s2m::serve
