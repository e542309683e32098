// One range of a file's bytes, as browsers ask for it when they seek (RFC 9110, section 14).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace s2m::serve {

struct ByteRange {
  std::size_t begin = 0, end = 0;  // end: one beyond the last
  bool operator==(const ByteRange&) const = default;
};

// What a header `Range` asks of `size` bytes. None: the whole file, as for headers that are no range or more than one.
// Throws Refused with status 416 where no byte of it is there.
std::optional<ByteRange> byte_range(std::string_view header, std::size_t size);

}  // namespace s2m::serve
