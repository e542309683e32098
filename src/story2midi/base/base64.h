// Bytes as text (RFC 4648, section 4).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace s2m {

std::string to_base64(std::span<const std::uint8_t> bytes);

// Nothing for what to_base64 would not write.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace s2m
