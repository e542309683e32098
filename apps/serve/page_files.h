// The files of web/dist in the binary, by their names there.
#pragma once

#include <string_view>
#include <vector>

namespace s2m::serve {

struct EmbeddedFile {
  std::string_view name;  // "app.js", "score.js.gz"
  std::string_view bytes;
};
std::vector<EmbeddedFile> embedded_files();

}  // namespace s2m::serve
