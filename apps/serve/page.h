// The page for people, which the binary holds: the files of web/dist.
#pragma once

#include <string_view>

namespace s2m::serve {

struct PageFile {
  std::string_view path, media_type, content;
};
// None: there is no such file.
const PageFile* page_file(std::string_view path);

}  // namespace s2m::serve
