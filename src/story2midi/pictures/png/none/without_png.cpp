// Stands for pictures/png/ in a build without librsvg (S2M_PNG=OFF).
#include "story2midi/base/error.h"
#include "story2midi/pictures/png.h"

namespace s2m {

std::vector<std::uint8_t> png_of_svg(std::string_view) {
  throw Error(ErrorKind::kUnsupported, "PNG", "is not supported by this build", "a build with librsvg",
              "one configured with S2M_PNG=OFF");
}

}  // namespace s2m
