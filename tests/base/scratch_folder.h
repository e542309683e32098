// A folder of this process alone, for what its tests write; removed when the process ends. Tests of one
// binary run side by side in processes of their own, so a fixed name under the system's temporary folder
// would be shared.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace s2m {

inline std::filesystem::path scratch_folder() {
  struct Scratch {
    std::filesystem::path path;
    Scratch() {
      std::string pattern = (std::filesystem::temp_directory_path() / "s2m_test_XXXXXX").string();
      if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder: " + pattern);
      path = pattern;
    }
    ~Scratch() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  };
  static const Scratch scratch;
  return scratch.path;
}

}  // namespace s2m
