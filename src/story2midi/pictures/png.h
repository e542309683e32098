// SVG drawn as PNG.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace s2m {

// The picture in its own size, on white, as a PNG file. Its letters are the system's fonts: other fonts, other bytes.
// Throws Error for what is no SVG, and in a build without librsvg (S2M_PNG=OFF).
std::vector<std::uint8_t> png_of_svg(std::string_view svg);

}  // namespace s2m
