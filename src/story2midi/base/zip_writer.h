// Zip archives in memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace s2m {

struct ZipEntry {
  std::string name;
  std::string text;
};

// In this order, deflated, all dated 1980: the same entries give the same bytes. Throws Error.
std::vector<std::uint8_t> write_zip(const std::vector<ZipEntry>& entries);

}  // namespace s2m
