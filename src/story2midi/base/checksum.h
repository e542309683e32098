// A 64-bit checksum of bytes, and how it is written.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace s2m {

// XXH3's 64 bits (github.com/Cyan4973/xxHash): finds damage and confusion at the speed of memory, no forgery.
std::uint64_t checksum_of(std::span<const std::uint8_t> bytes);
std::uint64_t checksum_of(std::string_view text);

// Sixteen hexadecimal digits, and back; none for any other text.
std::string to_hex(std::uint64_t checksum);
std::optional<std::uint64_t> from_hex(std::string_view text);

}  // namespace s2m
